// What the worker does that hdf5.ts starts: it answers each request with bytes, a tree, or what is wrong.
import { parentPort } from "node:worker_threads";
import { decode } from "./decode.mjs";
import { encode } from "./encode.mjs";
import { Refusal } from "./library.mjs";

/**
 * What is wrong, from a failure of the HDF5 library by the innermost line of its report.
 * @param {unknown} error
 * @param {string} what that stands for
 */
function problemOf(error, what) {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return message;
  const lines = [...message.matchAll(/ in \w+\(\): (.*)/g)];
  return `${what} (${lines.length > 0 ? lines[lines.length - 1][1] : message.split("\n")[0]})`;
}

parentPort?.on("message", (/** @type {import("../hdf5").Hdf5Request} */ request) => {
  try {
    if ("tree" in request) {
      const bytes = encode(request.tree);
      parentPort?.postMessage({ bytes }, [/** @type {ArrayBuffer} */ (bytes.buffer)]);
    } else {
      parentPort?.postMessage({ tree: decode(request.bytes, request.only) });
    }
  } catch (error) {
    const what = "tree" in request ? "something else" : "a damaged file";
    parentPort?.postMessage({ problem: problemOf(error, what) });
  }
});
