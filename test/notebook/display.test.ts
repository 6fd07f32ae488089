import { afterEach, expect, test } from "vitest";
import { inNotebook, newDisplay, shown } from "../../src/notebook/display";
import type { Kernel } from "../../src/notebook/kernel";

type Sent = Parameters<NonNullable<Kernel["writeDisplayData"]>>;

const key = Symbol.for("tslab.kernel");
const world = globalThis as { [key: symbol]: Kernel | undefined };

/** Puts a kernel in the place where the patched tslab has its own, and keeps what it is told to send. */
function pretendKernel(): Sent[] {
  const sent: Sent[] = [];
  world[key] = {
    ...{ interruptHandlers: new Set(), shown: new Set() },
    writeDisplayData: (...message) => void sent.push(message),
  };
  return sent;
}

afterEach(() => {
  delete world[key];
});

test("a display is shown once and then replaced in place, with all its MIME types", () => {
  const sent = pretendKernel();
  const display = newDisplay();
  display.update({ "text/html": "<b>1</b>", "text/plain": "1" });
  display.update({ "text/html": "<b>2</b>", "text/plain": "2" });
  expect(sent.map(([message, update]) => [message.data, update])).toEqual([
    [{ "text/html": "<b>1</b>", "text/plain": "1" }, false],
    [{ "text/html": "<b>2</b>", "text/plain": "2" }, true],
  ]);
  const [first, second] = sent.map(([message]) => message.transient.display_id);
  expect(first).toMatch(/\S/);
  expect(second).toBe(first);
});

test("two displays do not replace each other", () => {
  const sent = pretendKernel();
  newDisplay().update({ "text/plain": "one" });
  newDisplay().update({ "text/plain": "two" });
  expect(sent.map(([, update]) => update)).toEqual([false, false]);
  expect(new Set(sent.map(([message]) => message.transient.display_id)).size).toBe(2);
});

test("outside of a notebook nothing is shown", () => {
  expect(inNotebook()).toBe(false);
  expect(() => newDisplay().update({ "text/plain": "nobody sees this" })).not.toThrow();
});

test("a notebook is one whose kernel has somewhere to send to", () => {
  pretendKernel();
  expect(inNotebook()).toBe(true);
  world[key] = { interruptHandlers: new Set(), writeDisplayData: null };
  expect(inNotebook()).toBe(false);
});

test("the kernel is told what a display shows, and the value is handed on", () => {
  pretendKernel();
  const value = { accuracy: 0.9 };
  expect(shown(value)).toBe(value);
  expect(world[key]?.shown?.has(value)).toBe(true);
  delete world[key];
  expect(shown(value)).toBe(value);
});
