/** The family of errors that this library throws on purpose. Each message says what was expected, what was received and what to do. */
export class NeuralNetworkError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }

  /** What a notebook prints: the message, which says what to do; where this library noticed is left to `stack`. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `${this.name}: ${this.message}`;
  }
}

/** Two shapes do not fit together. */
export class ShapeError extends NeuralNetworkError {}

/** An argument or an option has a value that cannot be used. */
export class OptionsError extends NeuralNetworkError {
  /** `problems` are what the message lists, one by one. */
  constructor(
    message: string,
    readonly problems: readonly string[] = [message],
  ) {
    super(message);
  }
}

/** Samples, labels or a file hold something that cannot be learned from. */
export class DataError extends NeuralNetworkError {}

/** A value as an error message shows it: short, and never ambiguous between 1 and "1". */
export function show(value: unknown, depth = 3): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (Array.isArray(value)) {
    if (depth === 0) return "[…]";
    const shown = value.slice(0, 8).map((item) => show(item, depth - 1));
    return `[${shown.join(", ")}${value.length > 8 ? ", …" : ""}]`;
  }
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "object" && value !== null) {
    const name = value.constructor?.name ?? "Object";
    return name === "Object" ? `{ ${Object.keys(value).join(", ")} }` : `a ${name}`;
  }
  return String(value);
}

/** Collects everything that is wrong with a set of options, so that one error can name it all. */
export class Problems {
  private readonly found: string[] = [];

  /** Notes a problem with the option `name`, once, unless `fine`. Returns `fine`. */
  expect(fine: boolean, name: string, expected: string, received: unknown): boolean {
    if (!fine) this.note(`${name}: expected ${expected}, received ${show(received)}`);
    return fine;
  }

  /** Notes a problem that is already in words, once. */
  note(problem: string): void {
    if (!this.found.includes(problem)) this.found.push(problem);
  }

  /** Notes every key of `options` that is not among `known`, with the nearest known one. `prefix` says where they are. */
  expectKnownKeys(options: unknown, known: readonly string[], prefix = ""): void {
    const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
    if (!this.expect(isObject, "options", `an object such as { ${known[0]}: … }`, options)) return;
    for (const key of Object.keys(options as object)) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      this.found.push(
        `${prefix}${key}: unknown option${near ? `, did you mean ${near}?` : ` (known: ${known.join(", ")})`}`,
      );
    }
  }

  /** Throws one OptionsError that lists every problem noted so far, if there is any. */
  throwIfAny(where: string): void {
    if (this.found.length === 0) return;
    const list =
      this.found.length === 1
        ? ` ${this.found[0]}`
        : `\n${this.found.map((line) => `  - ${line}`).join("\n")}`;
    throw new OptionsError(`${where}:${list}`, this.found);
  }
}

export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

export const isPositive = (value: unknown): value is number =>
  Number.isFinite(value) && (value as number) > 0;

export const isNotNegative = (value: unknown): value is number =>
  Number.isFinite(value) && (value as number) >= 0;

/** A number of things as a message tells it: 1,000 rather than 1000. */
export const showCount = (count: number): string =>
  Number.isSafeInteger(count) ? count.toLocaleString("en") : String(count);

/** One of `names` as a message lists them: `"a", "b" or "c"`. */
export function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2
    ? quoted.join()
    : `${quoted.slice(0, -1).join(", ")} or ${quoted[quoted.length - 1]}`;
}

/** The known name that shares the longest start with `name` ignoring case, if that is at least three letters. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const shared = (other: string) => {
    let length = 0;
    while (length < other.length && name[length]?.toLowerCase() === other[length].toLowerCase()) length++;
    return length;
  };
  const best = [...known].sort((a, b) => shared(b) - shared(a))[0];
  return best !== undefined && shared(best) >= 3 ? best : undefined;
}
