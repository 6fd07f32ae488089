export { relu, reluGradient, sigmoid, sigmoidGradient, tanh, tanhGradient } from "./activations";
export { pack } from "./blocks";
export {
  convolutionInputGradient,
  convolutionWeightGradient,
  convolve,
  listPatches,
  turn,
} from "./images";
export { moments, normalize, normalizeGradient } from "./normalization";
export { maxPool, maxPoolGradient } from "./pooling";
export { product } from "./product";
export { crossEntropy, crossEntropyGradient, softmax } from "./softmax";
export { sumRows } from "./sums";
export { transposedProduct } from "./transposed-product";
export { adam, descend, descendWithMomentum, rmsProp } from "./updates";
