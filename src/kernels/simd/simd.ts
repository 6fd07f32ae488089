import { type Shape, sizeOf, Tensor } from "../../tensor";
import type { Kernels } from "../kernels";
import { KernelMemory } from "./memory";
import { Places } from "./places";
import { shortcuts } from "./shortcuts";
import { webAssembly } from "./web-assembly";

/** Matrices with fewer columns are used as they are stored; the columns of wider ones are laid out in panels first. */
const WIDE = 64;

/** Bytes of a panel's row: eight numbers. */
const PANEL = 32;

/** The kernels compiled from the folder `assembly`, in a memory of their own. */
export function simdKernels(name: string, bytes: Uint8Array): Kernels & { readonly memory: KernelMemory } {
  const memory = new KernelMemory();
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), {
    env: { memory: memory.wasm },
  });
  const { product, transposedProduct, pack, sumRows, descend } = exports;
  const places = new Places(memory);

  return {
    name,
    memory,

    zeros: (shape: Shape) => new Tensor(memory.zeros(sizeOf(shape)), shape),

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
        pack(k, n, w, 4 * n, 4, packed);
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
        pack(k, n, d, 4 * n, 4, packed);
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
      pack(k, n, w, 4, 4 * k, packed);
      product(dz.shape[0], n, k, 1, 0, d, 4 * k, 0, packed, PANEL, PANEL * k, places.zeros(n), 0, c, 4 * n);
      places.finish(2, dx);
    },

    descend(value, gradient, rate) {
      const v = places.input(0, value);
      descend(value.size, v, places.input(1, gradient), rate);
      places.finish(0, value);
    },

    shortcuts: shortcuts(exports, places),
  };
}
