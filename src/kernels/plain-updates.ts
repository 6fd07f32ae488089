import { FORGOTTEN, type Kernels } from "./kernels";

type Updates = Pick<Kernels, "descend" | "momentum" | "nesterov" | "rmsprop" | "adam">;

/** How the optimizers change numbers, element by element. */
export const updates: Updates = {
  descend(value, gradient, rate) {
    const [w, g] = [value.data, gradient.data];
    for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
  },

  momentum(value, gradient, velocity, rate, momentum) {
    const [w, g, v] = [value.data, gradient.data, velocity.data];
    for (let i = 0; i < w.length; i++) {
      v[i] = orZero(momentum * v[i] + g[i]);
      w[i] -= rate * v[i];
    }
  },

  nesterov(value, gradient, velocity, rate, momentum) {
    const [w, g, v] = [value.data, gradient.data, velocity.data];
    for (let i = 0; i < w.length; i++) {
      v[i] = orZero(momentum * v[i] + g[i]);
      w[i] -= rate * (g[i] + momentum * v[i]);
    }
  },

  rmsprop(value, gradient, square, rate, rho, epsilon) {
    const [w, g, s] = [value.data, gradient.data, square.data];
    for (let i = 0; i < w.length; i++) {
      s[i] = orZero(rho * s[i] + (1 - rho) * g[i] * g[i]);
      w[i] -= (rate * g[i]) / (Math.sqrt(s[i]) + epsilon);
    }
  },

  adam(value, gradient, mean, square, rate, beta1, beta2, epsilon, step) {
    const [w, g, m, s] = [value.data, gradient.data, mean.data, square.data];
    // Both averages begin at 0 and are too small at first, by these factors.
    const scale = rate / (1 - beta1 ** step);
    const root = Math.sqrt(1 - beta2 ** step);
    for (let i = 0; i < w.length; i++) {
      m[i] = orZero(beta1 * m[i] + (1 - beta1) * g[i]);
      s[i] = orZero(beta2 * s[i] + (1 - beta2) * g[i] * g[i]);
      w[i] -= (scale * m[i]) / (Math.sqrt(s[i]) / root + epsilon);
    }
  },
};

const orZero = (value: number): number => (Math.abs(value) < FORGOTTEN ? 0 : value);
