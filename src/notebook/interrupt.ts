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
