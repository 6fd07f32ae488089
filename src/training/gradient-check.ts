import { inOrder } from "../batches";
import { Dataset } from "../dataset";
import { DataError, isCount, Problems, show } from "../errors";
import { plainDouble } from "../kernels/plain";
import type { Layer, Parameter } from "../nn/layers";
import { type Loss, type LossName, losses } from "../nn/losses";
import { Network } from "../nn/network";
import { Random, type TrainingPass } from "../random";
import { sizeOf, Tensor } from "../tensor";
import { checkData, chooseLoss } from "./options";

/**
 * Steps of a central difference. A formula that is wrong is wrong with all of them; a kink of ReLU is not met by the small
 * ones, and gradients that are close to 0 do not drown in rounding with the large one.
 */
const STEPS = [1e-3, 1e-5, 1e-6];

/** Right formulas are off by 10⁻⁷ at most, from rounding; wrong ones by 10⁻³ and more. */
const GRADIENT_TOLERANCE = 1e-5;

export interface GradientCheckOptions {
  loss?: LossName;
  /** How many numbers of each parameter are tried, chosen by chance. Default 50. */
  count?: number;
}

/** How the gradient of one parameter compares. */
export interface GradientCheck {
  /** Counted from 1, as in the summary. */
  readonly layer: number;
  readonly name: string;
  readonly parameter: string;
  /** How many of its numbers were tried. */
  readonly checked: number;
  readonly largestGradient: number;
  /** The largest difference between both gradients, by the largest of them. */
  readonly relativeError: number;
  readonly agrees: boolean;
}

/**
 * Compares the gradients that `backward` computes with those found by trying: each number is nudged up and down, and the
 * loss tells the slope, dC/dw ≈ (C(w + h) − C(w − h)) / 2h. Both are computed on a copy of the network in double precision.
 *
 * x [batch, ...inputShape]; y are the classes, one index for each sample, or targets [batch, outputs]. Throws as `Dataset`
 * does for samples that do not fit y, and an OptionsError for what does not fit the network.
 */
export function measureGradients(
  network: Network,
  x: Tensor,
  y: ArrayLike<number> | Tensor,
  options: GradientCheckOptions = {},
): GradientCheck[] {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["loss", "count"]);
  const { loss, count = 50 } = options ?? {};
  problems.expect(isCount(count), "count", "a whole number ≥ 1", count);
  problems.expect(network instanceof Network, "network", "a Network", network);
  problems.throwIfAny("checkGradients");
  const data = datasetOf(network, x, y);
  checkData("checkGradients", network, data, loss === undefined ? {} : { loss });
  const copy = inDoublePrecision(network);
  const cost = new Cost(copy, data, losses[chooseLoss(network, loss)]);
  cost.backward();
  return copy.layers.flatMap((layer, i) =>
    layer.parameters.map((parameter) => ({
      ...{ layer: i + 1, name: layer.name, parameter: parameter.name },
      ...compareGradients(parameter, cost, count),
    })),
  );
}

function datasetOf(network: Network, x: Tensor, y: ArrayLike<number> | Tensor): Dataset {
  if (y instanceof Tensor) return Dataset.regression(x, y);
  if (!Array.isArray(y) && !ArrayBuffer.isView(y)) {
    throw new DataError(
      `checkGradients: expected y as a list of classes or a Tensor of targets, received ${show(y)}.`,
    );
  }
  return Dataset.classification(x, y, Math.max(2, sizeOf(network.outputShape)));
}

/** Layers are told nothing but shapes when they are built: building a copy again gives it parameters of its own. */
function inDoublePrecision(network: Network): Network {
  const layers = network.layers.map(
    (layer): Layer => Object.assign(Object.create(Object.getPrototypeOf(layer)), layer),
  );
  const copy = new Network(network.inputShape, layers, { kernels: plainDouble });
  copy.setParameters(network.getParameters());
  return copy;
}

/** The loss of a network on some samples as it would learn from them, dropout and all. */
class Cost {
  private readonly x: Tensor;
  private readonly t: Tensor;
  private readonly logits: boolean;
  private readonly pass: TrainingPass = { seed: 1, epoch: 0, batch: 0 };

  constructor(
    private readonly network: Network,
    data: Dataset,
    private readonly loss: Loss,
  ) {
    const { zeros } = plainDouble;
    this.x = zeros(data.samples.shape);
    this.x.data.set(data.samples.copy().data);
    this.t = zeros([data.length, sizeOf(network.outputShape)]);
    data.writeTargets(inOrder(data.length), 0, this.t);
    this.logits = loss.contains !== null;
  }

  value(): number {
    return this.loss.forward(this.output(), this.t);
  }

  /** Sets the gradients of all parameters. */
  backward(): void {
    const gradient = plainDouble.zeros(this.t.shape);
    this.loss.backward(this.output(), this.t, gradient);
    this.network.backward(gradient, { logits: this.logits });
  }

  private output(): Tensor {
    return this.network.forward(this.x, { logits: this.logits, training: this.pass });
  }
}

function compareGradients(
  { value, gradient }: Parameter,
  cost: Cost,
  count: number,
): Pick<GradientCheck, "checked" | "largestGradient" | "relativeError" | "agrees"> {
  const chosen = new Random(1, "gradients").shuffle(inOrder(value.size));
  let [difference, largest] = [0, 0];
  for (const i of chosen.slice(0, count)) {
    const computed = gradient.data[i];
    const tried = STEPS.map((step) => slope(value.data, i, step, cost));
    difference = Math.max(difference, Math.min(...tried.map((each) => Math.abs(each - computed))));
    largest = Math.max(largest, Math.abs(computed), Math.min(...tried.map(Math.abs)));
  }
  // Where all gradients are 0, as behind dead units, there is nothing but rounding.
  const relativeError = largest < 1e-12 ? 0 : difference / largest;
  const agrees = relativeError <= GRADIENT_TOLERANCE;
  return { checked: Math.min(count, value.size), largestGradient: largest, relativeError, agrees };
}

function slope(numbers: Parameter["value"]["data"], i: number, step: number, cost: Cost): number {
  const before = numbers[i];
  numbers[i] = before + step;
  const above = cost.value();
  numbers[i] = before - step;
  const below = cost.value();
  numbers[i] = before;
  return (above - below) / (2 * step);
}
