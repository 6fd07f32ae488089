export { relu, reluGradient, sigmoid, sigmoidGradient, tanh, tanhGradient } from "./activations";
export {
  convolutionInputGradient,
  convolutionWeightGradient,
  convolve,
  listPatches,
  turn,
} from "./images";
export { maxPool, maxPoolGradient } from "./pooling";
export { pack, product, sumRows, transposedProduct } from "./product";
export { crossEntropy, crossEntropyGradient, softmax } from "./softmax";
export { adam, descend, descendWithMomentum, rmsProp } from "./updates";
