/** Networks, options and values that fast-check makes up. */
import fc from "fast-check";
import { ActivationLayer } from "../../src/nn/activation-layer";
import { type ActivationName, activationNames } from "../../src/nn/activations";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense, Flatten, type Layer } from "../../src/nn/layers";
import { BatchNorm } from "../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../src/nn/pooling";
import { Rescaling } from "../../src/nn/rescaling";
import type { Shape } from "../../src/tensor";

/** A network that can be built again and again: shapes that fit, layers in an order that makes sense. */
export interface Plan {
  readonly inputShape: Shape;
  readonly batch: number;
  readonly seed: number;
  /** How it was made, for a failure's message. */
  readonly words: readonly string[];
  layers(): Layer[];
}

type Part = readonly [words: string, make: () => Layer];

const size = fc.integer({ min: 1, max: 3 });
const padding = fc.constantFrom("valid" as const, "same" as const);
const pair = fc.tuple(size, size);

const convolution = (activation: fc.Arbitrary<ActivationName>): fc.Arbitrary<Part> =>
  fc
    .record({ filters: fc.integer({ min: 1, max: 9 }), kernel: pair, strides: pair, padding, activation })
    .map(({ filters, kernel, ...options }) => [
      `Conv2D(${filters}, [${kernel}], ${JSON.stringify(options)})`,
      () => new Conv2D(filters, kernel, options),
    ]);

const pooling: fc.Arbitrary<Part> = fc
  .record({ window: pair, strides: pair, padding })
  .map(({ window, ...options }) => [
    `MaxPool2D([${window}], ${JSON.stringify(options)})`,
    () => new MaxPool2D(window, options),
  ]);

const dense = (activations: fc.Arbitrary<ActivationName>): fc.Arbitrary<Part> =>
  fc
    .record({ units: fc.integer({ min: 1, max: 70 }), activation: activations })
    .map(({ units, activation }) => [
      `Dense(${units}, ${activation})`,
      () => new Dense(units, { activation }),
    ]);

const anywhere: fc.Arbitrary<Part> = fc.constantFrom<Part>(
  ["BatchNorm()", () => new BatchNorm()],
  ["Dropout(0.3)", () => new Dropout(0.3)],
  ["Rescaling(2, -1)", () => new Rescaling(2, -1)],
  ["ActivationLayer(tanh)", () => new ActivationLayer("tanh")],
);

/** From an image to a row of numbers. */
const between: fc.Arbitrary<Part> = fc.constantFrom<Part>(
  ["Flatten()", () => new Flatten()],
  ["GlobalAveragePooling2D()", () => new GlobalAveragePooling2D()],
);

const upTo = (part: fc.Arbitrary<Part>, most: number) => fc.array(part, { maxLength: most });
/** Two windows of three pixels that move by three find room. */
const length = fc.integer({ min: 9, max: 12 });

/** With `smooth`, only layers that have a derivative everywhere. */
export function plans({ smooth = false } = {}): fc.Arbitrary<Plan> {
  const activation = fc.constantFrom(...activationNames.filter((name) => !smooth || name !== "relu"));
  const onImage = [convolution(activation), anywhere, ...(smooth ? [] : [pooling])];
  const onRows = fc
    .record({
      inputs: fc.integer({ min: 1, max: 70 }),
      parts: upTo(fc.oneof(dense(activation), anywhere), 3),
      last: dense(activation),
    })
    .map(({ inputs, parts, last }) => ({ inputShape: [inputs], parts: [...parts, last] }));
  const onImages = fc
    .record({
      inputShape: fc.tuple(length, length, fc.integer({ min: 1, max: 5 })),
      parts: upTo(fc.oneof(...onImage), 2),
      turn: between,
      last: dense(activation),
    })
    .map(({ inputShape, parts, turn, last }) => ({ inputShape, parts: [...parts, turn, last] }));
  return fc
    .record({
      network: fc.oneof(onRows, onImages),
      batch: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    .map(({ network: { inputShape, parts }, batch, seed }) => ({
      ...{ inputShape, batch, seed },
      words: parts.map(([words]) => words),
      layers: () => parts.map(([, make]) => make()),
    }));
}

/** What a cell without types could pass for an option: the kinds of value that options have, and anything else. */
export const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything(),
  fc.double(),
  fc.constantFrom(0, -1, 1e300, Number.NaN, "", "relu", "sgd", null, undefined, [], {}),
);
