import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../scripts/support/project";

interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

/** What a reader writes into a cell in place of something else. */
export type Edit = readonly [from: string, to: string];

/** A notebook whose cells can be run one by one, edited, without a kernel. */
export class NotebookCells {
  private readonly cells: readonly Cell[];

  constructor(private readonly name: string) {
    this.cells = JSON.parse(readFileSync(join(repository, "notebooks", `${name}.ipynb`), "utf8")).cells;
  }

  /** All text between the cells, as one. */
  get text(): string {
    return this.cells
      .filter(({ cell_type }) => cell_type === "markdown")
      .map(({ source }) => [source].flat().join(""))
      .join("\n");
  }

  /**
   * Runs the cells with these ids as one program and returns what is named in `results`. Each edit must change something.
   * A cell that ends with a call of `compare` gives its comparison as `comparison`.
   */
  async run<Results>(ids: readonly string[], edits: readonly Edit[], results: string): Promise<Results> {
    let code = ids.map((id) => this.source(id)).join("\n");
    for (const [from, to] of edits) {
      if (!code.includes(from)) throw new Error(`The cells ${ids.join(", ")} hold no ${from}`);
      code = code.replace(from, to);
    }
    code = code.replace("await compare(", "const comparison = await compare(");
    const folder = join(repository, "out");
    mkdirSync(folder, { recursive: true });
    const place = mkdtempSync(join(folder, "cells-"));
    const file = join(place, "program.ts");
    const [imports, body] = withoutImports(code);
    writeFileSync(file, `${imports}\nexport async function run() {\n${body}\nreturn { ${results} };\n}\n`);
    try {
      const program = (await import(/* @vite-ignore */ file)) as { run(): Promise<Results> };
      return await program.run();
    } finally {
      rmSync(place, { recursive: true });
    }
  }

  private source(id: string): string {
    const found = this.cells.filter((cell) => cell.id === id);
    if (found.length !== 1) throw new Error(`${this.name} has ${found.length} cells with the id ${id}`);
    return [found[0].source].flat().join("");
  }
}

const IMPORT = /^import \{ ([^}]+) \} from "([^"]+)";$/gm;

/** Cells import the same names again and again, a module may do so once. */
function withoutImports(code: string): [imports: string, body: string] {
  const names = new Map<string, Set<string>>();
  for (const [, list, path] of code.matchAll(IMPORT)) {
    const known = names.get(path) ?? new Set();
    for (const name of list.split(",")) known.add(name.trim());
    names.set(path, known);
  }
  const imports = [...names].map(([path, each]) => {
    const from = path === "../src" ? "../../src" : path;
    return `import { ${[...each].join(", ")} } from "${from}";`;
  });
  return [imports.join("\n"), code.replace(IMPORT, "")];
}
