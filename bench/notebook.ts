// A notebook's kernel as a contestant: every repetition is a cell that trains with the live chart and the progress line.
import { createInterface } from "node:readline";
import { Kernel } from "../test/kernel/driver";
import type { Recipe } from "./recipe";

const cell = ({ sizes, data, optimizer, learningRate, decay, batchSize, epochs, seed }: Recipe) => `
import { fit, livePlot, loadMnist, mlp, progressBar } from "../src";
const measuredOn = loadMnist().train.slice(0, ${data.count});
const measured = mlp(${JSON.stringify(sizes)}, { activation: "relu", seed: ${seed} });
const cpuBefore = process.cpuUsage();
const before = performance.now();
const measuredHistory = await fit(measured, measuredOn, {
  optimizer: "${optimizer}", learningRate: ${learningRate}, decay: ${decay}, batchSize: ${batchSize}, epochs: ${epochs},
  seed: ${seed}, callbacks: [livePlot(), progressBar()],
});
const took = (performance.now() - before) / ${epochs};
const cpuAfter = process.cpuUsage(cpuBefore);
const { loss, accuracy } = measuredHistory.last;
console.log("\\n" + JSON.stringify({
  milliseconds: took, cpu: (cpuAfter.user + cpuAfter.system) / 1000 / ${epochs}, loss, accuracy,
}));
`;

async function serve(python: string): Promise<void> {
  const kernel = await Kernel.start({ python });
  let recipe: Recipe | undefined;
  const answer = async (line: string): Promise<string> => {
    const command = JSON.parse(line);
    if (command.do === "hello") return '{"versions":{}}';
    if (command.do === "setup") recipe = command.recipe;
    if (command.do === "setup" || recipe === undefined) return "{}";
    const { status, stdout, stderr } = await kernel.execute(cell(recipe));
    const measured = stdout.split("\n").find((each) => each.startsWith('{"milliseconds"'));
    if (status !== "ok" || measured === undefined) throw new Error(stderr || stdout);
    return measured;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(await answer(line).catch(({ message }: Error) => JSON.stringify({ error: message })));
  }
  await kernel.shutdown();
}

serve(process.argv[2]);
