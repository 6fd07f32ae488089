import { beforeEach, expect, test, vi } from "vitest";
import type { Model } from "../../../src/models/model-file";
import { mlp } from "../../../src/nn/mlp";
import { showAnswer, showAnswers } from "../../../src/notebook/pictures/answers";
import { Tensor } from "../../../src/tensor";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

const model = (source: string | null): Model => ({
  network: mlp([12, 1]),
  classes: ["not-hotdog", "hotdog"],
  preprocessing: { width: 2, height: 2, channels: 3, fit: "cover" },
  history: null,
  source,
});

const answer = (hotdog: number) => ({
  className: hotdog > 0.5 ? "hotdog" : "not-hotdog",
  probabilities: [1 - hotdog, hotdog],
  picture: Tensor.zeros([2, 2, 3]),
});

const files = [
  { file: "a.png", ...answer(0.75) },
  { file: "a photo from my holidays.jpg", ...answer(0.25) },
];

test("an answer is shown with the picture as the network sees it and the probability of every class", () => {
  const given = answer(0.75);
  expect(showAnswer(model(null), given)).toBe(given);
  expect(textOf(0)).toBe("hotdog: not-hotdog 25.0 %, hotdog 75.0 %");
  expect(htmlOf(0)).toContain('alt="the picture as the network sees it, 2 × 2 pixels"');
  expect(htmlOf(0)).toContain("<b>hotdog</b>");
  expect(htmlOf(0)).not.toContain("<b>not-hotdog</b>");
  expect([...htmlOf(0).matchAll(/width:([\d.]+)%/g)].map(([, width]) => width)).toEqual(["25.0", "75.0"]);
  expect(captured.values).toEqual([given]);
});

test("a model that has learned from drawings says so, one that has learned from photos does not", () => {
  showAnswer(model("emoji"), answer(0.5));
  showAnswer(model("folder"), answer(0.5));
  expect(textOf(0)).toContain("knows only drawings");
  expect(htmlOf(0)).toContain("knows only drawings");
  expect(textOf(1) + htmlOf(1)).not.toContain("drawings");
});

test("a folder is a gallery of names, classes and probabilities", () => {
  showAnswers(model(null), { images: files, skipped: [] });
  expect(captured.displays).toHaveLength(1);
  expect(textOf(0)).toBe("a.png, hotdog, 75.0 %\na photo fr…idays.jpg, not-hotdog, 75.0 %");
  expect(htmlOf(0).match(/<img/g)).toHaveLength(2);
});

test("files that are no images are listed with the reason, also where there are no others", () => {
  const skipped = [{ file: "notes.txt", reason: "not an image" }];
  showAnswers(model(null), { images: files, skipped });
  showAnswers(model(null), { images: [], skipped });
  expect(textOf(1)).toContain("notes.txt  not an image");
  expect(textOf(2)).toContain("notes.txt  not an image");
});
