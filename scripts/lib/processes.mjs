// Starting other programs, and leaving none behind when we are stopped.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT } from "./paths.mjs";

export const WINDOWS = process.platform === "win32";

/** @typedef {(signal: NodeJS.Signals) => Promise<number | undefined>} Stopper */

/** @type {Set<Stopper>} */
const stoppers = new Set();

/**
 * Registers what has to end before we do when someone interrupts us; returns how to take it back.
 * @param {Stopper} stopper resolves when its program is gone, to our exit code if it wants a say in it
 */
export function onStop(stopper) {
  stoppers.add(stopper);
  if (process.listenerCount("SIGTERM") === 0) {
    listen("SIGINT", 130);
    listen("SIGTERM", 143);
    listen("SIGHUP", 129);
  }
  return () => stoppers.delete(stopper);
}

let stopping = false;

/** @param {NodeJS.Signals} signal @param {number} code */
function listen(signal, code) {
  process.on(signal, async () => {
    stopping = true;
    const codes = await Promise.all([...stoppers].map((stop) => stop(signal)));
    process.exit(codes.find((each) => each !== undefined) ?? code);
  });
}

/** npm hands no signal on to the shell's child: when it is gone, so is the person who started us. */
export function stopWithNpm() {
  const parent = process.ppid;
  if (WINDOWS || !process.env.npm_lifecycle_event) return;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, 1000).unref();
}

/**
 * Runs a program to its end and collects what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, show?: boolean,
 *   onLine?: (line: string) => void, onStart?: (pid: number | undefined) => void }} [options]
 *   show: its output goes straight to ours
 * @returns {Promise<{ code: number, output: string }>}
 */
export function execute(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, shell = false, show = false, onLine, onStart } = options;
  return new Promise((resolve) => {
    /** @type {import("node:child_process").StdioOptions} */
    const stdio = show ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { cwd, env, shell, stdio, windowsHide: true });
    onStart?.(child.pid);
    const closed = new Promise((done) => child.once("close", done));
    const forget = onStop(async (signal) => {
      // Ctrl-C in a terminal reaches the child as well, and a second one would cut its own cleaning up short.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      const lastResort = setTimeout(() => killTree(child.pid), 10_000);
      await closed;
      clearTimeout(lastResort);
      return undefined;
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
        const line = text.trimEnd().split("\n").at(-1);
        if (line) onLine?.(line);
      });
    }
    child.on("error", (error) => {
      output += `${error.message}\n`;
    });
    child.on("close", (code) => {
      forget();
      // While we are being stopped nobody should report that its program failed.
      if (!stopping) resolve({ code: code !== null && code >= 0 ? code : 1, output });
    });
  });
}

/**
 * Ends a process and all below it, at once.
 * @param {number | undefined} pid
 */
export function killTree(pid) {
  if (pid === undefined) return;
  if (WINDOWS) {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  const below = processes().filter((each) => each.parent === pid);
  kill(pid);
  for (const child of below) killTree(child.pid);
}

/**
 * Ends the processes whose command line contains the text; on Windows it does nothing.
 * @param {string} text
 */
export function killByCommandLine(text) {
  for (const each of processes()) {
    if (each.pid !== process.pid && each.command.includes(text)) kill(each.pid);
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/** @returns {{ pid: number, parent: number, command: string }[]} */
function processes() {
  if (WINDOWS) return [];
  if (existsSync("/proc/self/cmdline")) return readdirSync("/proc").flatMap(fromProc);
  const { stdout } = spawnSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] }] : [];
  });
}

/** @param {string} name */
function fromProc(name) {
  if (!/^\d+$/.test(name)) return [];
  try {
    const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
    // The second field is a name in parentheses that may itself contain any character.
    const parent = readFileSync(`/proc/${name}/stat`, "utf8")
      .replace(/^.*\) \S /s, "")
      .split(" ")[0];
    return [{ pid: Number(name), parent: Number(parent), command }];
  } catch {
    return [];
  }
}

/**
 * The full path of a program on PATH, or undefined.
 * @param {string} name
 */
export function findOnPath(name) {
  const endings = WINDOWS ? (process.env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder || ".", name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}
