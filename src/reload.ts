// A notebook loads src again when one of its files was edited, while the tensors and networks of earlier cells live on.

/** Whether a value is of the class whose `kind` is given, be it made before the class was loaded again or after. */
export const isKind = (value: unknown, kind: string): boolean =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === kind;

/** Something that must not be lost when src is loaded again: made at the first call, and the same ever after. */
export function lasting<Value>(name: string, make: () => Value): Value {
  const key = Symbol.for(`neural-networks-from-scratch: ${name}`);
  const store = globalThis as unknown as Record<symbol, Value | undefined>;
  const value = store[key] ?? make();
  store[key] = value;
  return value;
}
