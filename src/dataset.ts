import { DataError, isCount, isPositive, OptionsError, Problems, ShapeError, show } from "./errors";
import { Random } from "./random";
import { isKind } from "./reload";
import { isShape, type Shape, showShape, Tensor } from "./tensor";

/**
 * Samples and what the network should answer for each of them: the index of a class, or numbers of any kind.
 *
 * `samples` is [count, ...sampleShape]. For classification `labels[i]` is an index into `classes`; otherwise
 * `targets` is [count, outputs].
 */
export class Dataset {
  readonly kind = "Dataset";

  static [Symbol.hasInstance](value: unknown): boolean {
    return isKind(value, "Dataset");
  }

  private constructor(
    readonly samples: Tensor,
    readonly labels: Int32Array | null,
    readonly classes: readonly string[],
    readonly targets: Tensor | null,
  ) {}

  /**
   * Samples that belong to classes. `classes` are their names, or how many there are (named "0", "1", …).
   * Throws a DataError for no samples, counts that differ, numbers that are not finite, labels out of range, and names
   * that are not different texts.
   */
  static classification(
    samples: Tensor,
    labels: ArrayLike<number>,
    classes: readonly string[] | number,
  ): Dataset {
    if (!isClasses(classes)) {
      throw new DataError(`Dataset: expected classes that are ${classKinds}, received ${show(classes)}.`);
    }
    const names = isCount(classes) ? Array.from({ length: classes }, (_, i) => String(i)) : [...classes];
    checkSamples(samples, labels?.length, "labels");
    const indices = new Int32Array(labels.length);
    for (let i = 0; i < indices.length; i++) {
      const label = labels[i];
      if (!Number.isInteger(label) || label < 0 || label >= names.length) {
        throw new DataError(
          `Dataset: expected labels from 0 to ${names.length - 1}, received ${show(label)} for sample ${i}.`,
        );
      }
      indices[i] = label;
    }
    return new Dataset(samples, indices, names, null);
  }

  /** Samples with numbers to predict, targets [count, outputs]. Throws a DataError as `classification` does. */
  static regression(samples: Tensor, targets: Tensor): Dataset {
    if (!(targets instanceof Tensor)) {
      throw new DataError(`Dataset: expected a Tensor of targets, received ${show(targets)}.`);
    }
    checkSamples(samples, targets.shape[0], "targets");
    if (targets.shape.length !== 2 || targets.shape[1] === 0) {
      throw new ShapeError(
        `Dataset: expected targets [count, outputs], received ${showShape(targets.shape)}.`,
      );
    }
    checkFinite(targets, "targets");
    return new Dataset(samples, null, [], targets);
  }

  /** Number of samples. */
  get length(): number {
    return this.samples.shape[0];
  }

  get sampleShape(): Shape {
    return this.samples.shape.slice(1);
  }

  /** The samples that `indices` names, sharing their numbers with this set. */
  take(indices: ArrayLike<number>): Dataset {
    const samples = this.samples.take(indices);
    if (samples.shape[0] === 0)
      throw new DataError("Dataset.take: expected at least one index, received none.");
    const { labels } = this;
    return new Dataset(
      samples,
      labels === null ? null : Int32Array.from(indices, (i) => labels[i]),
      this.classes,
      this.targets === null ? null : this.targets.take(indices),
    );
  }

  /** The samples from `start` up to, but not including, `end`. */
  slice(start: number, end: number = this.length): Dataset {
    if (
      !Number.isInteger(start) ||
      !Number.isInteger(end) ||
      start < 0 ||
      end > this.length ||
      start >= end
    ) {
      throw new OptionsError(
        `Dataset.slice: expected 0 ≤ start < end ≤ ${this.length}, received ${show(start)} and ${show(end)}.`,
      );
    }
    return this.take(Uint32Array.from({ length: end - start }, (_, i) => start + i));
  }

  /**
   * Two sets without a sample in common: the first has `fraction` of the samples, and as nearly as can be of every class.
   * The same seed gives the same split. Throws an OptionsError unless both sets would have samples.
   */
  split(fraction: number, options: { seed?: number } = {}): [Dataset, Dataset] {
    const problems = new Problems();
    problems.expectKnownKeys(options, ["seed"]);
    const { seed = 1 } = options ?? {};
    problems.expect(isPositive(fraction) && fraction < 1, "fraction", "a number between 0 and 1", fraction);
    problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
    problems.throwIfAny("Dataset.split");
    const random = new Random(seed, "split");
    const first: number[] = [];
    const second: number[] = [];
    let seen = 0;
    for (const group of this.groups()) {
      seen += group.length;
      // Rounding the running sum keeps the total exact, and every class within one sample of its share.
      const wanted = Math.round(fraction * seen);
      for (const index of random.shuffle(group)) (first.length < wanted ? first : second).push(index);
    }
    if (first.length === 0 || second.length === 0) {
      throw new OptionsError(
        `Dataset.split: ${this.length} samples split at ${fraction} leave one side empty. Use more samples or another fraction.`,
      );
    }
    return [this.take(random.shuffle(first)), this.take(random.shuffle(second))];
  }

