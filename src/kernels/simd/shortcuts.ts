import type { ActivationKernel, Kernels, LossKernel } from "../kernels";
import type { Places } from "./places";
import type { WasmExports } from "./web-assembly";

/** The compiled activations and losses. */
export function shortcuts(exports: WasmExports, places: Places): Kernels["shortcuts"] {
  const elementwise = (
    f: (count: number, z: number, y: number) => void,
    gradient: (count: number, y: number, dy: number, dz: number) => void,
  ): ActivationKernel => ({
    forward(z, y) {
      f(z.size, places.input(0, z), places.output(1, y));
      places.finish(1, y);
    },
    backward(y, dy, dz) {
      gradient(y.size, places.input(0, y), places.input(1, dy), places.output(2, dz));
      places.finish(2, dz);
    },
  });

  const linear: ActivationKernel = {
    forward(z, y) {
      if (y !== z) y.data.set(z.data);
    },
    backward(_, dy, dz) {
      if (dz !== dy) dz.data.set(dy.data);
    },
  };

  const crossEntropy: LossKernel = {
    forward(z, t) {
      const [batch, outputs] = z.shape;
      return exports.crossEntropy(batch, outputs, places.input(0, z), places.input(1, t)) / batch;
    },
    backward(z, t, dz) {
      const [batch, outputs] = z.shape;
      const [from, target, to] = [places.input(0, z), places.input(1, t), places.output(2, dz)];
      exports.crossEntropyGradient(batch, outputs, from, target, to, 1 / batch);
      places.finish(2, dz);
    },
  };

  return {
    activations: {
      linear,
      relu: elementwise(exports.relu, exports.reluGradient),
      sigmoid: elementwise(exports.sigmoid, exports.sigmoidGradient),
      tanh: elementwise(exports.tanh, exports.tanhGradient),
    },
    losses: { crossEntropy },
  };
}
