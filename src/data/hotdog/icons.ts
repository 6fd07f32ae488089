import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DataError } from "../../errors";
import { projectRoot } from "../../root";
import type { Attribution } from "./collection";

/** The four drawing styles: each is an npm package @iconify-json/… with over a thousand icons. */
export const drawingStyles = ["noto", "twemoji", "fluent-emoji-flat", "emojione"] as const;

export type DrawingStyle = (typeof drawingStyles)[number];

/** The part of an SVG that draws an icon, and the square in which it draws. */
export interface Icon {
  readonly body: string;
  readonly width: number;
  readonly height: number;
}

/** The icons that all four styles have, and who drew them. */
export interface IconSets {
  /** Names of icons: food, and what is neither food nor a hot dog. */
  readonly food: readonly string[];
  readonly things: readonly string[];
  icon(style: DrawingStyle, name: string): Icon;
  readonly attributions: readonly Attribution[];
}

/** The icon that is a hot dog. */
export const HOTDOG = "hot-dog";

/** The categories of Unicode that the pictures are made of: no people, flags and signs. */
const kinds = [
  "Activities",
  "Animals & Nature",
  "Food & Drink",
  "Objects",
  "Smileys & Emotion",
  "Travel & Places",
];

/** What the category "Food & Drink" also holds: these count as things. */
const notFood = new Set(
  (
    "amphora baby-bottle beer-mug bottle-with-popping-cork clinking-beer-mugs clinking-glasses cocktail-glass " +
    "fork-and-knife fork-and-knife-with-plate glass-of-milk honey-pot hot-beverage kitchen-knife sake spoon " +
    "teacup-without-handle tropical-drink tumbler-glass wine-glass"
  ).split(" "),
);

/** The 24 clock faces, which would be one picture without a hot dog in twenty. */
const manyAlike = /-oclock$|-thirty$/;

let loaded: IconSets | undefined;

/** The icons of this project's packages, read once. Throws as `readIcons` does. */
export function loadIcons(): IconSets {
  loaded ??= readIcons(projectRoot());
  return loaded;
}

/** Reads the icons of the four packages in `root`. Throws a DataError if one is missing or cannot be read. */
export function readIcons(root: string): IconSets {
  const files = drawingStyles.map((style) => readPackage(root, style, "icons") as IconFile);
  // The names are those of Unicode, so that the categories of one package do for all.
  const { categories } = readPackage(root, "noto", "metadata") as CategoryFile;
  const food: string[] = [];
  const things: string[] = [];
  for (const category of kinds) {
    for (const name of categories[category]) {
      if (name === HOTDOG || manyAlike.test(name) || !files.every(({ icons }) => name in icons)) continue;
      (category === "Food & Drink" && !notFood.has(name) ? food : things).push(name);
    }
  }
  // Only what is needed is kept: the files are 50 MB.
  const kept = files.map(({ icons, width, height }) => {
    return new Map([HOTDOG, ...food, ...things].map((name) => [name, { width, height, ...icons[name] }]));
  });
  return {
    food,
    things,
    icon: (style, name) => kept[drawingStyles.indexOf(style)].get(name) as Icon,
    attributions: drawingStyles.map((style) => {
      const { name, author, license } = readPackage(root, style, "info") as InformationFile;
      return { name, author: author.name, license: license.title, address: author.url };
    }),
  };
}

interface IconFile {
  readonly icons: Readonly<Record<string, { body: string; width?: number; height?: number }>>;
  readonly width: number;
  readonly height: number;
}

interface CategoryFile {
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

interface InformationFile {
  readonly name: string;
  readonly author: { readonly name: string; readonly url: string };
  readonly license: { readonly title: string };
}

/** One file of a package, as a module in `root` would find it. */
function readPackage(root: string, style: DrawingStyle, file: "icons" | "metadata" | "info"): unknown {
  const name = `@iconify-json/${style}`;
  try {
    const path = createRequire(join(root, "package.json")).resolve(`${name}/${file}.json`);
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new DataError(
      `The emoji pictures: expected the npm package ${name} in ${root}, received an error when it was read (${reason}). ` +
        `Run "npm install" there and run the cell again.`,
    );
  }
}
