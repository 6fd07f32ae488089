import { describe, expect, test } from "vitest";
import { Dataset } from "../../src/dataset";
import { plain, plainDouble } from "../../src/kernels/plain";
import { activations } from "../../src/nn/activations";
import { losses } from "../../src/nn/losses";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { Tensor } from "../../src/tensor";
import { fit } from "../../src/training/fit";
import { Optimizer } from "../../src/training/optimizers";
import { exponentialDecay } from "../../src/training/schedules";
import { type NetworkFixture, pytorch } from "../support/fixtures";
import { gradientsOf } from "../support/gradients";
import { relativeError, tensorOf } from "../support/numbers";

/**
 * The fixtures hold twelve digits, computed in double precision. In single precision every number is rounded to
 * 6·10⁻⁸ at each step; over 15 updates that has grown to about 10⁻⁶.
 */
const precisions = [
  { kernels: plainDouble, once: 1e-11, trained: 1e-10 },
  { kernels: plain, once: 1e-6, trained: 5e-6 },
];

const titleOf = ({ sizes, activations: names, loss }: NetworkFixture) =>
  `${sizes.join("-")} ${names.join(" ")} with ${loss}`;

/** A dataset's targets are made of single-precision numbers; double-precision ones are put in their place. */
function datasetOf({ x, labels, targets, sizes }: NetworkFixture): Dataset {
  const samples = new Tensor(Float64Array.from(x.flat()), [x.length, sizes[0]]);
  const outputs = sizes[sizes.length - 1];
  return labels === null
    ? Dataset.regression(samples, new Tensor(Float64Array.from(targets.flat()), [x.length, outputs]))
    : Dataset.classification(samples, labels, Math.max(2, outputs));
}

describe.each(precisions)("$kernels.name", ({ kernels, once, trained }) => {
  const build = ({ sizes, activations: names, parameters }: NetworkFixture): Network => {
    const network = mlp(sizes, {
      activation: names.slice(0, -1),
      output: names[names.length - 1],
      kernels,
    });
    network.setParameters(parameters);
    return network;
  };

  describe.each(pytorch.networks.map((fixture) => ({ title: titleOf(fixture), fixture })))(
    "$title",
    ({ fixture }) => {
      const x = tensorOf(fixture.x.flat(), [fixture.x.length, fixture.sizes[0]], kernels.zeros);
      const t = tensorOf(fixture.targets.flat(), [x.shape[0], fixture.targets[0].length], kernels.zeros);
      const loss = losses[fixture.loss];
      const logits = loss.contains !== null;

      const lossAndGradient = (network: Network): number => {
        const output = network.forward(x, { logits });
        const value = loss.forward(output, t);
        const gradient = kernels.zeros(output.shape);
        loss.backward(output, t, gradient);
        network.backward(gradient, { logits });
        return value;
      };

      test("has PyTorch's outputs, loss and gradient", () => {
        const network = build(fixture);
        expect(relativeError(network.forward(x).data, fixture.outputs.flat())).toBeLessThan(once);
        expect(relativeError([lossAndGradient(network)], [fixture.value])).toBeLessThan(once);
        expect(relativeError(gradientsOf(network), fixture.gradient)).toBeLessThan(once);
      });

      test("has PyTorch's parameters after five steps with a decaying rate", () => {
        const network = build(fixture);
        const optimizer = new Optimizer({ name: "sgd" }, network.parameters, kernels);
        const rate = exponentialDecay(fixture.learningRate, fixture.decay);
        for (let step = 0; step < 5; step++) {
          lossAndGradient(network);
          optimizer.step(rate(step));
        }
        expect(relativeError(network.getParameters(), fixture.afterFiveSteps)).toBeLessThan(trained);
      });

      test("has PyTorch's parameters and losses after five epochs of fit, the last batch smaller", async () => {
        const network = build(fixture);
        const { batchSize, learningRate, decay } = fixture;
        const options = { epochs: 5, batchSize, learningRate, decay, loss: fixture.loss, seed: 1 };
        const history = await fit(network, datasetOf(fixture), options);
        expect(relativeError(network.getParameters(), fixture.afterFit)).toBeLessThan(trained);
        const lossesOfEpochs = history.epochs.map((epoch) => epoch.loss);
        expect(relativeError(lossesOfEpochs, fixture.lossesOfFit)).toBeLessThan(trained);
      });
    },
  );

  test.each(pytorch.activations)(
    "$activation is PyTorch's, forward and backward, up to |z| = 1000",
    (fixture) => {
      const shape = [fixture.z.length, fixture.z[0].length];
      const [z, dy] = [fixture.z, fixture.dy].map((rows) => tensorOf(rows.flat(), shape, kernels.zeros));
      const [y, dz] = [kernels.zeros(shape), kernels.zeros(shape)];
      activations[fixture.activation].forward(z, y);
      activations[fixture.activation].backward(y, dy, dz);
      expect(relativeError(y.data, fixture.y.flat())).toBeLessThan(once);
      expect(relativeError(dz.data, fixture.dz.flat())).toBeLessThan(once);
    },
  );

  test.each(pytorch.losses)("$loss is PyTorch's, with its gradient, up to |z| = 1000", (fixture) => {
    const shape = [fixture.z.length, fixture.z[0].length];
    const [z, t] = [fixture.z, fixture.targets].map((rows) => tensorOf(rows.flat(), shape, kernels.zeros));
    const gradient = kernels.zeros(shape);
    const loss = losses[fixture.loss];
    expect(relativeError([loss.forward(z, t)], [fixture.value])).toBeLessThan(once);
    loss.backward(z, t, gradient);
    expect(relativeError(gradient.data, fixture.gradient.flat())).toBeLessThan(once);
  });
});
