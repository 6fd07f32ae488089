import { chooseKernels } from "../../src/kernels/chosen";
import type { Kernels } from "../../src/kernels/kernels";

/** The compiled kernels that this version of Node can run, each with a memory of its own. Node 20 has no "relaxed-simd". */
export function compiledKernels(): Kernels[] {
  return ["simd", "relaxed-simd"].flatMap((name) => {
    try {
      return [chooseKernels(name)];
    } catch {
      return [];
    }
  });
}
