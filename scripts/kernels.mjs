import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Compiles the kernels in src/kernels/simd/assembly and writes them, as text, into src/kernels/simd/compiled.ts.
 * With --check nothing is written: the command fails if the file is not what the compiler makes of the sources.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const target = "src/kernels/simd/compiled.ts";
const output = "node_modules/.cache/kernels.wasm";

/** @param {string[]} features */
function compile(features) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/assemblyscript/bin/asc.js"),
      "src/kernels/simd/assembly/index.ts",
      ...["--outFile", output, "--runtime", "stub", "--noAssert", "-O3"],
      ...["--importMemory", "--noExportMemory", "--sharedMemory"],
      ...["--initialMemory", "1", "--maximumMemory", "65536"],
      ...["threads", "simd", "bulk-memory", ...features].flatMap((feature) => ["--enable", feature]),
      // Vectors are passed between functions of the module alone, and addresses have 32 bits.
      ...["--disableWarning", "112", "--disableWarning", "201"],
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0 || stderr !== "") throw new Error(`The kernels do not compile.\n${stdout}${stderr}`);
  return readFileSync(join(root, output)).toString("base64");
}

/** @param {string} name @param {string} text */
const constant = (name, text) => `export const ${name} =\n  "${text}";\n`;

mkdirSync(join(root, dirname(output)), { recursive: true });
const contents = [
  "/* Compiled from the folder assembly by `npm run kernels`: WebAssembly in base64. */\n",
  constant("simd", compile([])),
  "/** With fused multiply-add. */",
  constant("relaxedSimd", compile(["relaxed-simd"])),
].join("\n");

if (process.argv.includes("--check")) {
  const committed = readFileSync(join(root, target), "utf8").replaceAll("\r\n", "\n");
  if (committed !== contents) {
    console.error(`${target} is not what src/kernels/simd/assembly compiles to. Run npm run kernels.`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(join(root, target), contents);
  console.log(`${target}: ${contents.length.toLocaleString("en")} characters`);
}
