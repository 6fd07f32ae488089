import { createContext, Script } from "node:vm";
import { expect, test } from "vitest";
import { NeuralNetworkError } from "../../src/errors";
import { pageScript } from "../../src/notebook/page-script";

const script = pageScript("notebook/pad/page", { text: "</script><!-- --><b>" });

test("nothing in the script can end the element that it stands in", () => {
  expect(script).not.toMatch(/<\/script|<!--/i);
  expect(script).toContain('"\\x3c/script>\\x3c!-- --><b>"');
});

test("it holds the library's own layers and kernels, each file once, and no others", () => {
  const names = [...script.matchAll(/^"([^"]+)": \(require, exports\)/gm)].map(([, name]) => name);
  for (const name of ["nn/layers", "nn/convolution", "kernels/plain", "data/mnist-digit", "deskew"]) {
    expect(names).toContain(name);
  }
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /simd|chosen|training|display/.test(name))).toEqual([]);
});

test("it runs where there is nothing of Node's", () => {
  const found: unknown[] = [];
  const page = {
    document: { currentScript: null, querySelectorAll: (selector: string) => found.push(selector) && [] },
  };
  // Without an element to stand in, the pad has nothing to do.
  new Script(pageScript("notebook/pad/page", { id: "here" })).runInContext(createContext(page));
  expect(found).toEqual(['[data-pad="here"]']);
});

test("a file that needs what a page has not is refused by name", () => {
  expect(() => pageScript("root", {})).toThrow(NeuralNetworkError);
  expect(() => pageScript("root", {})).toThrow("src/root imports node:fs");
  expect(() => pageScript("notebook/pad/nothing", {})).toThrow("src/notebook/pad/nothing");
});
