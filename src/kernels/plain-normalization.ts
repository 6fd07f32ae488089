import type { Kernels } from "./kernels";

/** Batch normalization as loops. Sums of many numbers are in double precision, where they lose no digits that count. */
export const plainNormalization: Pick<Kernels, "moments" | "normalize" | "normalizeGradient"> = {
  moments(x, mean, variance) {
    const channels = mean.size;
    const share = channels / x.size;
    const [m, v] = [new Float64Array(channels), new Float64Array(channels)];
    for (let i = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let k = start; k < start + x.rowSize; k += channels) {
        for (let c = 0; c < channels; c++) m[c] += share * x.data[k + c];
      }
    }
    for (let i = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let k = start; k < start + x.rowSize; k += channels) {
        for (let c = 0; c < channels; c++) v[c] += share * (x.data[k + c] - m[c]) ** 2;
      }
    }
    mean.data.set(m);
    variance.data.set(v);
  },

  normalize(x, mean, inverse, gamma, beta, y) {
    const [X, m, s, g, b, Y] = [x, mean, inverse, gamma, beta, y].map(({ data }) => data);
    const channels = m.length;
    for (let i = 0, k = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let j = 0; j < x.rowSize; j += channels) {
        for (let c = 0; c < channels; c++, k++) Y[k] = g[c] * (X[start + j + c] - m[c]) * s[c] + b[c];
      }
    }
  },

  normalizeGradient(x, mean, inverse, gamma, dy, dGamma, dBeta, share, dx) {
    const [X, m, s, g, dY, dX] = [x, mean, inverse, gamma, dy, dx].map(({ data }) => data);
    const channels = m.length;
    const [dG, dB] = [new Float64Array(channels), new Float64Array(channels)];
    for (let i = 0, k = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let j = 0; j < x.rowSize; j += channels) {
        for (let c = 0; c < channels; c++, k++) {
          dB[c] += dY[k];
          dG[c] += dY[k] * (X[start + j + c] - m[c]) * s[c];
        }
      }
    }
    for (let i = 0, k = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let j = 0; j < x.rowSize; j += channels) {
        for (let c = 0; c < channels; c++, k++) {
          const normalized = (X[start + j + c] - m[c]) * s[c];
          dX[k] = g[c] * s[c] * (dY[k] - share * (dB[c] + normalized * dG[c]));
        }
      }
    }
    dGamma.data.set(dG);
    dBeta.data.set(dB);
  },
};
