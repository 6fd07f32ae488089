import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inProject } from "./paths.mjs";
import { isAlive } from "./processes.mjs";

const LOCK = inProject(".jupyter", "setup.lock");
// Process numbers are used again: after an hour the owner is somebody else.
const LONGEST = 3_600_000;

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
  const release = () => rmSync(LOCK, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take() {
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
  // Its owner was killed: whoever comes first next time takes it.
  if (isAbandoned()) rmSync(LOCK, { force: true });
  return false;
}

function isAbandoned() {
  try {
    const age = Date.now() - statSync(LOCK).mtimeMs;
    const owner = Number(readFileSync(LOCK, "utf8"));
    // A file without a number is one that is just being written, unless it stays so.
    return owner > 0 ? !isAlive(owner) || age > LONGEST : age > 5000;
  } catch {
    return false;
  }
}
