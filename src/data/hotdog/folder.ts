import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError, showCount } from "../../errors";
import { checkPath, explainFileError } from "../files";
import { readImage } from "../images";
import { type FoundImage, hotdogClasses, type ImageCollection, type SkippedImage } from "./collection";

const EXPECTED = 'a folder with the sub-folders "hotdog" and "not-hotdog"';

const REMEDY =
  'Put photos of hot dogs into its sub-folder "hotdog" and all others into "not-hotdog"; both may also lie in "train" and in "test".';

/** What systems and archives leave in folders, which nobody put there as an image. */
const leftovers = /^(\.|__MACOSX$|thumbs\.db$|desktop\.ini$)/i;

/** A folder whose files are all of one class. */
interface ClassFolder {
  readonly path: string;
  /** From the folder that holds the collection. */
  readonly name: string;
  readonly label: number;
  readonly part: "train" | "test" | null;
}

/**
 * The images in a folder with a sub-folder for each class, "hotdog" and "not-hotdog" in any writing ("not_hot_dog", "Hot
 * Dogs"); "train" and "test" may lie between, and one more folder around all. Every file counts as an image: which are
 * none shows when they are decoded.
 *
 * Throws a DataError for a folder that is missing or arranged in another way, and where a class has no files.
 */
export function findInFolder(path: string, source: "folder" | "download" = "folder"): ImageCollection {
  const root = checkPath(path, "findImages", EXPECTED);
  const images: FoundImage[] = [];
  const ignored: SkippedImage[] = [];
  for (const folder of findClassFolders(root)) {
    for (const file of list(folder.path)) {
      const name = `${folder.name}/${file.name}`;
      if (file.isFolder)
        ignored.push({ name, reason: "a folder. Put its images beside it, to have them read" });
      else images.push(imageInFile(file.path, name, folder));
    }
  }
  for (const [label, name] of hotdogClasses.entries()) {
    if (images.some((image) => image.label === label)) continue;
    throw new DataError(`${root}: expected images of the class ${name}, received none. ${REMEDY}`);
  }
  const description = `${showCount(images.length)} files in ${root}`;
  return { source, description, classes: hotdogClasses, images, ignored, attributions: [] };
}

const imageInFile = (path: string, name: string, { label, part }: ClassFolder): FoundImage => ({
  name,
  label,
  part,
  path,
  read: ({ width, height, channels, fit }) => readImage(path, { width, height, channels, fit }),
});

/** The folders of both classes in `root`, or in the only one of its sub-folders that has them. */
function findClassFolders(root: string): ClassFolder[] {
  const direct = classFoldersIn(root);
  if (hasBoth(direct)) return direct;
  const around = list(root)
    .filter(({ isFolder }) => isFolder)
    .map(({ path }) => classFoldersIn(path))
    .filter(hasBoth);
  if (around.length === 1) return around[0];
  const received =
    around.length > 1
      ? `${around.length} such folders in it. Give the name of one of them`
      : direct.length > 0
        ? `only ${direct.map(({ name }) => `"${name}"`).join(" and ")}. ${REMEDY}`
        : `none of both. ${REMEDY}`;
  throw new DataError(`${root}: expected ${EXPECTED}, received ${received.replace(/\.?$/, ".")}`);
}

/** The folders of classes in a folder, or, where it has none, in its "train" and "test". */
function classFoldersIn(folder: string): ClassFolder[] {
  const folders = list(folder).filter(({ isFolder }) => isFolder);
  const direct = folders.flatMap(({ name, path }) => asClass(path, name, name, null));
  if (direct.length > 0) return direct;
  return folders.flatMap(({ name, path }) => {
    const part = partOf(name);
    if (part === null) return [];
    const inside = list(path).filter(({ isFolder }) => isFolder);
    return inside.flatMap((each) => asClass(each.path, each.name, `${name}/${each.name}`, part));
  });
}

function asClass(path: string, folderName: string, name: string, part: ClassFolder["part"]): ClassFolder[] {
  const written = letters(folderName).replace(/s$/, "");
  const label = hotdogClasses.findIndex((each) => letters(each) === written);
  return label < 0 ? [] : [{ path, name, label, part }];
}

function partOf(name: string): "train" | "test" | null {
  const written = letters(name).replace(/ing$/, "");
  return written === "train" || written === "test" ? written : null;
}

/** The letters of a name: "Not_Hot Dog" as "nothotdog". */
const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}]/gu, "");

const hasBoth = (folders: readonly ClassFolder[]): boolean =>
  hotdogClasses.every((_, label) => folders.some((folder) => folder.label === label));

/** What is in a folder, sorted by name, so that the order is the same on every system. */
function list(folder: string): { name: string; path: string; isFolder: boolean }[] {
  try {
    const names = readdirSync(folder).filter((name) => !leftovers.test(name));
    return names.sort().map((name) => {
      const path = join(folder, name);
      return { name, path, isFolder: isFolder(path) };
    });
  } catch (error) {
    throw explainFileError(error, folder, EXPECTED);
  }
}

/** Whether there is a folder at a path. What cannot even be looked at is no folder: it is skipped where it is decoded. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
