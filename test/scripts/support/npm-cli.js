// Stands in for npm in the tests of the commands: `ci` makes node_modules out of the lock file.
const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_LOG ?? "", `npm ${args.join(" ")}\n`);
if (process.env.FAKE_NPM) {
  console.error(process.env.FAKE_NPM);
  process.exit(1);
}
rmSync("node_modules", { recursive: true, force: true });
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === "" || entry.os || (entry.dev && args.includes("--omit=dev"))) {
    delete lock.packages[path];
    continue;
  }
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ version: entry.version }));
  writeFileSync(join(path, "index.js"), "original\n");
}
// The real one applies patches/; here there is one, of one line.
const tool = join("node_modules", "patch-package", "index.js");
mkdirSync(dirname(tool), { recursive: true });
writeFileSync(
  tool,
  `const fs = require("node:fs");
  fs.appendFileSync(process.env.FAKE_LOG, "patch-package\\n");
  const file = "node_modules/kernel/index.js";
  if (fs.readFileSync(file, "utf8") !== "original\\n") process.exit(1);
  fs.writeFileSync(file, fs.readFileSync("patches/kernel.patch", "utf8").match(/^\\+(\\w.*)$/m)[1] + "\\n");`,
);
writeFileSync(join("node_modules", ".package-lock.json"), JSON.stringify(lock));
