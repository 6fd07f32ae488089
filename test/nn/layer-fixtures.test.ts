import { describe, expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Conv2D } from "../../src/nn/convolution";
import type { Layer } from "../../src/nn/layers";
import { BatchNorm } from "../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../src/nn/pooling";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { layerFixtures } from "../support/library-fixtures";
import { relativeError, tensorOf } from "../support/numbers";

const { convolutions, poolings, average, normalizations } = layerFixtures;

/** The fixtures hold twelve digits; single precision rounds every product and sum to 6·10⁻⁸. */
const precisions = [
  { kernels: plainDouble, tolerance: 1e-11 },
  { kernels: plain, tolerance: 2e-6 },
];

describe.each(precisions)("$kernels.name", ({ kernels, tolerance }) => {
  const built = <Kind extends Layer>(layer: Kind, inputShape: number[]): Kind => {
    layer.build(inputShape, { kernels, random: new Random(1), index: 0, needsInputGradient: true });
    return layer;
  };
  const batchOf = (numbers: number[], sampleShape: readonly number[]): Tensor => {
    const size = sampleShape.reduce((product, length) => product * length, 1);
    return tensorOf(numbers, [numbers.length / size, ...sampleShape], kernels.zeros);
  };
  const expectNear = (actual: Tensor | null, expected: number[], what: string) => {
    expect(relativeError(actual?.data ?? [], expected), what).toBeLessThan(tolerance);
  };
  const set = (layer: Layer, values: number[][]) => {
    for (const [i, { value }] of layer.parameters.entries()) value.data.set(values[i]);
  };

  test.each(convolutions)("Conv2D of $inputShape, $kernelSize, $options, is PyTorch's", (fixture) => {
    const layer = built(new Conv2D(fixture.filters, fixture.kernelSize, fixture.options), fixture.inputShape);
    expect(layer.outputShape).toEqual(fixture.outputShape);
    set(layer, [fixture.weights, fixture.bias]);
    expectNear(layer.forward(batchOf(fixture.x, fixture.inputShape)), fixture.y, "y");
    expectNear(layer.backward(batchOf(fixture.dy, fixture.outputShape)), fixture.dx, "dx");
    expectNear(layer.parameters[0].gradient, fixture.dWeights, "dW");
    expectNear(layer.parameters[1].gradient, fixture.dBias, "db");
  });

  test.each(poolings)("MaxPool2D of $inputShape, $poolSize, $options, is PyTorch's", (fixture) => {
    const layer = built(new MaxPool2D(fixture.poolSize, fixture.options), fixture.inputShape);
    expect(layer.outputShape).toEqual(fixture.outputShape);
    expectNear(layer.forward(batchOf(fixture.x, fixture.inputShape)), fixture.y, "y");
    expectNear(layer.backward(batchOf(fixture.dy, fixture.outputShape)), fixture.dx, "dx");
  });

  test("GlobalAveragePooling2D is PyTorch's", () => {
    const layer = built(new GlobalAveragePooling2D(), average.inputShape);
    expectNear(layer.forward(batchOf(average.x, average.inputShape)), average.y, "y");
    expectNear(layer.backward(batchOf(average.dy, layer.outputShape)), average.dx, "dx");
  });

  test.each(normalizations)(
    "BatchNorm of $inputShape is PyTorch's, with Keras' moving variance",
    (fixture) => {
      const layer = built(new BatchNorm(fixture.options), fixture.inputShape);
      set(layer, [fixture.gamma, fixture.beta]);
      const x = batchOf(fixture.x, fixture.inputShape);
      const dy = batchOf(fixture.dy, fixture.inputShape);
      for (const name of ["learning", "answering"] as const) {
        const training = name === "learning" ? { seed: 1, epoch: 0, batch: 0 } : null;
        expectNear(layer.forward(x, training), fixture[name].y, `y ${name}`);
        expectNear(layer.backward(dy), fixture[name].dx, `dx ${name}`);
        expectNear(layer.parameters[0].gradient, fixture[name].dGamma, `dγ ${name}`);
        expectNear(layer.parameters[1].gradient, fixture[name].dBeta, `dβ ${name}`);
        // Answering leaves them alone.
        expectNear(layer.statistics[0].value, fixture.movingMean, "moving mean");
        expectNear(layer.statistics[1].value, fixture.movingVariance, "moving variance");
      }
    },
  );
});
