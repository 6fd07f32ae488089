import type { Shape, Tensor } from "../tensor";

/** An activation, as src/nn/activations.ts defines them. */
export interface ActivationKernel {
  forward(z: Tensor, y: Tensor): void;
  backward(y: Tensor, dy: Tensor, dz: Tensor): void;
}

/** A loss, as src/nn/losses.ts defines them. */
export interface LossKernel {
  forward(output: Tensor, target: Tensor): number;
  backward(output: Tensor, target: Tensor, gradient: Tensor): void;
}

/** A window that moves over images [batch, height, width, channels]; pairs are for rows and for columns. */
export interface Window {
  readonly size: readonly [rows: number, columns: number];
  /** How far it moves from one output to the next. */
  readonly strides: readonly [rows: number, columns: number];
  /** How far it reaches over the image above and to the left at the first output, less than its size. */
  readonly padding: readonly [rows: number, columns: number];
}

/**
 * The arithmetic that a network is made of. `plain.ts` writes every step as loops; a faster implementation
 * does the same sums. Shapes are checked by the layers, not here.
 */
export interface Kernels {
  readonly name: string;

  /** A tensor of zeros in the memory and the precision that these kernels compute in. */
  zeros(shape: Shape): Tensor;

  /** Whether a tensor is in that memory. Any other is copied there whenever it is needed. */
  holds(tensor: Tensor): boolean;

  /** z = x·W + b. x [batch, in] (rows may be named by an index list), W [in, out], b [out], z [batch, out]. */
  affine(x: Tensor, weights: Tensor, bias: Tensor, z: Tensor): void;

  /** dW = xᵀ·dz, db = Σ rows of dz. x [batch, in], dz [batch, out], dW [in, out], db [out]. */
  weightGradient(x: Tensor, dz: Tensor, dWeights: Tensor, dBias: Tensor): void;

  /** dx = dz·Wᵀ. dz [batch, out], W [in, out], dx [batch, in]. */
  inputGradient(dz: Tensor, weights: Tensor, dx: Tensor): void;

  /** value ← value − rate·gradient, element by element. */
  descend(value: Tensor, gradient: Tensor, rate: number): void;

  /** v ← momentum·v + gradient; value ← value − rate·v, or with Nesterov value − rate·(gradient + momentum·v). */
  descendWithMomentum(
    value: Tensor,
    gradient: Tensor,
    velocity: Tensor,
    rate: number,
    momentum: number,
    nesterov: boolean,
  ): void;

  /** s ← decay·s + (1 − decay)·gradient²; value ← value − rate·gradient / (√s + epsilon). */
  rmsProp(
    value: Tensor,
    gradient: Tensor,
    square: Tensor,
    rate: number,
    decay: number,
    epsilon: number,
  ): void;

  /**
   * m ← beta1·m + (1 − beta1)·gradient; s ← beta2·s + (1 − beta2)·gradient²;
   * value ← value − rate·m̂ / (√ŝ + epsilon) with m̂ = m / (1 − beta1^step), ŝ = s / (1 − beta2^step), step from 1.
   */
  adam(
    value: Tensor,
    gradient: Tensor,
    mean: Tensor,
    square: Tensor,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    step: number,
  ): void;

  /**
   * z[r, c, o] = b[o] + Σ x[r·stride + u − padding, c·stride + v − padding, i]·W[u, v, i, o] for each image, with zeros
   * where there is no x. x [batch, height, width, in] (rows may be named by an index list), W [rows, columns, in, out],
   * b [out], z [batch, height', width', out].
   */
  convolve(x: Tensor, weights: Tensor, bias: Tensor, window: Window, z: Tensor): void;

  /** dW[u, v, i, o] = Σ x·dz over all images and the places where `convolve` multiplies W[u, v, i, o]; db = Σ dz. */
  convolutionWeightGradient(x: Tensor, dz: Tensor, window: Window, dWeights: Tensor, dBias: Tensor): void;

  /** dx = Σ dz·W over the places where `convolve` multiplies each x. */
  convolutionInputGradient(dz: Tensor, weights: Tensor, window: Window, dx: Tensor): void;

  /** y = the largest x in each window, channel by channel; NaN if there is one. x as in `convolve`, y [batch, height', width', in]. */
  maxPool(x: Tensor, window: Window, y: Tensor): void;

  /** dx: each dy is added at the x that was the largest in its window, the first of several. */
  maxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, window: Window, dx: Tensor): void;

  /**
   * mean = Σ x / n and variance = Σ (x − mean)² / n of each channel, the last axis, over its n numbers.
   * x [batch, …, channels] (rows may be named by an index list), mean and variance [channels].
   */
  moments(x: Tensor, mean: Tensor, variance: Tensor): void;

  /** y = γ·x̂ + β with x̂ = (x − mean)·inverse, channel by channel. x as in `moments`, y [batch, …, channels], the others [channels]. */
  normalize(x: Tensor, mean: Tensor, inverse: Tensor, gamma: Tensor, beta: Tensor, y: Tensor): void;

  /** dγ = Σ dy·x̂ and dβ = Σ dy, with x̂ as in `normalize`; dx = γ·inverse·(dy − share·(dβ + x̂·dγ)). */
  normalizeGradient(
    x: Tensor,
    mean: Tensor,
    inverse: Tensor,
    gamma: Tensor,
    dy: Tensor,
    dGamma: Tensor,
    dBeta: Tensor,
    share: number,
    dx: Tensor,
  ): void;

  /**
   * Faster ways to what src/nn defines, by name. They are taken only where they come to the same numbers, so that an
   * edited formula is what counts (src/nn/shortcuts.ts).
   */
  readonly shortcuts: {
    readonly activations: Readonly<Record<string, ActivationKernel | undefined>>;
    readonly losses: Readonly<Record<string, LossKernel | undefined>>;
  };
}
