import { run } from "./lib/run.mjs";

run(() => import("./lib/torture.mjs"));
