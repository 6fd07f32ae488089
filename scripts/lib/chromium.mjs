import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findOnPath } from "./processes.mjs";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "msedge",
];

const MAC = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const WINDOWS = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];

/** The path of a Chromium, Chrome or Edge: CHROMIUM_PATH, else one from PATH or the usual places. */
export function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return existsSync(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : undefined;
  const places = [
    ...NAMES.map(findOnPath),
    ...["/Applications", join(homedir(), "Applications")].flatMap((folder) =>
      MAC.map((app) => join(folder, app)),
    ),
    ...[env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].flatMap((folder) =>
      folder ? WINDOWS.map((program) => join(folder, program)) : [],
    ),
  ];
  return places.find((path) => path !== undefined && existsSync(path));
}

/** Why there is none, as the tests say when they skip. */
export function whyNoChromium(env = process.env) {
  return env.CHROMIUM_PATH
    ? `CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which does not exist`
    : "no Chromium, Chrome or Edge was found; install one or name it in CHROMIUM_PATH";
}
