import type { Random } from "../../src/random";

/** Ways in which files get damaged, or are made to do damage. Each gives a new file. */
const ways: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  /** One bit, as memory and disks lose them. */
  (bytes, random) => changed(bytes, random, 1, (value) => value ^ (1 << random.integer(8))),
  /** A few bytes anywhere. */
  (bytes, random) => changed(bytes, random, 1 + random.integer(8), () => random.integer(256)),
  /** Bytes that counts and lengths are made of. */
  (bytes, random) =>
    changed(bytes, random, 1 + random.integer(4), () => [0, 1, 127, 128, 255][random.integer(5)]),
  /** At the beginning, where most formats say what is to come. */
  (bytes, random) => {
    const result = bytes.slice();
    for (let i = 0; i <= random.integer(4); i++)
      result[random.integer(Math.min(64, result.length))] = random.integer(256);
    return result;
  },
  /** A download that broke off. */
  (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  /** A piece of zeros, as sparse files have. */
  (bytes, random) => {
    const result = bytes.slice();
    const start = random.integer(bytes.length);
    return result.fill(0, start, start + 1 + random.integer(512));
  },
  /** A piece that is there twice, or in another place. */
  (bytes, random) => {
    const [from, to] = [random.integer(bytes.length), random.integer(bytes.length)];
    const piece = bytes.slice(from, from + 1 + random.integer(256));
    const result = bytes.slice();
    result.set(piece.subarray(0, result.length - to), to);
    return result;
  },
  /** Something behind the end, or in between. */
  (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    const more = Uint8Array.from({ length: 1 + random.integer(64) }, () => random.integer(256));
    return Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at)]);
  },
];

function changed(
  bytes: Uint8Array,
  random: Random,
  times: number,
  change: (value: number) => number,
): Uint8Array {
  const result = bytes.slice();
  for (let i = 0; i < times; i++) {
    const at = random.integer(result.length);
    result[at] = change(result[at]);
  }
  return result;
}

/** A copy of a file with something wrong in it. */
export const mutated = (bytes: Uint8Array, random: Random): Uint8Array =>
  ways[random.integer(ways.length)](bytes, random);
