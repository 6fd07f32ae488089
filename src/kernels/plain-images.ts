import type { Tensor } from "../tensor";
import type { Kernels, Window } from "./kernels";

/**
 * Calls `visit` for every pixel that a window sees at every place: with the number of the image, where in the data the
 * output of the window begins, where in its image the pixel does, and which position of the window is over it.
 */
function eachPixel(
  images: Tensor,
  outputs: Tensor,
  { size, strides, padding }: Window,
  visit: (image: number, output: number, pixel: number, position: number) => void,
): void {
  const [batch, height, width, channels] = images.shape;
  const [, rows, columns, outputChannels] = outputs.shape;
  let output = 0;
  for (let image = 0; image < batch; image++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, output += outputChannels) {
        for (let u = 0; u < size[0]; u++) {
          const y = r * strides[0] + u - padding[0];
          if (y < 0 || y >= height) continue;
          for (let v = 0; v < size[1]; v++) {
            const x = c * strides[1] + v - padding[1];
            if (x < 0 || x >= width) continue;
            visit(image, output, (y * width + x) * channels, u * size[1] + v);
          }
        }
      }
    }
  }
}

type ImageKernels =
  | "convolve"
  | "convolutionWeightGradient"
  | "convolutionInputGradient"
  | "maxPool"
  | "maxPoolGradient";

/** Convolution and pooling as loops. */
export const plainImages: Pick<Kernels, ImageKernels> = {
  convolve(x, weights, bias, window, z) {
    const [X, W, b, Z] = [x.data, weights.data, bias.data, z.data];
    const [inputs, outputs] = weights.shape.slice(2);
    for (let i = 0; i < Z.length; i++) Z[i] = b[i % outputs];
    eachPixel(x, z, window, (image, output, pixel, position) => {
      const from = x.rowStart(image) + pixel;
      for (let k = 0, w = position * inputs * outputs; k < inputs; k++) {
        for (let j = 0; j < outputs; j++, w++) Z[output + j] += X[from + k] * W[w];
      }
    });
  },

  convolutionWeightGradient(x, dz, window, dWeights, dBias) {
    const [X, dZ, dW, db] = [x.data, dz.data, dWeights.data, dBias.data];
    const [inputs, outputs] = dWeights.shape.slice(2);
    dW.fill(0);
    db.fill(0);
    for (let i = 0; i < dZ.length; i++) db[i % outputs] += dZ[i];
    eachPixel(x, dz, window, (image, output, pixel, position) => {
      const from = x.rowStart(image) + pixel;
      for (let k = 0, w = position * inputs * outputs; k < inputs; k++) {
        for (let j = 0; j < outputs; j++, w++) dW[w] += X[from + k] * dZ[output + j];
      }
    });
  },

  convolutionInputGradient(dz, weights, window, dx) {
    const [dZ, W, dX] = [dz.data, weights.data, dx.data];
    const [inputs, outputs] = weights.shape.slice(2);
    dX.fill(0);
    eachPixel(dx, dz, window, (image, output, pixel, position) => {
      const to = dx.rowStart(image) + pixel;
      for (let k = 0, w = position * inputs * outputs; k < inputs; k++) {
        let sum = 0;
        for (let j = 0; j < outputs; j++, w++) sum += dZ[output + j] * W[w];
        dX[to + k] += sum;
      }
    });
  },

  maxPool(x, window, y) {
    const [X, Y] = [x.data, y.data];
    const channels = x.shape[3];
    Y.fill(Number.NEGATIVE_INFINITY);
    eachPixel(x, y, window, (image, output, pixel) => {
      const from = x.rowStart(image) + pixel;
      for (let k = 0; k < channels; k++) Y[output + k] = Math.max(Y[output + k], X[from + k]);
    });
  },

  maxPoolGradient(x, y, dy, window, dx) {
    const [X, Y, dY, dX] = [x.data, y.data, dy.data, dx.data];
    const channels = x.shape[3];
    const given = new Uint8Array(Y.length);
    dX.fill(0);
    eachPixel(x, y, window, (image, output, pixel) => {
      const from = x.rowStart(image) + pixel;
      const to = dx.rowStart(image) + pixel;
      for (let k = 0; k < channels; k++) {
        // NaN is not equal to itself, and is the largest where there is one.
        const largest = X[from + k] === Y[output + k] || Number.isNaN(X[from + k]);
        if (!largest || given[output + k] === 1) continue;
        dX[to + k] += dY[output + k];
        given[output + k] = 1;
      }
    });
  },
};
