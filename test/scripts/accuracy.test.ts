import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { chosen, jobsOf, summary } from "../../scripts/lib/accuracy.mjs";
import { inProject } from "../../scripts/lib/paths.mjs";

const recipes = {
  dense: { description: "12288-20-1" },
  convolutional: { description: "8-16", variants: ["red", "blue"] },
};

test("a recipe is trained with every seed, and on the data of each of its variants", () => {
  expect(jobsOf({ dense: recipes.dense }).map(({ recipe, seed }) => `${recipe} ${seed}`)).toEqual([
    "dense 1",
    "dense 2",
    "dense 3",
  ]);
  expect(jobsOf(recipes).map(({ seed, variant }) => `${variant} ${seed}`)).toEqual(
    expect.arrayContaining(["red 1", "blue 1", "red 2", "blue 2", "red 3", "blue 3"]),
  );
  expect(jobsOf(recipes)).toHaveLength(3 + 2 * 3);
});

test("a recipe's row is the mean over all its trainings, a variant's row over the seeds", () => {
  const result = (recipe: string, seed: number, test: number, milliseconds: number, variant?: string) => ({
    ...{ recipe, seed, variant, milliseconds },
    shares: { test, ...(variant !== undefined && { unseen: test - 0.1 }) },
  });
  const results = [
    ...[result("dense", 1, 0.6, 1000), result("dense", 2, 0.7, 2000), result("dense", 3, 0.65, 3000)],
    ...[result("convolutional", 1, 0.9, 4000, "red"), result("convolutional", 1, 0.94, 6000, "blue")],
  ];
  const cells = summary(recipes, results)
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));
  expect(cells).toEqual([
    ["recipe", "test", "unseen", "a run"],
    [expect.stringMatching(/^─+$/)],
    ["dense: 12288-20-1", "65.00 % (60.00 – 70.00)", "2.0 s"],
    ["convolutional: 8-16", "92.00 % (90.00 – 94.00)", "82.00 % (80.00 – 84.00)", "5.0 s"],
    ["red", "90.00 % (90.00 – 90.00)", "80.00 % (80.00 – 80.00)", "4.0 s"],
    ["blue", "94.00 % (94.00 – 94.00)", "84.00 % (84.00 – 84.00)", "6.0 s"],
  ]);
});

test("recipes are chosen by name, and an unknown name is refused with those that there are", () => {
  expect(chosen(recipes, [])).toEqual(recipes);
  expect(chosen(recipes, ["dense"])).toEqual({ dense: recipes.dense });
  expect(() => chosen(recipes, ["dense", "dens"])).toThrow(
    /^There is no recipe called dens\. There are: dense, convolutional\.$/,
  );
});

test("pictures are trained with every drawing style held out, photos only where there are some", () => {
  const listed = (photos: string) => {
    const script = inProject("scripts", "accuracy", "hotdog.ts");
    const env = { ...process.env, HOTDOG_PHOTOS: photos };
    return JSON.parse(
      execFileSync(process.execPath, ["--import", "tsx", script, "list"], { env, encoding: "utf8" }),
    );
  };
  const pictures = listed("");
  expect(Object.keys(pictures)).toEqual(["dense", "convolutional"]);
  const styles = ["noto", "twemoji", "fluent-emoji-flat", "emojione"];
  for (const { variants } of Object.values<{ variants: string[] }>(pictures))
    expect(variants).toEqual(styles);
  expect(Object.keys(listed("photos"))).toEqual([
    ...Object.keys(pictures),
    "dense-photos",
    "convolutional-photos",
  ]);
});
