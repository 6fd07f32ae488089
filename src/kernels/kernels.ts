import type { Shape, Tensor } from "../tensor";

/**
 * The arithmetic that a network is made of. `plain.ts` writes every step as loops; a faster implementation
 * does the same sums. Shapes are checked by the layers, not here.
 */
export interface Kernels {
  readonly name: string;

  /** A tensor of zeros in the memory and the precision that these kernels compute in. */
  zeros(shape: Shape): Tensor;

  /** z = x·W + b. x [batch, in] (rows may be named by an index list), W [in, out], b [out], z [batch, out]. */
  affine(x: Tensor, weights: Tensor, bias: Tensor, z: Tensor): void;

  /** dW = xᵀ·dz, db = Σ rows of dz. x [batch, in], dz [batch, out], dW [in, out], db [out]. */
  weightGradient(x: Tensor, dz: Tensor, dWeights: Tensor, dBias: Tensor): void;

  /** dx = dz·Wᵀ. dz [batch, out], W [in, out], dx [batch, in]. */
  inputGradient(dz: Tensor, weights: Tensor, dx: Tensor): void;

  /**
   * Convolution: z at [y, x] is the sum over ky, kx of the numbers of the image at [y·stride + ky − padding, …] times
   * W[ky, kx], plus b. Outside of the image there are zeros.
   *
   * x [batch, height, width, in] (rows may be named by an index list), W [kernelHeight, kernelWidth, in, out], b [out],
   * z [batch, outputHeight, outputWidth, out].
   */
  convolve(x: Tensor, weights: Tensor, bias: Tensor, z: Tensor, placement: Placement): void;

  /** dW and db of `convolve`: every weight gathers x·dz from wherever it was used. Shapes as there. */
  convolutionWeightGradient(
    x: Tensor,
    dz: Tensor,
    dWeights: Tensor,
    dBias: Tensor,
    placement: Placement,
  ): void;

  /** dx of `convolve`: every number of the image gathers W·dz from wherever it was used. Shapes as there. */
  convolutionInputGradient(dz: Tensor, weights: Tensor, dx: Tensor, placement: Placement): void;

  /** value ← value − rate·gradient, element by element. `value` and `gradient` may be the same tensor. */
  descend(value: Tensor, gradient: Tensor, rate: number): void;

  /** velocity ← momentum·velocity + gradient; value ← value − rate·velocity. */
  momentum(value: Tensor, gradient: Tensor, velocity: Tensor, rate: number, momentum: number): void;

  /** velocity ← momentum·velocity + gradient; value ← value − rate·(gradient + momentum·velocity). */
  nesterov(value: Tensor, gradient: Tensor, velocity: Tensor, rate: number, momentum: number): void;

  /** square ← ρ·square + (1 − ρ)·gradient²; value ← value − rate·gradient / (√square + ε). */
  rmsprop(value: Tensor, gradient: Tensor, square: Tensor, rate: number, rho: number, epsilon: number): void;

  /**
   * mean ← β₁·mean + (1 − β₁)·gradient; square ← β₂·square + (1 − β₂)·gradient²;
   * value ← value − rate·(mean / (1 − β₁^step)) / (√(square / (1 − β₂^step)) + ε), with steps counted from 1.
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
}

/** Where the filters of a convolution lie on an image; [vertical, horizontal]. */
export interface Placement {
  /** From one place of the filter to the next. */
  readonly strides: readonly [number, number];
  /** Rows of zeros above the image and columns of zeros left of it. Below and right there are as many as the shapes need. */
  readonly padding: readonly [number, number];
}

/**
 * What an optimizer remembers becomes 0 below this. Numbers that fade away would otherwise spend thousands of steps
 * below 10⁻³⁸, where single precision is many times slower.
 */
export const FORGOTTEN = 1e-37;