  /** The same samples in another shape: `digits.reshape([28, 28, 1])` makes rows of pixels into images. */
  reshape(sampleShape: Shape): Dataset {
    if (!isShape(sampleShape)) {
      throw new ShapeError(
        `Dataset.reshape: expected a shape such as [28, 28, 1], received ${show(sampleShape)}.`,
      );
    }
    return this.withSamples(this.samples.reshape([this.length, ...sampleShape]));
  }

  /** Other samples [count, ...sampleShape] with the same answers. Throws a DataError as `classification` does. */
  withSamples(samples: Tensor): Dataset {
    checkSamples(samples, this.length, "answers");
    return new Dataset(samples, this.labels, this.classes, this.targets);
  }

  /**
   * Writes what the network should answer for the samples `indices[start]`, `indices[start + 1]`, … into `target`
   * [batch, outputs]: for classes a 1 at the label and 0 elsewhere, or with one output the label itself, 0 or 1.
   */
  writeTargets(indices: ArrayLike<number>, start: number, target: Tensor): void {
    const [batch, outputs] = target.shape;
    const { labels, targets } = this;
    if (labels !== null) {
      target.data.fill(0);
      for (let i = 0; i < batch; i++) {
        const label = labels[indices[start + i]];
        if (outputs === 1) target.data[i] = label;
        else target.data[i * outputs + label] = 1;
      }
    } else if (targets !== null) {
      for (let i = 0; i < batch; i++) {
        const from = targets.rowStart(indices[start + i]);
        for (let j = 0; j < outputs; j++) target.data[i * outputs + j] = targets.data[from + j];
      }
    }
  }

  toString(): string {
    const what = this.labels === null ? "numbers to predict" : `${this.classes.length} classes`;
    return `Dataset of ${this.length} samples ${showShape(this.sampleShape)}, ${what}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The indices of each class, or of all samples where there are no classes. */
  private groups(): number[][] {
    const { labels } = this;
    if (labels === null) return [Array.from({ length: this.length }, (_, i) => i)];
    const groups: number[][] = this.classes.map(() => []);
    for (const [i, label] of labels.entries()) groups[label].push(i);
    return groups;
  }
}

/** More are refused, because a network would need an output for each. */
const MAXIMUM_CLASSES = 65_536;

/** What `isClasses` accepts, as a message says it. */
export const classKinds = "at least two different names, or a whole number from 2 to 65536";

export function isClasses(value: unknown): value is readonly string[] | number {
  const count: unknown = Array.isArray(value) ? value.length : value;
  if (!isCount(count) || count < 2 || count > MAXIMUM_CLASSES) return false;
  if (!Array.isArray(value)) return true;
  const names: readonly unknown[] = [...value];
  return names.every((name) => typeof name === "string") && new Set(names).size === count;
}

function checkSamples(samples: Tensor, answers: number | undefined, what: string): void {
  if (!(samples instanceof Tensor)) {
    throw new DataError(`Dataset: expected a Tensor of samples, received ${show(samples)}.`);
  }
  if (samples.shape.length < 2 || !samples.shape.slice(1).every(isCount)) {
    throw new ShapeError(
      `Dataset: expected samples [count, ...shape], received ${showShape(samples.shape)}.`,
    );
  }
  if (samples.shape[0] === 0) throw new DataError("Dataset: expected at least one sample, received none.");
  if (samples.shape[0] !== answers) {
    throw new DataError(
      `Dataset: expected as many ${what} as samples (${samples.shape[0]}), received ${answers}.`,
    );
  }
  checkFinite(samples, "samples");
}

function checkFinite(tensor: Tensor, what: string): void {
  const { data, rows, rowSize } = tensor;
  for (let i = 0; i < tensor.shape[0]; i++) {
    const start = (rows === null ? i : rows[i]) * rowSize;
    const end = start + rowSize;
    // A sum is finite only where all of its terms are. Two sums, because each has to wait for its own last addition.
    let even = 0;
    let odd = 0;
    for (let k = start + 1; k < end; k += 2) {
      even += data[k - 1];
      odd += data[k];
    }
    if (rowSize % 2 === 1) even += data[end - 1];
    if (Number.isFinite(even + odd)) continue;
    const wrong = data.subarray(start, end).find((value) => !Number.isFinite(value));
    if (wrong !== undefined) {
      throw new DataError(`Dataset: expected finite numbers, received ${wrong} in ${what} row ${i}.`);
    }
  }
}
