import type { Tensor } from "../../tensor";
import type { Kernels } from "../kernels";
import type { Places } from "./places";
import type { WasmExports } from "./web-assembly";

/** Batch normalization with the compiled kernels. */
export function normalizationKernels(
  wasm: WasmExports,
  places: Places,
): Pick<Kernels, "moments" | "normalize" | "normalizeGradient"> {
  /** How many rows, pixels in each, and channels; address and index list. Rows in order are one long row. */
  const look = (x: Tensor, { size: channels }: Tensor) => {
    const [address, list] = [places.input(0, x), places.rows(x)];
    const pixels = x.rowSize / channels;
    return list === 0
      ? [1, x.shape[0] * pixels, channels, address, list]
      : [x.shape[0], pixels, channels, address, list];
  };

  return {
    moments(x, mean, variance) {
      const read = look(x, mean);
      wasm.moments(...read, places.output(1, mean), places.output(2, variance));
      places.finish(1, mean);
      places.finish(2, variance);
    },

    normalize(x, mean, inverse, gamma, beta, y) {
      const read = look(x, mean);
      const given = [mean, inverse, gamma, beta].map((tensor, i) => places.input(i + 1, tensor));
      wasm.normalize(...read, ...given, places.output(5, y));
      places.finish(5, y);
    },

    normalizeGradient(x, mean, inverse, gamma, dy, dGamma, dBeta, share, dx) {
      const read = look(x, mean);
      const given = [mean, inverse, gamma, dy].map((tensor, i) => places.input(i + 1, tensor));
      const [g, b, to] = [dGamma, dBeta, dx].map((tensor, i) => places.output(i + 5, tensor));
      wasm.normalizeGradient(...read, ...given, g, b, share, to);
      for (const [i, tensor] of [dGamma, dBeta, dx].entries()) places.finish(i + 5, tensor);
    },
  };
}
