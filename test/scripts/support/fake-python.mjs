// Stands in for `python3` in the tests of the commands. FAKE_PYTHON names what it lacks or how it fails.
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";

const [self, args] = [process.argv[2], process.argv.slice(3)];
const fault = process.env.FAKE_PYTHON ?? "";

/** @param {string} text */
const log = (text) => appendFileSync(process.env.FAKE_LOG ?? "", `${text}\n`);

/** @param {string} text @param {number} code */
function end(text, code) {
  console.log(text);
  process.exit(code);
}

if (args[0] === "-c") {
  const version = fault === "old" ? [3, 9] : [3, 12];
  const missing = fault === "no ensurepip" ? ["ensurepip"] : [];
  if (fault === "warnings") console.error("Could not find platform independent libraries <prefix>");
  if (fault === "silent") end("", 0);
  end(JSON.stringify({ version, missing }), 0);
} else if (args[1] === "venv") {
  log("venv");
  if (fault === "no pip in venv")
    end("The virtual environment was not created … apt install python3.12-venv", 1);
  const folder = args.at(-1) ?? "";
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(self, join(folder, "bin", "python"));
  chmodSync(join(folder, "bin", "python"), 0o755);
} else if (args[1] === "pip") {
  log("pip");
  if (fault === "offline") end("ERROR: Could not find a version … Failed to establish a new connection", 1);
  const packages = join(dirname(self), "..", "lib", "packages");
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, "one.py"), "");
  if (fault === "slow") setTimeout(() => {}, 60_000);
  else writeFileSync(join(packages, "two.py"), "");
} else if (args[1] === "jupyterlab" || args[0] === "lab") {
  if (args[1] === "--version") end(process.env.FAKE_LAB ?? "4.2.0", 0);
  serve();
} else {
  end(`unexpected: ${args.join(" ")}`, 2);
}

function serve() {
  // A test that failed halfway kills the command that started us.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(), 500).unref();
  if (fault === "lab broken") end("ImportError: cannot import name 'LabApp'", 1);
  log(`lab ${JSON.stringify({ args, cwd: process.cwd(), path: process.env.JUPYTER_PATH })}`);
  const server = createServer((request, response) => {
    const allowed = request.headers.authorization === `token ${process.env.JUPYTER_TOKEN}`;
    response.writeHead(allowed ? 200 : 403).end("{}", () => {
      if (!allowed || request.url !== "/api/shutdown" || request.method !== "POST") return;
      log("shut down");
      process.exit(0);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const information = join(process.env.JUPYTER_RUNTIME_DIR ?? "", `jpserver-${process.pid}.json`);
    writeFileSync(information, JSON.stringify({ url: `http://127.0.0.1:${port}/` }));
  });
}
