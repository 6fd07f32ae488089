import type { Kernels } from "./kernels";

/** A number too small for single precision's full accuracy is 0: processors are many times slower with these. */
const flush = (value: number): number => (Math.abs(value) < 2 ** -126 ? 0 : value);

/** The updates of the optimizers that remember, as loops. */
export const plainUpdates: Pick<Kernels, "descendWithMomentum" | "rmsProp" | "adam"> = {
  descendWithMomentum(value, gradient, velocity, rate, momentum, nesterov) {
    const [w, g, v] = [value.data, gradient.data, velocity.data];
    for (let i = 0; i < w.length; i++) {
      v[i] = flush(momentum * v[i] + g[i]);
      w[i] -= rate * (nesterov ? g[i] + momentum * v[i] : v[i]);
    }
  },

  rmsProp(value, gradient, square, rate, decay, epsilon) {
    const [w, g, s] = [value.data, gradient.data, square.data];
    for (let i = 0; i < w.length; i++) {
      s[i] = flush(decay * s[i] + (1 - decay) * g[i] * g[i]);
      w[i] -= (rate * g[i]) / (Math.sqrt(s[i]) + epsilon);
    }
  },

  adam(value, gradient, mean, square, rate, beta1, beta2, epsilon, step) {
    const [w, g, m, s] = [value.data, gradient.data, mean.data, square.data];
    const [meanShare, squareShare] = [1 - beta1 ** step, 1 - beta2 ** step];
    for (let i = 0; i < w.length; i++) {
      m[i] = flush(beta1 * m[i] + (1 - beta1) * g[i]);
      s[i] = flush(beta2 * s[i] + (1 - beta2) * g[i] * g[i]);
      w[i] -= (rate * (m[i] / meanShare)) / (Math.sqrt(s[i] / squareShare) + epsilon);
    }
  },
};
