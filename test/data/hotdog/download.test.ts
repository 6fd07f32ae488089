import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type DownloadOptions, downloadImages } from "../../../src/data/hotdog/download";
import { findImages } from "../../../src/data/hotdog/find";
import { DataError, NeuralNetworkError, OptionsError } from "../../../src/errors";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { temporaryFolder } from "../support/idx";
import { type ZipFile, zipBytes } from "../support/zip";

const files: ZipFile[] = ["train", "test"].flatMap((part) =>
  ["hotdog", "not-hotdog"].map((name) => ({
    name: `hotdog/${part}/${name}/0.png`,
    contents: Buffer.from(`${part} ${name} `.repeat(1000)),
  })),
);

const archive = zipBytes(files);

const sha1Of = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");

/** The address of a server on this machine that answers as told, until the test ends. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hotdog.zip`;
}

const serveBytes = (bytes: Buffer) =>
  serve((_, response) => response.writeHead(200, { "content-length": bytes.length }).end(bytes));

/** What a download into a new folder leaves there, and the error with which it ends. */
async function refused(
  address: string,
  options: DownloadOptions = {},
): Promise<{ error: Error; left: string[] }> {
  const parent = temporaryFolder();
  const folder = join(parent, "d2l-hotdog");
  const error = await errorOf(() => downloadImages({ address, folder, sha1: sha1Of(archive), ...options }));
  return { error, left: readdirSync(parent) };
}

