import { isNotNegative, isPositive, Problems } from "../errors";
import type { TrainingPass } from "../random";
import type { Shape, Tensor } from "../tensor";
import { BufferedLayer } from "./bases";
import type { Layer, LayerContext, Parameter, Variable } from "./layers";
import { parameter } from "./variables";

export interface BatchNormOptions {
  /** How much of the moving mean and variance a batch leaves as it was, ≥ 0 and < 1. Default 0.99. */
  momentum?: number;
  /** Added to the variance, so that nothing is divided by 0. Default 0.001. */
  epsilon?: number;
}

/**
 * Gives every channel (the last axis) mean 0 and variance 1, then the scale γ and the mean β that suit the network
 * best: y = γ·x̂ + β with x̂ = (x − μ) / √(σ² + ε) (Ioffe and Szegedy, 2015).
 *
 * While the network learns, μ and σ² are the batch's own, over samples and pixels, and a moving mean of them is kept:
 * moving ← momentum·moving + (1 − momentum)·batch, with the variance divided by the count as in Keras. A network that
 * only answers uses those. Throws an OptionsError that lists every wrong option.
 */
export class BatchNorm extends BufferedLayer implements Layer {
  readonly name = "BatchNorm";
  readonly momentum: number;
  readonly epsilon: number;
  statistics: readonly Variable[] = [];

  private gamma!: Parameter;
  private beta!: Parameter;
  private movingMean!: Variable;
  private movingVariance!: Variable;
  private learning = false;
  /** Of the last batch, one number a channel: μ, σ² and 1 / √(σ² + ε). */
  private mean!: Tensor;
  private variance!: Tensor;
  private inverse!: Tensor;

  constructor(options: BatchNormOptions = {}) {
    super();
    const { momentum = 0.99, epsilon = 0.001 } = options ?? {};
    const problems = new Problems();
    problems.expectKnownKeys(options, ["momentum", "epsilon"]);
    problems.expect(isNotNegative(momentum) && momentum < 1, "momentum", "a number ≥ 0 and < 1", momentum);
    problems.expect(isPositive(epsilon), "epsilon", "a finite number > 0", epsilon);
    problems.throwIfAny("BatchNorm");
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  build(inputShape: Shape, context: LayerContext): void {
    const { kernels } = context;
    const channels = inputShape[inputShape.length - 1];
    this.reserve(inputShape, inputShape, context);
    this.gamma = parameter("gamma", [channels], kernels);
    this.beta = parameter("beta", [channels], kernels);
    this.movingMean = { name: "movingMean", value: kernels.zeros([channels]) };
    this.movingVariance = { name: "movingVariance", value: kernels.zeros([channels]) };
    this.gamma.value.data.fill(1);
    this.movingVariance.value.data.fill(1);
    this.parameters = [this.gamma, this.beta];
    this.statistics = [this.movingMean, this.movingVariance];
    [this.mean, this.variance, this.inverse] = [0, 0, 0].map(() => kernels.zeros([channels]));
  }

  /** y = γ·x̂ + β. x and y [batch, …, channels]. */
  forward(x: Tensor, training: TrainingPass | null = null): Tensor {
    const { kernels, mean, variance, inverse } = this;
    const y = this.outputFor(x);
    this.learning = training !== null;
    if (this.learning) {
      kernels.moments(x, mean, variance);
      this.follow(this.movingMean.value, mean);
      this.follow(this.movingVariance.value, variance);
    } else {
      mean.data.set(this.movingMean.value.data);
      variance.data.set(this.movingVariance.value.data);
    }
    for (let c = 0; c < inverse.size; c++) inverse.data[c] = 1 / Math.sqrt(variance.data[c] + this.epsilon);
    kernels.normalize(x, mean, inverse, this.gamma.value, this.beta.value, y);
    return y;
  }

  /**
   * dβ = Σ dy and dγ = Σ dy·x̂, each over the n samples and pixels of a channel.
   *
   * x has three ways to y: through x̂, and through μ and σ², which it takes part in. Added up they are
   * dx = γ / √(σ² + ε) · (dy − (dβ + x̂·dγ) / n). Where μ and σ² are given, only the first is left: dx = γ / √(σ² + ε) · dy.
   */
  backward(dy: Tensor): Tensor {
    const { x, mean, inverse, gamma, beta } = this;
    const dx = this.inputGradientFor(dy);
    const share = this.learning ? mean.size / dx.size : 0;
    const [dGamma, dBeta] = [gamma.gradient, beta.gradient];
    this.kernels.normalizeGradient(x, mean, inverse, gamma.value, dy, dGamma, dBeta, share, dx);
    return dx;
  }

  /** moving ← momentum·moving + (1 − momentum)·batch. */
  private follow({ data: moving }: Tensor, { data: batch }: Tensor): void {
    for (let c = 0; c < moving.length; c++) {
      moving[c] = this.momentum * moving[c] + (1 - this.momentum) * batch[c];
    }
  }
}
