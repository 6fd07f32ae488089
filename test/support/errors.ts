/** What an action throws or rejects with; fails if it does neither. */
export async function errorOf(action: () => unknown): Promise<Error> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`expected an Error to be thrown, received ${String(error)}`);
  }
  throw new Error("expected an error, but nothing was thrown");
}
