import { kernel } from "./kernel";

/** Milliseconds for which an interrupt that was sent just before the release may still be on its way. */
const ON_ITS_WAY = 60;

/**
 * Calls `handler` on an interrupt, the ■ button, instead of failing the running cell, until the returned function is
 * called. Outside of a notebook the first Ctrl-C calls it, and the second ends the process.
 */
export function onInterrupt(handler: () => void): () => void {
  const handlers = kernel()?.interruptHandlers;
  // A function of its own, so that the same handler can be held twice.
  const call = () => handler();
  if (handlers === undefined) {
    process.once("SIGINT", call);
    return () => void process.off("SIGINT", call);
  }
  handlers.add(call);
  // Later, so that a second interrupt does not fail the cell, or the next one, when all is over.
  return () => void setTimeout(() => handlers.delete(call), ON_ITS_WAY);
}

/** Runs what takes a while with options whose signal an interrupt gives, too. */
export async function untilInterrupted<Options extends { signal?: AbortSignal }, Result>(
  options: Options | undefined,
  run: (options: Options) => Promise<Result>,
): Promise<Result> {
  // An interrupt ends what a cell does before its first await on the spot: the work comes after one.
  await Promise.resolve();
  const controller = new AbortController();
  const release = onInterrupt(() => controller.abort());
  // Anything but a signal is passed on as it is, to be refused with all other wrong options.
  const asked: unknown = options?.signal ?? controller.signal;
  const signal = asked instanceof AbortSignal ? AbortSignal.any([asked, controller.signal]) : options?.signal;
  try {
    return await run({ ...options, signal } as Options);
  } finally {
    release();
  }
}
