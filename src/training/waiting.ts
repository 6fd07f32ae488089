/** Milliseconds that a callback may still take once training is asked to stop: enough to draw a chart to its end. */
const PATIENCE = 500;

/**
 * What a callback returns, or what its promise resolves to. A promise that is still open half a second after `signal`
 * asked to stop is no longer waited for, and becomes undefined.
 */
export async function waitFor<T>(answer: T | PromiseLike<T>, signal?: AbortSignal): Promise<T | undefined> {
  if (signal === undefined || !isPromise(answer)) return answer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let giveUp = () => {};
  const endOfPatience = new Promise<undefined>((resolve) => {
    giveUp = () => {
      timer = setTimeout(() => resolve(undefined), PATIENCE);
    };
  });
  if (signal.aborted) giveUp();
  else signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([answer, endOfPatience]);
  } finally {
    signal.removeEventListener("abort", giveUp);
    clearTimeout(timer);
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
