export { type AugmentationOptions, augment } from "./augmentation";
export { readDigit } from "./data/digit-image";
export type { ImageCollection } from "./data/hotdog/collection";
export { findImages, type ImageSource, type SourceOptions } from "./data/hotdog/find";
export { type DrawingStyle, drawingStyles } from "./data/hotdog/icons";
export { type PreparationOptions, type PreparedImages, prepareImages } from "./data/hotdog/prepare";
export { type IdxOptions, loadIdx, readIdx, type TrainAndTest } from "./data/idx";
export { type ImagePreprocessing, readSample } from "./data/image-preprocessing";
export { loadMnist } from "./data/mnist";
export { Dataset } from "./dataset";
export { deskew } from "./deskew";
export { DataError, NeuralNetworkError, OptionsError, ShapeError } from "./errors";
export type { Comparison } from "./experiments/comparison";
export type { ComparisonOptions, Setting } from "./experiments/settings";
export { kernels } from "./kernels/chosen";
export { ActivationLayer } from "./nn/activation-layer";
export type { ActivationName } from "./nn/activations";
export { activations } from "./nn/activations";
export { Conv2D, type Conv2DOptions } from "./nn/convolution";
export { Dropout } from "./nn/dropout";
export type { Initializer } from "./nn/initializers";
export { Dense, type DenseOptions, Flatten, type Layer, type Parameter, type Variable } from "./nn/layers";
export { type LossName, losses } from "./nn/losses";
export { type MlpOptions, mlp } from "./nn/mlp";
export { Network, type NetworkOptions } from "./nn/network";
export { BatchNorm, type BatchNormOptions } from "./nn/normalization";
export { GlobalAveragePooling2D, MaxPool2D, type MaxPool2DOptions } from "./nn/pooling";
export { Rescaling } from "./nn/rescaling";
export { type AgreeOptions, agree } from "./notebook/agree";
export { compare, forgetRuns } from "./notebook/compare";
export { computationGraph, type GraphNode } from "./notebook/computation-graph";
export { confusionMatrix } from "./notebook/confusion";
export { counter } from "./notebook/counter";
export { type FilterResponse, filterResponses } from "./notebook/filters";
export { fit } from "./notebook/fit";
export { gallery } from "./notebook/gallery";
export { histograms, liveHistograms } from "./notebook/histograms";
export { worstMistakes } from "./notebook/mistakes";
export { neededFile } from "./notebook/needed-file";
export { livePlot } from "./notebook/plots";
export { progressBar } from "./notebook/progress";
export { type TableOptions, type TableRow, table } from "./notebook/table";
export { Random } from "./random";
export { type NestedNumbers, type Numbers, type Shape, Tensor } from "./tensor";
export { type EarlyStoppingOptions, earlyStopping } from "./training/early-stopping";
export { type Evaluation, evaluate } from "./training/evaluation";
export { type EpochRecord, History, percent } from "./training/history";
export { inspectNetwork, type LayerInspection } from "./training/inspection";
export { accuracyOf, type ClassMetrics, classMetrics, countConfusions } from "./training/metrics";
export {
  Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  type RegularizationOptions,
} from "./training/optimizers";
export type { TrainingOptions } from "./training/options";
export type { Callback, Progress } from "./training/progress";
export { restoreTraining, type SavedTraining, trainingState } from "./training/saved-state";
export { makeSchedule, type Schedule, type ScheduleOptions } from "./training/schedules";
