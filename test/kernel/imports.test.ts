import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";
import { Project } from "./project";

const python = pythonEnvironment();

describeWith([python], "a notebook of a project", () => {
  let project: Project;
  let kernel: Kernel;

  beforeAll(async () => {
    project = new Project({
      "package.json": "{}",
      "src/index.ts": 'export { rate } from "./deep/rate";\nexport { Layer } from "./layers";\n',
      "src/deep/rate.ts": "export const rate: number = 1;\n",
      "src/layers.ts":
        'export class Layer {\n  units = 3;\n  fail(): never {\n    throw new Error("no units");\n  }\n}\n',
    }).linkPackages();
    kernel = await Kernel.start({
      python: python.path,
      folder: project.notebooks,
      environment: { JPY_SESSION_NAME: join(project.notebooks, "lesson é.ipynb") },
    });
  });
  afterAll(async () => {
    await kernel.shutdown();
    project.delete();
  });

  const printed = async (code: string) => {
    const { status, stdout, stderr } = await kernel.execute(code);
    return status === "ok" ? stdout.trim() : stderr.trim();
  };

  test("imports from the folder src and from files in it, and keeps what it imported", async () => {
    expect(await printed('import { Layer, rate } from "../src";\nrate')).toBe("1");
    expect(await printed("const layer = new Layer();\nlayer.units * rate")).toBe("3");
    expect(await printed('import { rate as deepRate } from "../src/deep/rate";\ndeepRate')).toBe("1");
  });

  test("runs each module once, whichever cells import it", async () => {
    expect(await printed('import { Layer as Same } from "../src/layers";\nlayer instanceof Same')).toBe(
      "true",
    );
  });

  test("has its cells checked strictly", async () => {
    expect(await printed("const nothing: string = null;")).toContain(
      "Type 'null' is not assignable to type 'string'",
    );
    expect(await printed("const double = (x) => 2 * x;")).toContain("implicitly has an 'any' type");
  });

  describe("when a file of src has been edited the moment before", () => {
    test("sees the new file, through index.ts too", async () => {
      for (let value = 2; value < 6; value++) {
        project.write("src/deep/rate.ts", `export const rate: number = ${value};\n`);
        expect(await printed('import { rate } from "../src";\nrate')).toBe(String(value));
      }
    });

    test("sees a file that an editor put in place of the old one", async () => {
      for (let value = 12; value < 16; value++) {
        project.replace("src/deep/rate.ts", `export const rate: number = ${value};\n`);
        expect(await printed('import { rate } from "../src";\nrate')).toBe(String(value));
      }
    });

    test("sees a file that it had no use for in between", async () => {
      project.write("src/apart.ts", "export const apart = 1;\n");
      expect(await printed('import { apart } from "../src/apart";\napart')).toBe("1");
      expect(await printed('const apart = "another";\napart')).toBe("another");
      project.write("src/apart.ts", "export const apart = 2;\n");
      expect(await printed('import { apart } from "../src/apart";\napart')).toBe("2");
    });

    test("finds a file that was missing, and misses one that is gone", async () => {
      const code = 'import { late } from "../src/late";\nlate';
      expect(await printed(code)).toContain("Cannot find module '../src/late'");
      project.write("src/late.ts", "export const late = 7;\n");
      expect(await printed(code)).toBe("7");
      project.remove("src/late.ts");
      expect(await printed(code)).toContain("Cannot find module '../src/late'");
    });

    test("finds a file that a file of src had missed", async () => {
      project.write("src/half.ts", 'export { other } from "./other/half";\n');
      const code = 'import { other } from "../src/half";\nother';
      expect(await printed(code)).toContain("Cannot find module './other/half'");
      project.write("src/other/half.ts", "export const other = 8;\n");
      expect(await printed(code)).toBe("8");
    });

    test("follows a file that became a folder", async () => {
      const code = 'import { Layer } from "../src";\nnew Layer().units';
      project.remove("src/layers.ts");
      project.write("src/layers/index.ts", "export class Layer {\n  units = 4;\n}\n");
      expect(await printed(code)).toBe("4");
    });

    test("says which file of src has an error, and where", async () => {
      project.write("src/deep/rate.ts", 'export const rate: number = "high";\n');
      const refused = await printed('import { rate } from "../src";\nrate');
      expect(refused.replace(/\\/g, "/")).toBe(
        "src/deep/rate.ts 1:14 - Type 'string' is not assignable to type 'number'.",
      );
      project.write("src/deep/rate.ts", "export const rate: number = 5;\n");
      expect(await printed('import { rate } from "../src";\nrate')).toBe("5");
    });
  });

  test("says where an error is: in files and lines that are there, without the kernel's own", async () => {
    project.write(
      "src/failing.ts",
      `import { rate } from "./deep/rate";

// What is converted has other lines than this file.
interface Units {
  count: number;
}

export function fail(units: Units | undefined): number {
  return rate * (units as Units).count;
}
`,
    );
    const failing = `import { fail } from "../src/failing";
interface Nothing {
  at: "all";
}
const failHere = (nothing?: Nothing) => fail(nothing as undefined);`;
    expect(await printed(failing)).toBe("");
    for (const before of ["", "await 1;\n"]) {
      const { status, stderr } = await kernel.execute(
        `${before}interface Other {}\nconst a = failHere;\na;\n\nfailHere();`,
      );
      expect(status).toBe("error");
      // V8 points at the end of the names of what it calls.
      const text = stderr.replace(/\\/g, "/").replace(/\[\d+\]/g, "[n]");
      const lines = text
        .replace(/:\d+(\)?)$/gm, "$1")
        .trim()
        .split("\n");
      expect(lines).toEqual([
        "TypeError: Cannot read properties of undefined (reading 'count')",
        "    at fail (src/failing.ts:9)",
        "    at failHere (cell [n]:5)",
        `    at cell [n]:${before === "" ? 5 : 6}`,
      ]);
    }
  });

  test("numbers cells in stacks as Jupyter does", async () => {
    const cell = "throw new Error('in a cell');";
    const numbers: number[] = [];
    for (let i = 0; i < 2; i++) {
      numbers.push(Number(/cell \[(\d+)\]:1:7/.exec((await kernel.execute(cell)).stderr)?.[1]));
    }
    expect(numbers[1]).toBe(numbers[0] + 1);
  });

  test.each([
    ["missing + 1", "1:1 - Cannot find name 'missing'."],
    ["const found = 1;\nfoumd + 1", "2:1 - Cannot find name 'foumd'. Did you mean 'found'?"],
    ["({ missing })", "1:4 - No value exists in scope for the shorthand property 'missing'."],
  ])("asks whether the cell has been run that makes an unknown name: %j", async (code, message) => {
    const text = await printed(code);
    expect(text.startsWith(message)).toBe(true);
    expect(text).toMatch(/ Has the cell that makes it been run\? Run the cells above first\.$/);
  });

  test("says which cell of the notebook makes an unknown name", async () => {
    const cells = [
      'import { look } from "../src";\nlook(fitted);',
      '// both halves\nconst [fitted, held] = train.split(0.9, {\n  seed: 1,\n});\nconst of = "made of fitted";',
      'import {\n  Dense,\n  mlp,\n} from "../src";\nasync function learn$() {}',
    ];
    project.write(
      "notebooks/lesson é.ipynb",
      JSON.stringify({
        cells: cells.map((source) => ({ cell_type: "code", source: source.split(/(?<=\n)/) })),
      }),
    );
    const beginnings: [code: string, first: string][] = [
      ["held.length", "const [fitted, held] = train.split(0.9, {"],
      ["const { length } = fitted;", "const [fitted, held] = train.split(0.9, {"],
      ["mlp([2, 1])", "import {"],
      ["learn$()", "import {"],
    ];
    for (const [code, first] of beginnings) {
      expect(await printed(code), code).toContain(
        `. The cell that makes it begins with\n    ${first}\nRun that cell first, and those above it.`,
      );
    }
    expect(await printed("made + 1")).toContain("Has the cell that makes it been run?");
    project.remove("notebooks/lesson é.ipynb");
    expect(await printed("held.length")).toContain("Has the cell that makes it been run?");
  });

  test("gives an object the variables of earlier cells under their own names", async () => {
    expect(await printed("let epochs = 3;\nlet seed = 1;")).toBe("");
    expect(await printed("({ epochs, seed, nested: { seed } })")).toBe(
      "{ epochs: 3, seed: 1, nested: { seed: 1 } }",
    );
    expect(
      await printed(
        "({ epochs, seed = epochs } = { epochs: 9 } as { epochs: number; seed?: number });\nseed",
      ),
    ).toBe("9");
  });

  test("loses none of thousands of lines and updates", async () => {
    const { stdout } = await kernel.execute(
      "for (let i = 0; i < 3000; i++) {\n  console.log(i);\n  if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 0));\n}",
    );
    expect(stdout.trim().split("\n")).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
  });

  test("completes the names of literal types", async () => {
    expect(await printed('type Name = "relu" | "tanh";')).toBe("");
    expect(await kernel.complete('const name: Name = "')).toEqual(["relu", "tanh"]);
  });
});

