import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OptionsError } from "../../../src/errors";
import { writeExamples } from "../../../src/notebook/pictures/examples";

let data = "";

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "examples-"));
  vi.stubEnv("NN_DATA_FOLDER", data);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(data, { recursive: true });
});

test("pictures to try a model with are files of 256 × 256 pixels, two of five of them hot dogs", async () => {
  const folder = await writeExamples({ count: 10 });
  expect(folder).toBe(join(data, "examples"));
  const names = readdirSync(folder);
  expect(names).toHaveLength(10);
  expect(names.filter((name) => name.includes("hot-dog"))).toHaveLength(4);
  for (const name of names) {
    expect(await sharp(join(folder, name)).metadata()).toMatchObject({
      width: 256,
      height: 256,
      channels: 3,
    });
  }
});

test("the same seed gives the same pictures, another one others", async () => {
  const first = async (seed: number) => {
    const folder = await writeExamples({ count: 4, seed });
    return readFileSync(join(folder, readdirSync(folder)[0]), "base64");
  };
  const [one, again, other] = [await first(2), await first(2), await first(3)];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test("all wrong options are named at once", async () => {
  const wrong = writeExamples({ count: 0, number: 3 } as object);
  await expect(wrong).rejects.toThrow(OptionsError);
  await expect(wrong).rejects.toThrow(
    /count: expected[\s\S]*number: unknown option|number: unknown option[\s\S]*count: expected/,
  );
});
