import { OptionsError, oneOf, show } from "../errors";
import type { Kernels } from "./kernels";
import { plain } from "./plain";
import { relaxedSimd, simd } from "./simd/compiled";
import { simdKernels } from "./simd/simd";
import { webAssembly } from "./simd/web-assembly";

/** The fast kernels, the fastest first: fused multiply-add is on by default from Node 22. */
const compiled = { "relaxed-simd": relaxedSimd, simd };

const names = [...Object.keys(compiled), "plain"];

/**
 * The fastest kernels that this machine can run, or those that `wanted` names: "relaxed-simd", "simd" or "plain".
 * Throws an OptionsError for another name, and for kernels that cannot run here.
 */
export function chooseKernels(wanted: string | undefined): Kernels {
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new OptionsError(`NN_KERNELS: expected ${oneOf(names)} or nothing, received ${show(wanted)}.`);
  }
  for (const [name, text] of Object.entries(compiled)) {
    if (wanted !== undefined && wanted !== name) continue;
    const bytes = Buffer.from(text, "base64");
    if (!webAssembly.validate(bytes)) continue;
    try {
      return simdKernels(name, bytes);
    } catch (error) {
      // Without 4 GiB of address space there is no memory for them, and the plain ones do.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  if (wanted === undefined || wanted === "plain") return plain;
  throw new OptionsError(
    `NN_KERNELS: ${show(wanted)} cannot run on this machine. Use another of ${oneOf(names)}.`,
  );
}

/** The kernels that networks compute with unless they are given others. */
export const kernels: Kernels = chooseKernels(process.env.NN_KERNELS || undefined);
