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

  /** value ← value − rate·gradient, element by element. */
  descend(value: Tensor, gradient: Tensor, rate: number): void;

  /**
   * Faster ways to what src/nn defines, by name. They are taken only where they come to the same numbers, so that an
   * edited formula is what counts (src/nn/shortcuts.ts).
   */
  readonly shortcuts: {
    readonly activations: Readonly<Record<string, ActivationKernel | undefined>>;
    readonly losses: Readonly<Record<string, LossKernel | undefined>>;
  };
}
