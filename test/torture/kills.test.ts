import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadImages } from "../../src/data/hotdog/saved-images";
import { toySet } from "../../src/data/toys";
import { restoreCheckpoint } from "../../src/models/checkpoint";
import { loadModel } from "../../src/models/model-file";
import { mlp } from "../../src/nn/mlp";
import { Random } from "../../src/random";
import { fit } from "../../src/training/fit";
import { temporaryFolder } from "../data/support/idx";
import { KILLS, PATIENCE } from "../support/torture";

const script = fileURLToPath(new URL("save-in-a-loop.ts", import.meta.url));

/** How each kind of file is opened after a kill. What is not whole is refused, and fails the test. */
const openers: Record<string, (file: string) => Promise<unknown>> = {
  model: loadModel,
  images: loadImages,
  checkpoint: async (file) => {
    const network = mlp([2, 64, 2], { seed: 1 });
    await restoreCheckpoint(file, network);
    const more = { epochs: 1, learningRate: 0.01, optimizer: "adam" } as const;
    const { status } = await fit(network, toySet("moons", { count: 30 }), more);
    expect(status).toBe("finished");
    expect(network.getParameters().every(Number.isFinite)).toBe(true);
  },
};

test.each(Object.entries(openers))(
  "whenever a process is killed that saves one %s after another, the file is whole",
  {
    timeout: PATIENCE,
  },
  async (kind, open) => {
    const folder = temporaryFolder();
    const file = join(folder, `${kind} é.h5`);
    const random = new Random(1, "kills", kind);
    const seen = { saves: 0, cut: 0 };
    for (let kills = 0; kills < KILLS; kills++) {
      const child = spawn(process.execPath, ["--import", "tsx", script, kind, file], { stdio: "pipe" });
      const ended = once(child, "close");
      const [dot] = await Promise.race([once(child.stdout, "data"), ended.then(() => [null])]);
      if (dot === null) throw new Error(`the process ended by itself: ${child.stderr.read()}`);
      seen.saves += dot.length;
      child.stdout.on("data", (dots) => {
        seen.saves += dots.length;
      });
      await new Promise((resolve) => setTimeout(resolve, random.uniform(0, 400)));
      child.kill("SIGKILL");
      await ended;
      const left = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
      seen.cut += left.length;
      await open(file);
    }
    console.log(
      `${KILLS} kills of a process that saved one ${kind} after another: ${seen.saves} saves, ${seen.cut} of them cut ` +
        `short, the file whole every time (${statSync(file).size} bytes)`,
    );
    expect(seen.saves).toBeGreaterThanOrEqual(KILLS);
  },
);
