// npm run torture: the tests that damage files, kill processes and interrupt training, with all that they can do.
import { main as test } from "./test.mjs";

const FILES = ["test/torture", "test/kernel/training-interrupt.test.ts", "test/properties"];

const USAGE = `Usage: npm run torture [parts of names of tests' files]

Damages 10,000 copies of a file for each reader, kills 200 processes while they save, interrupts training 200 times, and
tries thousands of networks and options made up by chance. \`npm test\` does a small part of each. It takes an hour or two.`;

/** @param {string[]} args */
export function main(args) {
  if (args.some((each) => each.startsWith("-"))) {
    console.log(USAGE);
    return Promise.resolve(args.includes("--help") ? 0 : 1);
  }
  process.env.NN_TORTURE = "whole";
  return test(args.length > 0 ? args : FILES);
}