describeWith([python], "a kernel that Jupyter starts from elsewhere", () => {
  const projects: Project[] = [];
  const kernels: Kernel[] = [];
  const project = (files: Record<string, string>) => {
    const made = new Project(files);
    projects.push(made);
    return made;
  };
  const start = async (folder: string, tslab?: string) => {
    const kernel = await Kernel.start({ python: python.path, folder, tslab });
    kernels.push(kernel);
    return kernel;
  };
  afterAll(async () => {
    await Promise.all(kernels.map((kernel) => kernel.shutdown()));
    for (const each of projects) each.delete();
  });

  test("runs the project's own tslab, patch and all", async () => {
    const elsewhere = project({}).linkPackagesWithoutPatch();
    const here = project({ "package.json": "{}", "src/index.ts": "export const here = 1;\n" }).linkPackages();
    const kernel = await start(here.notebooks, elsewhere);
    expect((await kernel.execute('import { here } from "../src";\nhere')).stdout).toBe("1\n");
  });

  test("works outside of a project, not strictly, with files of the notebook's folder", async () => {
    const outside = project({ "notebooks/near.ts": "export const near = 1;\n" });
    const kernel = await start(outside.notebooks);
    expect(
      (await kernel.execute('import { near } from "./near";\nconst loose: number = null;\nnear')).stdout,
    ).toBe("1\n");
    outside.write("notebooks/near.ts", "export const near = 2;\n");
    expect((await kernel.execute('import { near } from "./near";\nnear')).stdout).toBe("2\n");
  });
});
