import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { OptionsError, show as showValue } from "../../errors";
import { projectRoot } from "../../root";
import { inNotebook, newDisplay } from "../display";
import { escapeMarkup } from "../format";
import { highlight } from "./highlight";
import { type SyntaxNode, typeScript } from "./typescript";

/** Where something is declared. */
interface Declaration {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly file: SyntaxNode;
  readonly from: number;
  readonly to: number;
}

/**
 * Shows the lines of the library in which something is written: `show.source("Dense")`, `show.source(Dense)`, or one of
 * its methods, `show.source("Dense.backward")`. Where several files declare the name, all are shown.
 * Throws an OptionsError, with names that are like it, for a name that no file of src declares.
 */
function source(of: string | { readonly name: string }): void {
  const name = typeof of === "string" ? of : of?.name;
  const found = typeof name === "string" && /^\w+(\.\w+)?$/.test(name) ? declarationsOf(name) : [];
  if (found.length === 0) throw notFound(of);
  const text = found.map((each) => `// ${titleOf(each)}\n${linesOf(each)}`).join("\n\n");
  if (!inNotebook()) console.log(text);
  else newDisplay().update({ "text/html": found.map(sourceHtml).join(""), "text/plain": text });
}

/** What shows parts of the library. */
export const show = { source };

function declarationsOf(name: string): Declaration[] {
  const [whole, member] = name.split(".");
  const declared = new RegExp(
    `^(?:export )?(?:abstract )?(?:async )?(?:class|function\\*?|interface|type|const) ${whole}\\b`,
    "m",
  );
  const found: Declaration[] = [];
  for (const path of sourceFiles()) {
    const text = readFileSync(join(projectRoot(), path), "utf8");
    if (!declared.test(text)) continue;
    const { createSourceFile, ScriptTarget } = typeScript();
    const file = createSourceFile(path, text, ScriptTarget.ES2022, true);
    for (const statement of file.statements ?? []) {
      const names = statement.declarationList?.declarations ?? [statement];
      if (!names.some((each) => each.name?.text === whole)) continue;
      const nodes =
        member === undefined
          ? [statement]
          : (statement.members ?? []).filter((each) => each.name?.text === member);
      // What a class does not have itself, it has from the one that it extends.
      if (nodes.length === 0)
        found.push(...namesAbove(statement).flatMap((name) => declarationsOf(`${name}.${member}`)));
      for (const node of nodes) found.push({ path, text, file, from: beginOf(node, file), to: node.end });
    }
  }
  return found;
}

const namesAbove = ({ heritageClauses = [] }: SyntaxNode): string[] =>
  heritageClauses.flatMap(({ types }) => types.flatMap(({ expression }) => expression.text ?? []));

/** Where a declaration begins, with its docstring. */
const beginOf = (node: SyntaxNode, file: SyntaxNode): number =>
  node.jsDoc?.[node.jsDoc.length - 1]?.pos ?? node.getStart(file);

/** The files of src that people read, from the project's folder. What WebAssembly is compiled from is another language. */
function sourceFiles(): string[] {
  return readdirSync(join(projectRoot(), "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.split(sep).join("/")}`)
    .filter((name) => name.endsWith(".ts") && !name.includes("/simd/assembly/"))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

/** What people come to read comes first. */
const placeOf = (path: string): number => {
  const place = ["src/nn/", "src/training/"].findIndex((room) => path.startsWith(room));
  return place < 0 ? 2 : place;
};

function linesOf({ text, from, to }: Declaration): string {
  const indent = from - (text.lastIndexOf("\n", from - 1) + 1);
  return text.slice(from, to).replaceAll(`\n${" ".repeat(indent)}`, "\n");
}

function titleOf({ path, text, from, to }: Declaration): string {
  const line = (place: number) => text.slice(0, place).split("\n").length;
  return `${path}, lines ${line(from)} to ${line(to)}`;
}

function sourceHtml(declaration: Declaration): string {
  const { path, file, text, from, to } = declaration;
  const indent = " ".repeat(from - (text.lastIndexOf("\n", from - 1) + 1));
  const code = highlight(file, text, from, to).replaceAll(`\n${indent}`, "\n");
  // JupyterLab opens a link to a file beside the notebook.
  const link = relative(process.cwd(), join(projectRoot(), path)).split(sep).join("/");
  const title = escapeMarkup(titleOf(declaration));
  return [
    `<div style="margin:4px 0 8px"><a href="${escapeMarkup(link)}">${title}</a>`,
    `<pre style="margin:4px 0;padding:8px 12px;max-height:36em;overflow:auto;white-space:pre;line-height:1.45;font-family:var(--jp-code-font-family,monospace);`,
    `border-left:3px solid var(--jp-border-color1,#bdbdbd)" tabindex="0" role="region" aria-label="${title}">${code}</pre></div>`,
  ].join("");
}

function notFound(of: unknown): OptionsError {
  const asked = String(of).split(".")[0].toLowerCase();
  const names = new Set<string>();
  for (const path of sourceFiles()) {
    const text = readFileSync(join(projectRoot(), path), "utf8");
    for (const [, name] of text.matchAll(
      /^export (?:abstract |async )*(?:class|function|interface|type|const) (\w+)/gm,
    )) {
      names.add(name);
    }
  }
  const like = [...names].filter(
    (name) => asked.length > 2 && name.toLowerCase().startsWith(asked.slice(0, 3)),
  );
  const advice =
    like.length > 0 ? `Did you mean ${like.sort().join(", ")}?` : "Names are as in src/index.ts.";
  return new OptionsError(
    `show.source: expected something that src declares, such as "Dense" or "Dense.backward", received ${showValue(of)}. ${advice}`,
  );
}
