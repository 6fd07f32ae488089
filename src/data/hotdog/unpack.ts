import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise } from "yauzl";
import { DataError, showCount } from "../../errors";

/** What an archive may be at most: far more than a set of images needs, and far less than fills a disk. */
const MAXIMUM_FILES = 50_000;
const MAXIMUM_FILE_BYTES = 2 ** 26;
const MAXIMUM_BYTES = 2 ** 31;

/** What Windows cannot store, or takes for something else. */
const unusable = /[<>:"|?*\\\p{Cc}]|[. ]$/u;

/**
 * Unpacks a zip archive, which messages call `name`, into a folder. All that it declares is looked at before anything is
 * written.
 *
 * Throws a DataError for what is no archive, and for one with paths that lead out of the folder, links, encrypted files,
 * a name twice, or more than anyone would put into a set of images.
 */
export async function unpackZip(
  file: string,
  folder: string,
  { name: archive, signal }: { name: string; signal?: AbortSignal },
): Promise<void> {
  const zip = await openPromise(file, { autoClose: false, strictFileNames: true }).catch((error: Error) => {
    throw refusal(archive, error.message);
  });
  try {
    const entries: Entry[] = [];
    let bytes = 0;
    const names = new Set<string>();
    for await (const entry of zip.eachEntry()) {
      bytes += entry.uncompressedSize;
      const name = entry.fileName.toLowerCase();
      const problem = names.has(name) ? "a name that is there twice" : problemOf(entry);
      if (problem !== null) throw refusal(archive, `${problem} (${entry.fileName})`);
      if (names.size >= MAXIMUM_FILES) throw refusal(archive, `more than ${showCount(MAXIMUM_FILES)} files`);
      if (bytes > MAXIMUM_BYTES) throw refusal(archive, `more than ${showCount(MAXIMUM_BYTES)} bytes`);
      names.add(name);
      entries.push(entry);
    }
    for (const entry of entries) {
      if (signal?.aborted) return;
      const path = join(folder, entry.fileName);
      if (entry.fileName.endsWith("/")) {
        await mkdir(path, { recursive: true });
      } else {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { flags: "wx" }));
      }
    }
  } catch (error) {
    throw error instanceof DataError ? error : refusal(archive, (error as Error).message);
  } finally {
    zip.close();
  }
}

/** Why an entry is not unpacked. Paths that lead out of the folder are refused by the library that reads the archive. */
function problemOf(entry: Entry): string | null {
  if (entry.isEncrypted()) return "an encrypted file";
  if (!entry.canDecodeFileData()) return "a file that is packed in an unusual way";
  if (entry.uncompressedSize > MAXIMUM_FILE_BYTES)
    return `a file of ${showCount(entry.uncompressedSize)} bytes`;
  const parts = entry.fileName.replace(/\/$/, "").split("/");
  if (parts.some((part) => part === "" || unusable.test(part)))
    return "a name that not every system can store";
  // The upper half are the permissions of Unix, where they are given; their first four bits say what kind of file it is.
  const kind = (entry.externalFileAttributes >>> 28) & 0xf;
  const fine = kind === 0 || kind === 0x8 || (kind === 0x4 && entry.fileName.endsWith("/"));
  return fine ? null : "a link or a device";
}

const refusal = (archive: string, problem: string): DataError =>
  new DataError(`${archive}: expected a zip archive of images, received ${problem}.`);
