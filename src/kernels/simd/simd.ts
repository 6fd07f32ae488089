import { type Shape, sizeToAllocate, Tensor } from "../../tensor";
import type { Kernels } from "../kernels";
import { imageKernels } from "./images";
import { KernelMemory } from "./memory";
import { normalizationKernels } from "./normalization";
import { PANEL, WIDE } from "./panels";
import { Places } from "./places";
import { shortcuts } from "./shortcuts";
import { webAssembly } from "./web-assembly";

/** The kernels compiled from the folder `assembly`, in a memory of their own. */
export function simdKernels(name: string, bytes: Uint8Array): Kernels & { readonly memory: KernelMemory } {
  const memory = new KernelMemory();
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), {
    env: { memory: memory.wasm },
  });
  const { product, transposedProduct, pack, sumRows, descend, descendWithMomentum, rmsProp, adam } = exports;
  const places = new Places(memory);

  return {
    name,
    memory,

    zeros: (shape: Shape) => new Tensor(memory.zeros(sizeToAllocate(shape)), shape),

    holds: ({ data }) => data instanceof Float32Array && memory.holds(data),

    affine(x, weights, bias, z) {
      const [k, n] = weights.shape;
      const a = places.input(0, x);
      const rows = places.rows(x);
      const w = places.input(1, weights);
      const b = places.input(2, bias);
      const c = places.output(3, z);
      if (n < WIDE) {
        product(z.shape[0], n, k, 1, 0, a, 4 * k, rows, w, 4 * n, PANEL, b, 0, c, 4 * n);
      } else {
        const packed = places.scratch(4, k * (n + 7));
        pack(k, n, w, 4 * n, 4, packed, PANEL * k);
        product(z.shape[0], n, k, 1, 0, a, 4 * k, rows, packed, PANEL, PANEL * k, b, 0, c, 4 * n);
      }
      places.finish(3, z);
    },

    weightGradient(x, dz, dWeights, dBias) {
      const [m, n] = dWeights.shape;
      const k = dz.shape[0];
      const a = places.input(0, x);
      const rows = places.rows(x);
      const d = places.input(1, dz);
      const c = places.output(2, dWeights);
      const sums = places.output(3, dBias);
      if (k === 0) {
        dWeights.data.fill(0);
        dBias.data.fill(0);
        return;
      }
      const zeros = places.zeros(n);
      if (n < WIDE) {
        transposedProduct(m, n, k, a, 4 * m, rows, d, 4 * n, PANEL, zeros, 0, c, 4 * n);
      } else {
        const packed = places.scratch(4, k * (n + 7));
        pack(k, n, d, 4 * n, 4, packed, PANEL * k);
        transposedProduct(m, n, k, a, 4 * m, rows, packed, PANEL, PANEL * k, zeros, 0, c, 4 * n);
      }
      sumRows(k, n, d, sums);
      places.finish(2, dWeights);
      places.finish(3, dBias);
    },

    inputGradient(dz, weights, dx) {
      const [n, k] = weights.shape;
      const d = places.input(0, dz);
      const w = places.input(1, weights);
      const c = places.output(2, dx);
      const packed = places.scratch(4, k * (n + 7));
      pack(k, n, w, 4, 4 * k, packed, PANEL * k);
      product(dz.shape[0], n, k, 1, 0, d, 4 * k, 0, packed, PANEL, PANEL * k, places.zeros(n), 0, c, 4 * n);
      places.finish(2, dx);
    },

    descend(value, gradient, rate) {
      const v = places.input(0, value);
      descend(value.size, v, places.input(1, gradient), rate);
      places.finish(0, value);
    },

    descendWithMomentum(value, gradient, velocity, rate, momentum, nesterov) {
      const w = places.input(0, value);
      const g = places.input(1, gradient);
      descendWithMomentum(value.size, w, g, places.input(2, velocity), rate, momentum, nesterov ? 1 : 0);
      places.finish(0, value);
      places.finish(2, velocity);
    },

    rmsProp(value, gradient, square, rate, decay, epsilon) {
      const w = places.input(0, value);
      const g = places.input(1, gradient);
      rmsProp(value.size, w, g, places.input(2, square), rate, decay, epsilon);
      places.finish(0, value);
      places.finish(2, square);
    },

    adam(value, gradient, mean, square, rate, beta1, beta2, epsilon, step) {
      const w = places.input(0, value);
      const g = places.input(1, gradient);
      const m = places.input(2, mean);
      const s = places.input(3, square);
      // m̂ / (√ŝ + ε) = √c₂ / c₁ · m / (√s + ε·√c₂), where the corrections c are the same for every element.
      const root = Math.sqrt(1 - beta2 ** step);
      const corrected = (rate * root) / (1 - beta1 ** step);
      adam(value.size, w, g, m, s, corrected, beta1, beta2, epsilon * root);
      places.finish(0, value);
      places.finish(2, mean);
      places.finish(3, square);
    },

    ...imageKernels(exports, places),
    ...normalizationKernels(exports, places),
    shortcuts: shortcuts(exports, places),
  };
}
