import { type Numbers, type Shape, sizeToAllocate, Tensor } from "../tensor";
import type { Kernels } from "./kernels";
import { plainImages } from "./plain-images";
import { plainNormalization } from "./plain-normalization";
import { plainUpdates } from "./plain-updates";

/** The weight gradient runs down the columns of x: so many rows at a time, the columns beside it stay in the cache. */
const ROWS_AT_ONCE = 64;

/**
 * The readable kernels: typed arrays and loops, and the reference for every other implementation.
 *
 * The two large products make four neighbouring sums at a time. Each number of x is then read once for four
 * products instead of one, which halves the time. The textbook's loop follows under each, for the columns that are left.
 */
function plainKernels(name: string, allocate: (length: number) => Numbers): Kernels {
  return {
    name,

    zeros: (shape: Shape) => new Tensor(allocate(sizeToAllocate(shape)), shape),

    holds: () => true,

    affine(x, weights, bias, z) {
      const [inputs, outputs] = weights.shape;
      const [X, W, b, Z] = [x.data, weights.data, bias.data, z.data];
      for (let i = 0; i < z.shape[0]; i++) {
        const row = x.rowStart(i);
        let j = 0;
        for (; j + 4 <= outputs; j += 4) {
          let [z0, z1, z2, z3] = [b[j], b[j + 1], b[j + 2], b[j + 3]];
          for (let k = 0, w = j; k < inputs; k++, w += outputs) {
            const xk = X[row + k];
            z0 += xk * W[w];
            z1 += xk * W[w + 1];
            z2 += xk * W[w + 2];
            z3 += xk * W[w + 3];
          }
          const to = i * outputs + j;
          Z[to] = z0;
          Z[to + 1] = z1;
          Z[to + 2] = z2;
          Z[to + 3] = z3;
        }
        for (; j < outputs; j++) {
          let sum = b[j];
          for (let k = 0; k < inputs; k++) sum += X[row + k] * W[k * outputs + j];
          Z[i * outputs + j] = sum;
        }
      }
    },

    weightGradient(x, dz, dWeights, dBias) {
      const [inputs, outputs] = dWeights.shape;
      const [X, dZ, dW, db] = [x.data, dz.data, dWeights.data, dBias.data];
      const batch = dz.shape[0];
      const starts = rowStarts(x);
      dW.fill(0);
      for (let first = 0; first < batch; first += ROWS_AT_ONCE) {
        const end = Math.min(first + ROWS_AT_ONCE, batch);
        for (let k = 0; k < inputs; k++) {
          let j = 0;
          for (; j + 4 <= outputs; j += 4) {
            const to = k * outputs + j;
            let [d0, d1, d2, d3] = [dW[to], dW[to + 1], dW[to + 2], dW[to + 3]];
            for (let i = first, d = first * outputs + j; i < end; i++, d += outputs) {
              const xk = X[starts[i] + k];
              d0 += xk * dZ[d];
              d1 += xk * dZ[d + 1];
              d2 += xk * dZ[d + 2];
              d3 += xk * dZ[d + 3];
            }
            dW[to] = d0;
            dW[to + 1] = d1;
            dW[to + 2] = d2;
            dW[to + 3] = d3;
          }
          for (; j < outputs; j++) {
            let sum = dW[k * outputs + j];
            for (let i = first; i < end; i++) sum += X[starts[i] + k] * dZ[i * outputs + j];
            dW[k * outputs + j] = sum;
          }
        }
      }
      for (let j = 0; j < outputs; j++) {
        let sum = 0;
        for (let i = 0; i < batch; i++) sum += dZ[i * outputs + j];
        db[j] = sum;
      }
    },

    inputGradient(dz, weights, dx) {
      const [inputs, outputs] = weights.shape;
      const [dZ, W, dX] = [dz.data, weights.data, dx.data];
      for (let i = 0; i < dz.shape[0]; i++) {
        for (let k = 0; k < inputs; k++) {
          let sum = 0;
          for (let j = 0; j < outputs; j++) sum += dZ[i * outputs + j] * W[k * outputs + j];
          dX[i * inputs + k] = sum;
        }
      }
    },

    descend(value, gradient, rate) {
      const [v, g] = [value.data, gradient.data];
      for (let i = 0; i < v.length; i++) v[i] -= rate * g[i];
    },

    ...plainUpdates,
    ...plainImages,
    ...plainNormalization,
    shortcuts: { activations: {}, losses: {} },
  };
}

/** Where each row of x begins. Looked up once, because the sums over a batch run down its columns. */
function rowStarts(x: Tensor): Uint32Array {
  const starts = new Uint32Array(x.shape[0]);
  for (let i = 0; i < starts.length; i++) starts[i] = x.rowStart(i);
  return starts;
}

export const plain: Kernels = plainKernels("plain", (length) => new Float32Array(length));

/** The plain kernels in double precision, where a finite difference is exact enough to check a gradient. */
export const plainDouble: Kernels = plainKernels(
  "plain, double precision",
  (length) => new Float64Array(length),
);
