import { BatchBuffer } from "../batches";
import { isNotNegative, isPositive, Problems } from "../errors";
import type { TrainingPass } from "../random";
import { copyRows, type Shape, type Tensor } from "../tensor";
import { type Layer, type LayerContext, type Parameter, parameter, type Variable } from "./layers";

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
export class BatchNorm implements Layer {
  readonly name = "BatchNorm";
  readonly momentum: number;
  readonly epsilon: number;
  outputShape: Shape = [];
  parameters: readonly Parameter[] = [];
  statistics: readonly Variable[] = [];

  private gamma!: Parameter;
  private beta!: Parameter;
  private movingMean!: Variable;
  private movingVariance!: Variable;
  private outputs!: BatchBuffer;
  private normalized!: BatchBuffer;
  private inputGradients!: BatchBuffer;
  private learning = false;
  /** Of the last batch, one number a channel: μ, σ² and 1 / √(σ² + ε). */
  private mean!: Float64Array;
  private variance!: Float64Array;
  private inverse!: Float64Array;

  constructor(options: BatchNormOptions = {}) {
    const { momentum = 0.99, epsilon = 0.001 } = options ?? {};
    const problems = new Problems();
    problems.expectKnownKeys(options, ["momentum", "epsilon"]);
    problems.expect(isNotNegative(momentum) && momentum < 1, "momentum", "a number ≥ 0 and < 1", momentum);
    problems.expect(isPositive(epsilon), "epsilon", "a finite number > 0", epsilon);
    problems.throwIfAny("BatchNorm");
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  build(inputShape: Shape, { kernels }: LayerContext): void {
    const channels = inputShape[inputShape.length - 1];
    this.outputShape = inputShape;
    this.gamma = parameter("gamma", [channels], kernels);
    this.beta = parameter("beta", [channels], kernels);
    this.movingMean = { name: "movingMean", value: kernels.zeros([channels]) };
    this.movingVariance = { name: "movingVariance", value: kernels.zeros([channels]) };
    this.gamma.value.data.fill(1);
    this.movingVariance.value.data.fill(1);
    this.parameters = [this.gamma, this.beta];
    this.statistics = [this.movingMean, this.movingVariance];
    this.outputs = new BatchBuffer(kernels.zeros, inputShape);
    this.normalized = new BatchBuffer(kernels.zeros, inputShape);
    this.inputGradients = new BatchBuffer(kernels.zeros, inputShape);
    [this.mean, this.variance, this.inverse] = [0, 0, 0].map(() => new Float64Array(channels));
  }

  /** y = γ·x̂ + β. x and y [batch, …, channels]. */
  forward(x: Tensor, training: TrainingPass | null = null): Tensor {
    const batch = x.shape[0];
    const y = this.outputs.rows(batch);
    const h = copyRows(x, this.normalized.rows(batch)).data;
    const { mean, variance, inverse } = this;
    const channels = mean.length;
    this.learning = training !== null;
    if (this.learning) {
      this.measure(h);
    } else {
      mean.set(this.movingMean.value.data);
      variance.set(this.movingVariance.value.data);
    }
    for (let c = 0; c < channels; c++) inverse[c] = 1 / Math.sqrt(variance[c] + this.epsilon);
    const [gamma, beta] = [this.gamma.value.data, this.beta.value.data];
    for (let i = 0; i < h.length; i += channels) {
      for (let c = 0; c < channels; c++) {
        h[i + c] = (h[i + c] - mean[c]) * inverse[c];
        y.data[i + c] = gamma[c] * h[i + c] + beta[c];
      }
    }
    return y;
  }

  /**
   * dβ = Σ dy and dγ = Σ dy·x̂, each over the n samples and pixels of a channel.
   *
   * x has three ways to y: through x̂, and through μ and σ², which it takes part in. Added up they are
   * dx = γ / √(σ² + ε) · (dy − (dβ + x̂·dγ) / n). Where μ and σ² are given, only the first is left: dx = γ / √(σ² + ε) · dy.
   */
  backward(dy: Tensor): Tensor {
    const batch = dy.shape[0];
    const [dx, h] = [this.inputGradients.rows(batch).data, this.normalized.rows(batch).data];
    const [gamma, dGamma, dBeta] = [this.gamma.value, this.gamma.gradient, this.beta.gradient].map(
      ({ data }) => data,
    );
    const channels = gamma.length;
    dGamma.fill(0);
    dBeta.fill(0);
    for (let i = 0; i < dx.length; i += channels) {
      for (let c = 0; c < channels; c++) {
        dBeta[c] += dy.data[i + c];
        dGamma[c] += dy.data[i + c] * h[i + c];
      }
    }
    const share = this.learning ? channels / dx.length : 0;
    for (let i = 0; i < dx.length; i += channels) {
      for (let c = 0; c < channels; c++) {
        const throughMeasures = share * (dBeta[c] + h[i + c] * dGamma[c]);
        dx[i + c] = gamma[c] * this.inverse[c] * (dy.data[i + c] - throughMeasures);
      }
    }
    return this.inputGradients.rows(batch);
  }

  /** μ = Σ x / n and σ² = Σ (x − μ)² / n of every channel, and what the moving ones become. */
  private measure(x: ArrayLike<number>): void {
    const { mean, variance, momentum } = this;
    const channels = mean.length;
    const share = channels / x.length;
    mean.fill(0);
    variance.fill(0);
    for (let i = 0; i < x.length; i += channels) {
      for (let c = 0; c < channels; c++) mean[c] += share * x[i + c];
    }
    for (let i = 0; i < x.length; i += channels) {
      for (let c = 0; c < channels; c++) variance[c] += share * (x[i + c] - mean[c]) ** 2;
    }
    const moving = [this.movingMean.value.data, this.movingVariance.value.data];
    for (let c = 0; c < channels; c++) {
      moving[0][c] = momentum * moving[0][c] + (1 - momentum) * mean[c];
      moving[1][c] = momentum * moving[1][c] + (1 - momentum) * variance[c];
    }
  }
}
