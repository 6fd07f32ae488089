import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inProject } from "./paths.mjs";
import { isAlive } from "./processes.mjs";

const LOCK = inProject(".jupyter", "setup.lock");
// Process numbers are used again: after an hour the owner is somebody else.
const LONGEST = 3_600_000;

let held = false;

/**
 * Runs some work while no other command of this project installs anything.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function locked(work) {
  for (let tries = 0; !take(); tries++) {
    // Most of the time the other one only looks whether there is something to install.
    if (tries === 10) console.log("Another command is installing into this folder; waiting for it …");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  held = true;
  const release = () => {
    held = false;
    rmSync(LOCK, { force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/**
 * Says which program works for us under the lock: it goes on when we are killed, and nobody is to install beside it.
 * @param {number | undefined} pid
 */
export function shareLock(pid) {
  if (held && pid !== undefined) appendFileSync(LOCK, ` ${pid}`);
}

function take() {
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  // Its owners were killed: whoever comes first next time takes it.
  if (isAbandoned()) rmSync(LOCK, { force: true });
  return false;
}

function isAbandoned() {
  try {
    const age = Date.now() - statSync(LOCK).mtimeMs;
    const owners = readFileSync(LOCK, "utf8").split(" ").map(Number);
    // A file without a number is one that is just being written, unless it stays so.
    return owners[0] > 0 ? !owners.some(isAlive) || age > LONGEST : age > 5000;
  } catch {
    return false;
  }
}
