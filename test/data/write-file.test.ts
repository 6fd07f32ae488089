import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { writeFileAtomically } from "../../src/data/write-file";
import { DataError } from "../../src/errors";
import { Random } from "../../src/random";
import { errorOf } from "../support/errors";
import { KILLS, PATIENCE } from "../support/torture";
import { temporaryFolder } from "./support/idx";

/** A disk that gives back other bytes than it was given. */
const brokenDisk = vi.hoisted(() => ({ isInUse: false }));
vi.mock("node:fs/promises", async (original) => {
  const actual = await original<typeof import("node:fs/promises")>();
  const readFile = async (path: string) => {
    const bytes = await actual.readFile(path);
    if (brokenDisk.isInUse) bytes[0] ^= 1;
    return bytes;
  };
  return { ...actual, readFile };
});

const WINDOWS = process.platform === "win32";
const text = (contents: string) => new TextEncoder().encode(contents);
const loop = fileURLToPath(new URL("support/save-in-a-loop.ts", import.meta.url));

/** A file with some old contents, alone in a folder. */
function oldFile(name = "model ü 🌭.h5"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, "old");
  return file;
}

const others = (file: string) => readdirSync(dirname(file)).filter((name) => name !== basename(file));

test("a file is made, and replaced, with nothing left beside it", async () => {
  const file = join(temporaryFolder(), "new.h5");
  await writeFileAtomically(file, text("first"));
  expect(readFileSync(file, "utf8")).toBe("first");
  await writeFileAtomically(file, text(""));
  expect(readFileSync(file, "utf8")).toBe("");
  expect(others(file)).toEqual([]);
});

test("saves at the same time leave one of their files, whole", async () => {
  const file = oldFile();
  const contents = Array.from({ length: 8 }, (_, i) => new Uint8Array(100_000 + i).fill(i));
  await Promise.all(contents.map((bytes) => writeFileAtomically(file, bytes)));
  const found = new Uint8Array(readFileSync(file));
  expect(contents.filter((bytes) => Buffer.compare(bytes, found) === 0)).toHaveLength(1);
  expect(others(file)).toEqual([]);
});

test("a path is looked for in the folder that was the working directory at the call", async () => {
  const [start, later] = [temporaryFolder(), temporaryFolder()];
  const before = process.cwd();
  process.chdir(start);
  const saving = writeFileAtomically("here.h5", text("new"));
  process.chdir(later);
  await saving;
  process.chdir(before);
  expect(existsSync(join(start, "here.h5"))).toBe(true);
});

