import { isCount, OptionsError, show } from "./errors";

/**
 * A seeded generator: the same seed gives the same numbers on every machine.
 *
 * xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021); its state is filled
 * from the keys by the mixing function of MurmurHash3 (Appleby), so that near keys give unrelated streams.
 */
export class Random {
  private readonly state = new Uint32Array(4);
  private spare: number | null = null;

  /**
   * `new Random(seed)`, or `new Random(seed, "shuffle", epoch)` for a stream of its own.
   * Throws an OptionsError for a key that is neither a finite number nor a string.
   */
  constructor(...keys: (number | string)[]) {
    for (const key of keys) {
      if (Number.isFinite(key) || typeof key === "string") continue;
      throw new OptionsError(`Random: keys: expected finite numbers or strings, received ${show(key)}.`);
    }
    let hash = 0x9e3779b9;
    for (const character of keys.map((key) => `${typeof key}:${key}`).join("|")) {
      hash = mix(hash ^ (character.codePointAt(0) ?? 0));
    }
    for (let i = 0; i < 4; i++) {
      hash = mix(hash + 0x9e3779b9);
      this.state[i] = hash;
    }
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** A number from the uniform distribution over [low, high). Throws an OptionsError unless both are finite and low ≤ high. */
  uniform(low = 0, high = 1): number {
    if (!(low <= high && Number.isFinite(low) && Number.isFinite(high))) {
      const received = `${show(low)} and ${show(high)}`;
      throw new OptionsError(`uniform: low, high: expected two numbers, low ≤ high, received ${received}.`);
    }
    return low + (high - low) * this.share();
  }

  /** A whole number from 0 to count − 1. Throws an OptionsError for a count that is not a whole number ≥ 1. */
  integer(count: number): number {
    if (!isCount(count)) {
      throw new OptionsError(`integer: count: expected a whole number ≥ 1, received ${show(count)}.`);
    }
    return Math.floor(this.share() * count);
  }

  /** A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller, 1958). */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.share()));
    const angle = 2 * Math.PI * this.share();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /**
   * Puts the items into random order, in place (Fisher and Yates), and returns them.
   * Throws an OptionsError for anything but an array or a typed array.
   */
  shuffle<Items extends { [index: number]: number; readonly length: number }>(items: Items): Items {
    if (!Array.isArray(items) && !(ArrayBuffer.isView(items) && "length" in items)) {
      throw new OptionsError(`shuffle: items: expected an array or a typed array, received ${show(items)}.`);
    }
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(this.share() * (i + 1));
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }

  private share(): number {
    return this.bits() / 2 ** 32;
  }
}

/**
 * Where training stands. What is drawn by chance while a network learns is drawn from a generator of these keys, so that
 * training which was stopped goes on with the same numbers.
 */
export interface TrainingPass {
  readonly seed: number;
  /** Completed epochs of the network and completed batches of the running epoch. */
  readonly epoch: number;
  readonly batch: number;
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
