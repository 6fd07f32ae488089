import { expect, test } from "vitest";
import { OptionsError } from "../../src/errors";
import { chooseKernels } from "../../src/kernels/chosen";

const major = Number(process.versions.node.split(".")[0]);

test("the fastest kernels that this version of Node runs are chosen", () => {
  expect(chooseKernels(undefined).name).toBe(major >= 22 ? "relaxed-simd" : "simd");
});

test("each can be asked for by name", () => {
  expect(chooseKernels("plain").name).toBe("plain");
  expect(chooseKernels("simd").name).toBe("simd");
});

test("kernels that cannot run here are refused, not replaced", () => {
  if (major >= 22) expect(chooseKernels("relaxed-simd").name).toBe("relaxed-simd");
  else expect(() => chooseKernels("relaxed-simd")).toThrow(/NN_KERNELS: "relaxed-simd" cannot run/);
});

test("an unknown name is refused with the known ones", () => {
  expect(() => chooseKernels("fast")).toThrow(OptionsError);
  expect(() => chooseKernels("fast")).toThrow(
    'NN_KERNELS: expected "relaxed-simd", "simd" or "plain" or nothing, received "fast".',
  );
});
