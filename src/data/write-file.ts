import { randomBytes } from "node:crypto";
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "../errors";
import { checkPath } from "./files";

/** Milliseconds after which a temporary file or folder can belong to nobody any more. */
const ABANDONED_AFTER = 3_600_000;

/**
 * Writes a file so that at every moment either the old contents or the new ones are there, whole: whatever is killed,
 * full, or unplugged.
 *
 * The bytes go to a temporary file beside it, down to the disk, are read back and compared, and only then the name is
 * given to them. A link stays a link, and a file keeps its permissions. Throws a DataError that says what to do.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  // Resolved before anything is waited for: a notebook may change its working directory meanwhile.
  const named = checkPath(path, "writeFileAtomically", "a file to write");
  try {
    const file = await realpath(named).catch(() => named);
    const mode = await permissions(file);
    await removeAbandoned(file);
    const temporary = temporaryBeside(file);
    try {
      const handle = await open(temporary, "wx", mode ?? 0o666);
      await andClose(handle, async () => {
        // What is asked for when a file is made, the user's mask still takes away from.
        if (mode !== null) await handle.chmod(mode).catch(() => {});
        await handle.writeFile(bytes);
        await handle.sync();
      });
      if (!(await readFile(temporary)).equals(bytes)) throw new Error("other bytes when it was read back");
      await renameTo(temporary, file);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(file));
  } catch (error) {
    throw explain(error, named);
  }
}

/** The permissions of the file that is there, null where none is. Throws for what is no file. */
async function permissions(file: string): Promise<number | null> {
  const stats = await stat(file).catch(() => null);
  if (stats?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  if (stats !== null && !stats.isFile()) throw new Error("a device or a pipe");
  return stats === null ? null : stats.mode & 0o777;
}

const temporaryPrefix = (path: string) => `.${basename(path).slice(0, 40)}.`;

/** A path beside a file or a folder, for what gets its name once it is complete. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `${temporaryPrefix(path)}${randomBytes(6).toString("hex")}.tmp`);

/** Removes what processes left beside a file or a folder that were killed while they made it. */
export async function removeAbandoned(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(temporaryPrefix(path)) || !/\.[0-9a-f]{12}\.tmp$/.test(name)) continue;
    const left = join(dirname(path), name);
    const age = await stat(left).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER) await rm(left, { recursive: true, force: true }).catch(() => {});
  }
}

async function andClose(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await handle.close();
  }
}

/** On Windows a file cannot be replaced while another program looks at it, which is over soon if that is a virus scanner. */
export async function renameTo(temporary: string, file: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await rename(temporary, file);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      const mayPass = process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(code);
      if (!mayPass || tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** So that the new name outlives a power failure. Windows cannot, and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await andClose(handle, () => handle.sync().catch(() => {}));
}

function explain(error: unknown, path: string): DataError {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const [problem, remedy] = explanations[code] ?? [message, "Look into it and run the cell again."];
  return new DataError(
    `${path}: expected a place where a file can be written, received ${problem}. ${remedy} ` +
      "What was there before is untouched.",
  );
}

const full = ["a full disk", "Free some space and run the cell again."] as const;
const refused = [
  "a refusal: this user may not write there",
  "Change the permissions, or choose another folder.",
] as const;

const explanations: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: ["a limit: files may not become so large there", "Choose another folder."],
  EACCES: refused,
  EPERM: refused,
  EROFS: ["a disk that cannot be written to", "Choose another folder."],
  ENOENT: ["a folder that is not there", "Make the folder, or correct the path."],
  ENOTDIR: ["a path through a file", "Correct the path."],
  EISDIR: ["the name of a folder", "Give the name of a file in it."],
  EBUSY: ["a file that another program has open", "Close it there and run the cell again."],
  ENAMETOOLONG: ["a name that is too long", "Use a shorter one."],
  ELOOP: ["links that lead in a circle", "Correct the path."],
};