describe("an archive that comes whole", () => {
  test("is unpacked, with nothing besides, and its images are found in it", async () => {
    const address = await serveBytes(archive);
    const parent = temporaryFolder();
    const folder = join(parent, "data", "d2l-hotdog");
    const collection = await findImages("download", { address, folder, sha1: sha1Of(archive) });
    expect(collection.source).toBe("download");
    expect(collection.images.map(({ name, part, label }) => [name, part, label])).toEqual([
      ["test/hotdog/0.png", "test", 1],
      ["test/not-hotdog/0.png", "test", 0],
      ["train/hotdog/0.png", "train", 1],
      ["train/not-hotdog/0.png", "train", 0],
    ]);
    for (const { name, contents } of files) expect(readFileSync(join(folder, name))).toEqual(contents);
    expect(readdirSync(join(parent, "data"))).toEqual(["d2l-hotdog"]);
  });

  test("is not fetched again", async () => {
    let requests = 0;
    const address = await serve((_, response) => {
      requests++;
      response.end(archive);
    });
    const options = { address, folder: join(temporaryFolder(), "set"), sha1: sha1Of(archive) };
    expect(await downloadImages(options)).toBe(options.folder);
    expect(await downloadImages(options)).toBe(options.folder);
    expect(requests).toBe(1);
  });

  test("may lie elsewhere: a redirection is followed", async () => {
    const elsewhere = await serveBytes(archive);
    const address = await serve((_, response) => response.writeHead(302, { location: elsewhere }).end());
    const folder = join(temporaryFolder(), "set");
    await downloadImages({ address, folder, sha1: sha1Of(archive).toUpperCase() });
    expect(existsSync(join(folder, files[0].name))).toBe(true);
  });

  test("tells how far it is, in bytes", async () => {
    const told: [number, number | null][] = [];
    const address = await serveBytes(archive);
    await downloadImages({
      address,
      folder: join(temporaryFolder(), "set"),
      sha1: sha1Of(archive),
      onProgress: ({ done, total, unit }) => {
        expect(unit).toBe("bytes");
        told.push([done, total]);
      },
    });
    expect(told.at(-1)).toEqual([archive.length, archive.length]);
  });

  test("does not need to tell its length", async () => {
    const totals = new Set<number | null>();
    const address = await serve((_, response) => {
      response.write(archive.subarray(0, 100));
      response.end(archive.subarray(100));
    });
    const folder = join(temporaryFolder(), "set");
    await downloadImages({
      address,
      folder,
      sha1: sha1Of(archive),
      onProgress: ({ total }) => totals.add(total),
    });
    expect([...totals]).toEqual([null]);
  });

  test("may come slowly, as long as something comes", async () => {
    const address = await serve(async (_, response) => {
      response.writeHead(200, { "content-length": archive.length });
      const step = Math.ceil(archive.length / 6);
      for (let start = 0; start < archive.length; start += step) {
        response.write(archive.subarray(start, start + step));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      response.end();
    });
    const folder = join(temporaryFolder(), "set");
    await downloadImages({ address, folder, sha1: sha1Of(archive), seconds: 1.2 });
    expect(existsSync(folder)).toBe(true);
  });
});

describe("what goes wrong on the way ends with a message, the two other sources, and nothing on the disk", () => {
  test.each<[what: string, address: () => Promise<string>, message: RegExp]>([
    [
      "changed bytes",
      () => {
        const changed = Buffer.from(archive);
        changed[60] ^= 1;
        return serveBytes(changed);
      },
      /with the SHA-1 [0-9a-f]{40}, received [0-9a-f]{40}\. It was changed/,
    ],
    [
      "a connection that breaks",
      () =>
        serve((_, response) => {
          response.writeHead(200, { "content-length": archive.length });
          response.write(archive.subarray(0, 100), () => setTimeout(() => response.destroy(), 20));
        }),
      /received a part of it: the connection broke\. Look at the network/,
    ],
    [
      "fewer bytes without an error",
      () => serve((_, response) => response.end(archive.subarray(0, 100))),
      /with the SHA-1/,
    ],
    [
      "no such file",
      () => serve((_, response) => response.writeHead(404).end("no")),
      /the answer 404 Not Found/,
    ],
    [
      "a server error",
      () => serve((_, response) => response.writeHead(500).end()),
      /the answer 500.*Try again later/,
    ],
    [
      "redirections in a circle",
      () => serve((_, response) => response.writeHead(302, { location: "/hotdog.zip" }).end()),
      /redirect count exceeded/,
    ],
    [
      "a length beyond all measure",
      () => serve((_, response) => response.writeHead(200, { "content-length": 2 ** 40 }).write("x")),
      /at most 1,073,741,824 bytes, received a larger one/,
    ],
  ])("%s", async (_, address, message) => {
    const { error, left } = await refused(await address());
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/use the source "emoji", .*"folder"/);
    expect(left).toEqual([]);
  });

  test.each([
    ["no answer at all", () => serve(() => {})],
    [
      "an answer that stops",
      () =>
        serve((_, response) => {
          response.writeHead(200, { "content-length": archive.length });
          response.write(archive.subarray(0, 100));
        }),
    ],
  ])("%s", async (_, address) => {
    const { error, left } = await refused(await address(), { seconds: 0.3 });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/received nothing for 0\.3 seconds\. Look at the network.*"emoji"/);
    expect(left).toEqual([]);
  });

  test("nobody at the address", async () => {
    const address = await serve(() => {});
    const closed = address.replace(/:\d+/, ":1");
    const { error, left } = await refused(closed);
    expect(error.message).toMatch(/no answer: the connection was refused|bad port/);
    expect(left).toEqual([]);
  });

  test("a name that nobody knows, as without a network", async () => {
    const { error, left } = await refused("http://no-such-host.invalid/hotdog.zip");
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/no answer: its name is not known, as without a network\..*"emoji"/);
    expect(left).toEqual([]);
  });

  test("a place where nothing can be written", async () => {
    const parent = temporaryFolder();
    writeFileSync(join(parent, "file"), "");
    const address = await serveBytes(archive);
    const error = await errorOf(() => downloadImages({ address, folder: join(parent, "file", "set") }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/expected to store it in .*set, received an error \(E/);
    expect(readdirSync(parent)).toEqual(["file"]);
  });
});

