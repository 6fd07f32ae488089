import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { NeuralNetworkError } from "../errors";
import { projectRoot } from "../root";
import { typeScript } from "./source/typescript";

/**
 * A file of src and all that it imports as one script for a page, so that the page computes with what stands in src,
 * also after somebody has edited it. `entry` is the file without its ending; its function `start` is called with the script's
 * element and `value`, which has to be JSON. Throws a NeuralNetworkError where a file imports what a page has not.
 */
export function pageScript(entry: string, value: unknown): string {
  const files = new Map<string, string>();
  collect(entry, files);
  const functions = [...files].map(
    ([name, code]) => `${JSON.stringify(name)}: (require, exports) => {\n${code}}`,
  );
  // Nothing in it may end the element that it stands in.
  const inScript = (text: string) => text.replace(/<(?=\/script|!--)/gi, "\\x3c");
  return inScript(`(() => {
const files = {
${functions.join(",\n")}
};
const loaded = {};
const load = (name) => {
  if (!loaded[name]) files[name](load, (loaded[name] = {}));
  return loaded[name];
};
load(${JSON.stringify(entry)}).start(document.currentScript, ${JSON.stringify(value)});
})();`);
}

/** Compiles a file and those that it imports, which are named from the folder src. */
function collect(name: string, files: Map<string, string>): void {
  if (files.has(name)) return;
  files.set(name, "");
  const path = [".ts", ".js"].map((end) => join(projectRoot(), "src", name + end)).find(existsSync);
  if (path === undefined)
    throw new NeuralNetworkError(`A page needs the file src/${name}, which is not there.`);
  const code = compile(readFileSync(path, "utf8")).replace(
    /\brequire\("([^"]+)"\)/g,
    (_, imported: string) => {
      if (!imported.startsWith(".")) {
        throw new NeuralNetworkError(
          `src/${name} imports ${imported}, which a page has not. Import it in a file that the page does without.`,
        );
      }
      const target = posix.join(posix.dirname(name), imported);
      collect(target, files);
      return `require(${JSON.stringify(target)})`;
    },
  );
  files.set(name, code);
}

/** What was compiled before, by its source. */
const compiled = new Map<string, string>();

function compile(source: string): string {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const { transpileModule, ModuleKind, ScriptTarget } = typeScript();
  const compilerOptions = {
    ...{ module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    removeComments: true,
  };
  const code = transpileModule(source, { compilerOptions }).outputText;
  compiled.set(source, code);
  return code;
}
