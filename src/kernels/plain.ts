import { type Numbers, type Shape, sizeOf, Tensor } from "../tensor";
import type { Kernels } from "./kernels";

/**
 * The readable kernels: typed arrays and loops, and the reference for every other implementation.
 *
 * Each product takes four terms at a time. The sums are the ones of the textbook; the memory is read a quarter
 * as often, and that is most of the time a product takes.
 */
function plainKernels(name: string, allocate: (length: number) => Numbers): Kernels {
  return {
    name,

    zeros: (shape: Shape) => new Tensor(allocate(sizeOf(shape)), shape),

    affine(x, weights, bias, z) {
      const [inputs, outputs] = weights.shape;
      const [X, W, b, Z] = [x.data, weights.data, bias.data, z.data];
      const sum = new Float64Array(outputs);
      for (let i = 0; i < z.shape[0]; i++) {
        const row = x.rowStart(i);
        sum.set(b);
        let k = 0;
        for (; k + 4 <= inputs; k += 4) {
          const x0 = X[row + k];
          const x1 = X[row + k + 1];
          const x2 = X[row + k + 2];
          const x3 = X[row + k + 3];
          let w = k * outputs;
          for (let j = 0; j < outputs; j++, w++) {
            sum[j] += x0 * W[w] + x1 * W[w + outputs] + x2 * W[w + 2 * outputs] + x3 * W[w + 3 * outputs];
          }
        }
        for (; k < inputs; k++) {
          for (let j = 0; j < outputs; j++) sum[j] += X[row + k] * W[k * outputs + j];
        }
        Z.set(sum, i * outputs);
      }
    },

    weightGradient(x, dz, dWeights, dBias) {
      const [inputs, outputs] = dWeights.shape;
      const [X, dZ, dW, db] = [x.data, dz.data, dWeights.data, dBias.data];
      dW.fill(0);
      db.fill(0);
      const batch = dz.shape[0];
      let i = 0;
      for (; i + 4 <= batch; i += 4) {
        const [r0, r1, r2, r3] = [x.rowStart(i), x.rowStart(i + 1), x.rowStart(i + 2), x.rowStart(i + 3)];
        const d = i * outputs;
        for (let k = 0; k < inputs; k++) {
          const x0 = X[r0 + k];
          const x1 = X[r1 + k];
          const x2 = X[r2 + k];
          const x3 = X[r3 + k];
          const w = k * outputs;
          for (let j = 0; j < outputs; j++) {
            dW[w + j] +=
              x0 * dZ[d + j] +
              x1 * dZ[d + outputs + j] +
              x2 * dZ[d + 2 * outputs + j] +
              x3 * dZ[d + 3 * outputs + j];
          }
        }
      }
      for (; i < batch; i++) {
        const row = x.rowStart(i);
        for (let k = 0; k < inputs; k++) {
          for (let j = 0; j < outputs; j++) dW[k * outputs + j] += X[row + k] * dZ[i * outputs + j];
        }
      }
      for (let n = 0; n < batch; n++) {
        for (let j = 0; j < outputs; j++) db[j] += dZ[n * outputs + j];
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
  };
}

export const plain: Kernels = plainKernels("plain", (length) => new Float32Array(length));

/** The plain kernels in double precision, where a finite difference is exact enough to check a gradient. */
export const plainDouble: Kernels = plainKernels(
  "plain, double precision",
  (length) => new Float64Array(length),
);
