// npm run kernels: compiles src/kernels/simd/assembly and writes the result, as text, into compiled.ts beside it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { Problem } from "./report.mjs";

const USAGE = `Usage: npm run kernels [-- --check]

  --check  write nothing, and fail if compiled.ts is not what the sources compile to`;

const TARGET = "src/kernels/simd/compiled.ts";
const BINARY = "node_modules/.cache/kernels.wasm";

/** @param {string[]} args */
export async function main(args) {
  if (args.some((each) => each !== "--check")) {
    console.log(USAGE);
    return args.includes("--help") ? 0 : 1;
  }
  mkdirSync(dirname(inProject(BINARY)), { recursive: true });
  const contents = [
    "/* Compiled from the folder assembly by `npm run kernels`: WebAssembly in base64. */\n",
    `export const simd =\n  "${await compile([])}";\n`,
    "/** With fused multiply-add. */",
    `export const relaxedSimd =\n  "${await compile(["relaxed-simd"])}";\n`,
  ].join("\n");
  if (!args.includes("--check")) {
    writeFileSync(inProject(TARGET), contents);
    console.log(`${TARGET}: ${contents.length.toLocaleString("en")} characters`);
    return 0;
  }
  if (readFileSync(inProject(TARGET), "utf8").replaceAll("\r\n", "\n") === contents) return 0;
  console.log(`${TARGET} is not what its sources compile to. Run npm run kernels.`);
  return 1;
}

/**
 * @param {string[]} features beside those that all kernels need
 * @returns {Promise<string>} base64
 */
async function compile(features) {
  const { code, output } = await execute(process.execPath, [
    inProject("node_modules", "assemblyscript", "bin", "asc.js"),
    "src/kernels/simd/assembly/index.ts",
    ...["--outFile", BINARY, "--runtime", "stub", "--noAssert", "-O3"],
    ...["--importMemory", "--noExportMemory", "--sharedMemory"],
    ...["--initialMemory", "1", "--maximumMemory", "65536"],
    ...["threads", "simd", "bulk-memory", ...features].flatMap((feature) => ["--enable", feature]),
    // Vectors are passed between functions of the module alone, and addresses have 32 bits.
    ...["--disableWarning", "112", "--disableWarning", "201"],
  ]);
  if (code !== 0 || output !== "") throw new Problem(`The kernels do not compile.\n${output}`);
  return readFileSync(inProject(BINARY)).toString("base64");
}
