import { run } from "./lib/run.mjs";

run(() => import("./lib/start.mjs"));
