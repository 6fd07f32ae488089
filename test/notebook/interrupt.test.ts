import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { onInterrupt } from "../../src/notebook/interrupt";
import type { Kernel } from "../../src/notebook/kernel";

const key = Symbol.for("tslab.kernel");
const world = globalThis as { [key: symbol]: Kernel | undefined };

describe("in a notebook", () => {
  const interruptHandlers = new Set<() => void>();
  const interrupt = () => {
    for (const handler of interruptHandlers) handler();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    world[key] = { interruptHandlers, writeDisplayData: null };
  });
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
    delete world[key];
  });

  test("everyone who waits for an interrupt hears of it, however often", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    const releases = [onInterrupt(first), onInterrupt(second), onInterrupt(second)];
    interrupt();
    interrupt();
    expect(first).toHaveBeenCalledTimes(2);
    expect(second).toHaveBeenCalledTimes(4);
    for (const release of releases) release();
  });

  test("after the release an interrupt that is on its way is still taken, and later ones are the kernel's", () => {
    const handler = vi.fn();
    onInterrupt(handler)();
    expect(interruptHandlers.size).toBe(1);
    vi.runAllTimers();
    expect(interruptHandlers.size).toBe(0);
  });

  test("a release lets go of its own handler only", () => {
    const [held, released] = [vi.fn(), vi.fn()];
    const release = onInterrupt(held);
    onInterrupt(released)();
    vi.runAllTimers();
    interrupt();
    expect(held).toHaveBeenCalledTimes(1);
    expect(released).not.toHaveBeenCalled();
    release();
  });

  test("the process's own listeners are left alone", () => {
    const before = process.listeners("SIGINT");
    const release = onInterrupt(() => {});
    expect(process.listeners("SIGINT")).toEqual(before);
    release();
  });
});

describe("in a script", () => {
  test("the first Ctrl-C calls the handler, and the second is no longer listened to", () => {
    const others = process.listenerCount("SIGINT");
    const handler = vi.fn();
    const release = onInterrupt(handler);
    expect(process.listenerCount("SIGINT")).toBe(others + 1);
    process.emit("SIGINT");
    expect(handler).toHaveBeenCalledTimes(1);
    expect(process.listenerCount("SIGINT")).toBe(others);
    release();
  });

  test("after the release Ctrl-C does what it did before", () => {
    const others = process.listeners("SIGINT");
    onInterrupt(() => {})();
    expect(process.listeners("SIGINT")).toEqual(others);
  });
});