test("a signal stops it, and nothing of it stays", async () => {
  const controller = new AbortController();
  const address = await serve((_, response) => {
    response.writeHead(200, { "content-length": archive.length });
    response.write(archive.subarray(0, 100));
  });
  const onProgress = () => controller.abort();
  const { error, left } = await refused(address, { signal: controller.signal, onProgress });
  expect(error).toBeInstanceOf(NeuralNetworkError);
  expect(error).not.toBeInstanceOf(DataError);
  expect(error.message).toMatch(/the download was stopped, and nothing of it was kept/);
  expect(left).toEqual([]);
});

test("what a killed process left an hour ago is removed, and nothing else", async () => {
  const parent = temporaryFolder();
  const names = [".set.0123456789ab.tmp", ".set.ba9876543210.tmp", ".other.0123456789ab.tmp"];
  for (const name of names) mkdirSync(join(parent, name, "images"), { recursive: true });
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  for (const name of [names[0], names[2]]) utimesSync(join(parent, name), longAgo, longAgo);
  await downloadImages({
    address: await serveBytes(archive),
    folder: join(parent, "set"),
    sha1: sha1Of(archive),
  });
  expect(readdirSync(parent).sort()).toEqual([names[1], names[2], "set"].sort());
});

describe("an archive with the right checksum is still not trusted", () => {
  const image = { name: "hotdog/train/hotdog/1.png", contents: Buffer.from("x") };

  test.each<[what: string, file: ZipFile, message: RegExp]>([
    ["a path that leads out of the folder", { ...image, name: "../../evil.png" }, /invalid relative path/],
    ["an absolute path", { ...image, name: "/tmp/evil.png" }, /absolute path/],
    ["a path of Windows", { ...image, name: "C:\\evil.png" }, /invalid characters|absolute path/],
    ["a name with a colon", { ...image, name: "hotdog/a.png:stream" }, /not every system can store/],
    ["a link", { ...image, contents: Buffer.from("/etc/passwd"), mode: 0o120777 }, /a link or a device/],
    ["a device", { ...image, mode: 0o060644 }, /a link or a device/],
    ["an encrypted file", { ...image, encrypted: true }, /an encrypted file/],
    ["an absurd size", { ...image, declared: 2 ** 31 }, /a file of 2,147,483,648 bytes/],
    ["a size that is not true", { ...image, contents: Buffer.alloc(5000), declared: 10 }, /too many bytes/],
    [
      "the name of another file",
      { ...image, name: files[0].name.toUpperCase() },
      /a name that is there twice/,
    ],
  ])("%s", async (_, file, message) => {
    const bytes = zipBytes([...files, file]);
    const { error, left } = await refused(await serveBytes(bytes), { sha1: sha1Of(bytes) });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^http:.*: expected a zip archive of images.*use the source "emoji"/);
    expect(left).toEqual([]);
  });

  test("many files that together would fill a disk", async () => {
    const large = Array.from({ length: 33 }, (_, i) => ({ ...image, name: `${i}.png`, declared: 2 ** 26 }));
    const bytes = zipBytes([...files, ...large]);
    const { error, left } = await refused(await serveBytes(bytes), { sha1: sha1Of(bytes) });
    expect(error.message).toMatch(/more than 2,147,483,648 bytes/);
    expect(left).toEqual([]);
  });

  test("what is no archive", async () => {
    const bytes = Buffer.from("hello".repeat(100));
    const { error, left } = await refused(await serveBytes(bytes), { sha1: sha1Of(bytes) });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/^http:.*: expected a zip archive of images.*use the source "emoji"/);
    expect(left).toEqual([]);
  });
});

test("wrong options are refused, all at once", async () => {
  const options = { folder: "", address: "ftp://x", sha1: "abc", seconds: 0, onProgress: 3, signal: 4 };
  const error = await errorOf(() => findImages("download", wrong(options)));
  expect(error).toBeInstanceOf(OptionsError);
  expect(error.message.match(/^ {2}- /gm)).toHaveLength(6);
  // A timer that is given more milliseconds than 32 bits hold ends at once.
  const long = await errorOf(() => findImages("download", { address: "http://127.0.0.1:1/", seconds: 1e9 }));
  expect(long).toBeInstanceOf(OptionsError);
});
