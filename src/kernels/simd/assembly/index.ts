export { relu, reluGradient, sigmoid, sigmoidGradient, tanh, tanhGradient } from "./activations";
export { pack, product, sumRows, transposedProduct } from "./product";
export { crossEntropy, crossEntropyGradient, softmax } from "./softmax";
export { descend } from "./updates";
