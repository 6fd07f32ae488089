import { expect, test } from "vitest";
import { DataError, NeuralNetworkError, OptionsError } from "../../src/errors";
import { findImages, prepareImages } from "../../src/notebook/images";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";

const interrupt = ({ done }: { done: number }) => {
  if (done === 5) process.emit("SIGINT");
};

test("images are found and prepared as without a notebook", async () => {
  const prepared = await prepareImages(await findImages("emoji", { count: 20 }), { size: 8 });
  expect([prepared.train.names.length, prepared.test.names.length]).toEqual([16, 4]);
});

test("an interrupt stops the preparation and says so; nothing listens afterwards", async () => {
  const listeners = process.listenerCount("SIGINT");
  const images = await findImages("emoji", { count: 60 });
  const error = await errorOf(() => prepareImages(images, { size: 8, onProgress: interrupt }));
  expect(error).toBeInstanceOf(NeuralNetworkError);
  expect(error.message).toMatch(/stopped after \d+ of 72 images/);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

test("a signal stops it as well", async () => {
  const images = await findImages("emoji", { count: 60 });
  const error = await errorOf(() => prepareImages(images, { size: 8, signal: AbortSignal.abort() }));
  expect(error.message).toMatch(/stopped after 0 of 72 images/);
});

test("what is wrong is refused as without a notebook", async () => {
  const images = await findImages();
  const error = await errorOf(() => prepareImages(images, wrong({ signal: 1, size: 0 })));
  expect(error).toBeInstanceOf(OptionsError);
  expect(error.message).toMatch(/signal: expected an AbortSignal, received 1/);
  expect(await errorOf(() => findImages("folder", { folder: "no such folder" }))).toBeInstanceOf(DataError);
});
