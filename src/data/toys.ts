import { Dataset } from "../dataset";
import { isCount, isNotNegative, oneOf, Problems } from "../errors";
import { Random } from "../random";
import { Tensor } from "../tensor";

export interface ToyOptions {
  /** How many samples. Default 400. */
  count?: number;
  /** How far, in standard deviations, samples stray from where they belong. Default 0.1. */
  noise?: number;
  /** The same seed gives the same samples. Default 1. */
  seed?: number;
}

type Point = readonly [x: number, y: number];

/** The place of a sample of class 0 or 1; `share` runs from 0 to 1 through the samples of each class. */
type Shape = (label: number, share: number, random: Random) => Point;

const onCircle = (radius: number, angle: number): Point => [
  radius * Math.cos(angle),
  radius * Math.sin(angle),
];

/** The sets, each from about −2 to 2 in both directions. */
const shapes = {
  /** Four squares: class 0 where both coordinates have the same sign, class 1 where they differ. */
  xor: (label: number, _: number, random: Random): Point => {
    const [x, y] = [random.uniform(0.15, 2), random.uniform(0.15, 2)];
    const [across, up] = [random.integer(2) * 2 - 1, label * -2 + 1];
    return [across * x, across * up * y];
  },
  /** A circle, class 1, around another. */
  circles: (label: number, share: number): Point => onCircle(label === 0 ? 0.8 : 1.8, 2 * Math.PI * share),
  /** Two half circles, each reaching into the other (Pedregosa et al., scikit-learn, `make_moons`). */
  moons: (label: number, share: number): Point => {
    const [x, y] = onCircle(1, Math.PI * share);
    const [moonX, moonY] = label === 0 ? [x, y] : [1 - x, 0.5 - y];
    return [1.3 * (moonX - 0.5), 1.3 * (moonY - 0.25)];
  },
  /** Two arms that wind around each other one and three quarter times (Lang and Witbrock, 1988). */
  spirals: (label: number, share: number): Point =>
    onCircle(0.15 + 1.85 * share, 2 * Math.PI * 1.75 * share + Math.PI * label),
} satisfies Record<string, Shape>;

export type ToyName = keyof typeof shapes;

/** The names of all toy sets. */
export const toyNames = Object.keys(shapes) as ToyName[];

/**
 * Points in the plane that belong to one of two classes, as many to each: samples [count, 2]. Small enough to see what a
 * network does with every place of the plane, and not to be told apart by a straight line.
 *
 * Throws an OptionsError that lists every wrong option.
 */
export function toySet(name: ToyName, options: ToyOptions = {}): Dataset {
  const { problems, count, noise, seed } = checkToy(options);
  problems.expect(toyNames.includes(name), "name", oneOf(toyNames), name);
  problems.throwIfAny("toySet");
  const random = new Random(seed, name);
  const samples = Tensor.zeros([count, 2]);
  // One of each class in turn, so that every slice of the set has both.
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const places = [0, 1].map((label) => random.shuffle(placesOf(Math.ceil((count - label) / 2))));
  labels.forEach((label, i) => {
    const point = shapes[name](label, places[label][Math.floor(i / 2)], random);
    samples.data.set(
      point.map((coordinate) => coordinate + noise * random.normal()),
      2 * i,
    );
  });
  return Dataset.classification(samples, labels, ["A", "B"]);
}

/**
 * One wave of a sine with noise on it: samples [count, 1] from −π to π, evenly spread, and targets [count, 1].
 * Throws an OptionsError that lists every wrong option.
 */
export function noisySine(options: ToyOptions = {}): Dataset {
  const { problems, count, noise, seed } = checkToy(options);
  problems.throwIfAny("noisySine");
  const random = new Random(seed, "sine");
  const x = random.shuffle(placesOf(count).map((share) => Math.PI * (2 * share - 1)));
  const targets = x.map((value) => [Math.sin(value) + noise * random.normal()]);
  return Dataset.regression(Tensor.from(x.map((value) => [value])), Tensor.from(targets));
}

/** Shares from 0 to 1, evenly spread. */
const placesOf = (count: number): number[] => Array.from({ length: count }, (_, i) => (i + 0.5) / count);

function checkToy(options: ToyOptions) {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["count", "noise", "seed"]);
  const { count = 400, noise = 0.1, seed = 1 } = options ?? {};
  problems.expect(
    isCount(count) && count >= 2 && count <= 1e6,
    "count",
    "a whole number from 2 to 1000000",
    count,
  );
  problems.expect(isNotNegative(noise), "noise", "a finite number ≥ 0", noise);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  return { problems, count: Number(count), noise, seed };
}
