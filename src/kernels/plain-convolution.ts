import type { Tensor } from "../tensor";
import type { Kernels, Placement } from "./kernels";

type Convolution = Pick<Kernels, "convolve" | "convolutionWeightGradient" | "convolutionInputGradient">;

/**
 * The three sums of a convolution. They run over the same products z += x·W, and differ only in what is known and
 * what is added up: z from x and W, dW from x and dz, or dx from dz and W.
 */
export const convolution: Convolution = {
  convolve(x, weights, bias, z, placement) {
    const [X, W, b, Z] = [x.data, weights.data, bias.data, z.data];
    const outputs = b.length;
    for (let i = 0; i < Z.length; i += outputs) for (let o = 0; o < outputs; o++) Z[i + o] = b[o];
    forEachRun(x, weights, z, placement, (xStart, wStart, zStart, length) => {
      for (let k = 0, w = wStart; k < length; k++, w += outputs) {
        const xk = X[xStart + k];
        for (let o = 0; o < outputs; o++) Z[zStart + o] += xk * W[w + o];
      }
    });
  },

  convolutionWeightGradient(x, dz, dWeights, dBias, placement) {
    const [X, dZ, dW, db] = [x.data, dz.data, dWeights.data, dBias.data];
    const outputs = db.length;
    dW.fill(0);
    db.fill(0);
    for (let i = 0; i < dZ.length; i += outputs) for (let o = 0; o < outputs; o++) db[o] += dZ[i + o];
    forEachRun(x, dWeights, dz, placement, (xStart, wStart, zStart, length) => {
      for (let k = 0, w = wStart; k < length; k++, w += outputs) {
        const xk = X[xStart + k];
        for (let o = 0; o < outputs; o++) dW[w + o] += xk * dZ[zStart + o];
      }
    });
  },

  convolutionInputGradient(dz, weights, dx, placement) {
    const [dZ, W, dX] = [dz.data, weights.data, dx.data];
    const outputs = weights.shape[3];
    dX.fill(0);
    forEachRun(dx, weights, dz, placement, (xStart, wStart, zStart, length) => {
      for (let k = 0, w = wStart; k < length; k++, w += outputs) {
        let sum = 0;
        for (let o = 0; o < outputs; o++) sum += dZ[zStart + o] * W[w + o];
        dX[xStart + k] += sum;
      }
    });
  },
};

/**
 * Lays the filter on every place of every image. There, each row of the filter meets a run of neighbouring numbers:
 * the channels of the pixels side by side, `length` in all, less where the filter hangs over the edge of the image.
 * `visit` is told where that run begins in x, where the filter's row for its first number begins in W
 * (the next number's is `out` further), and where the place's outputs are in z.
 */
function forEachRun(
  x: Tensor,
  weights: Tensor,
  z: Tensor,
  { strides, padding }: Placement,
  visit: (xStart: number, wStart: number, zStart: number, length: number) => void,
): void {
  const [batch, height, width, channels] = x.shape;
  const [kernelHeight, kernelWidth, , outputs] = weights.shape;
  const [, outputHeight, outputWidth] = z.shape;
  let zStart = 0;
  for (let i = 0; i < batch; i++) {
    const image = x.rowStart(i);
    for (let y = 0; y < outputHeight; y++) {
      const top = y * strides[0] - padding[0];
      const firstRow = Math.max(0, -top);
      const endRow = Math.min(kernelHeight, height - top);
      for (let column = 0; column < outputWidth; column++, zStart += outputs) {
        const left = column * strides[1] - padding[1];
        const first = Math.max(0, -left);
        const length = (Math.min(kernelWidth, width - left) - first) * channels;
        for (let row = firstRow; row < endRow; row++) {
          const xStart = image + ((top + row) * width + left + first) * channels;
          visit(xStart, (row * kernelWidth + first) * channels * outputs, zStart, length);
        }
      }
    }
  }
}