test.skipIf(WINDOWS)("permissions stay, and so do symbolic links", async () => {
  const file = oldFile();
  chmodSync(file, 0o640);
  const link = join(dirname(file), "link.h5");
  symlinkSync(file, link);
  await writeFileAtomically(link, text("new"));
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test.skipIf(WINDOWS)("permissions stay that new files do not have", async () => {
  const file = oldFile();
  chmodSync(file, 0o666);
  const before = process.umask(0o077);
  await writeFileAtomically(file, text("new")).finally(() => process.umask(before));
  expect(statSync(file).mode & 0o777).toBe(0o666);
});

test("what a killed process left an hour ago is removed, and nothing else", async () => {
  const file = oldFile("model.h5");
  const names = [".model.h5.0123456789ab.tmp", ".model.h5.ba9876543210.tmp", ".model.h5.notes.tmp"];
  const [left, young, foreign] = names.map((name) => join(dirname(file), name));
  for (const each of [left, young, foreign]) writeFileSync(each, "half");
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const each of [left, foreign]) utimesSync(each, longAgo, longAgo);
  await writeFileAtomically(file, text("new"));
  expect(others(file).sort()).toEqual([young, foreign].map((each) => basename(each)).sort());
});

describe("what cannot be written is refused with what to do, and the old file stays", () => {
  const refused = async (path: string, message: RegExp) => {
    const error = await errorOf(() => writeFileAtomically(path, text("new")));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/untouched/);
  };

  test("a disk that does not keep what it is given", async () => {
    const file = oldFile();
    brokenDisk.isInUse = true;
    await refused(file, /other bytes when it was read back/).finally(() => {
      brokenDisk.isInUse = false;
    });
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(others(file)).toEqual([]);
  });

  test("a folder that is not there", async () => {
    await refused(join(temporaryFolder(), "missing", "model.h5"), /model\.h5: .*not there\. Make the folder/);
  });

  test("the name of a folder", async () => {
    const folder = join(temporaryFolder(), "model.h5");
    mkdirSync(folder);
    await refused(folder, /the name of a folder\. Give the name of a file in it/);
  });

  test.skipIf(WINDOWS)("a path through a file", async () => {
    const file = oldFile();
    await refused(join(file, "model.h5"), /a path through a file/);
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  test.skipIf(WINDOWS)("a folder that may not be written to", async () => {
    const file = oldFile();
    const superuser = process.getuid?.() === 0;
    chmodSync(dirname(file), 0o555);
    // Who may do everything is not refused, and becomes somebody else for a moment.
    if (superuser) process.seteuid?.(65_534);
    try {
      await refused(file, /may not write there\. Change the permissions/);
    } finally {
      if (superuser) process.seteuid?.(0);
      chmodSync(dirname(file), 0o755);
    }
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(others(file)).toEqual([]);
  });

  test("an empty name, and one with a zero character", async () => {
    for (const path of ["", "a\0b"]) {
      expect(await errorOf(() => writeFileAtomically(path, text("new")))).toBeInstanceOf(DataError);
    }
  });
});

test.skipIf(WINDOWS)("where files may not become so large, the old one stays", () => {
  const file = oldFile();
  // The signal that comes first would end the process, as it would that of a user.
  const command = `trap '' XFSZ; ulimit -f 64; exec "$0" --import tsx "$1" "$2" 1000000 1`;
  const { status, stderr } = spawnSync("/bin/sh", ["-c", command, process.execPath, loop, file], {
    encoding: "utf8",
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
  });
  expect(stderr).toMatch(/model ü 🌭\.h5: .*files may not become so large there/);
  expect(status).toBe(1);
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(others(file)).toEqual([]);
});

// Where the system lets us have a small disk; the limit above is refused in the same way everywhere.
const disk = smallDisk();
if (disk !== null) {
  afterAll(() => {
    execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  });

  test("on a full disk the old file stays", async () => {
    const file = join(disk, "model.h5");
    await writeFileAtomically(file, text("old"));
    const error = await errorOf(() => writeFileAtomically(file, new Uint8Array(2_000_000)));
    expect(error.message).toMatch(/a full disk\. Free some space/);
    expect(readFileSync(file, "utf8")).toBe("old");
    expect(others(file)).toEqual([]);
  });
}

/** A disk of one megabyte in memory, or null. */
function smallDisk(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "neural-networks-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return null;
}

test("whenever the process is killed, the old file or the new one is there, whole", {
  timeout: PATIENCE,
}, async () => {
  const size = 3_000_000;
  const file = join(temporaryFolder(), "model.h5");
  await writeFileAtomically(file, new Uint8Array(size));
  const random = new Random(1, "kills");
  let saved = 0;
  for (let kills = 0; kills < KILLS; kills++) {
    const child = spawn(process.execPath, ["--import", "tsx", loop, file, String(size), "100000"]);
    let dots = 0;
    child.stdout.on("data", (data) => {
      dots += data.length;
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 60 * random.uniform()));
    child.kill("SIGKILL");
    await once(child, "close");
    saved += dots;
    const found = new Uint8Array(readFileSync(file));
    expect(found.length).toBe(size);
    expect(found.every((byte) => byte === found[0])).toBe(true);
    await writeFileAtomically(file, new Uint8Array(size));
  }
  expect(saved).toBeGreaterThan(5);
});
