// The digits recipes of README and notebooks. They were chosen on the validation tenth of the training images;
// the test images are looked at once, at the end of a run.
import { type ActivationName, evaluate, fit, type LossName, loadMnist, mlp } from "../../src";

interface Recipe {
  activation: ActivationName;
  output: ActivationName;
  loss: LossName;
  learningRate: number;
  decay: number;
}

const EPOCHS = 20;
const BATCH_SIZE = 32;

const recipes: Record<string, Recipe> = {
  relu: { activation: "relu", output: "softmax", loss: "crossEntropy", learningRate: 0.1, decay: 0.1 },
  tanh: { activation: "tanh", output: "softmax", loss: "crossEntropy", learningRate: 0.1, decay: 0.1 },
  sigmoid: {
    activation: "sigmoid",
    output: "sigmoid",
    loss: "meanSquaredError",
    learningRate: 10,
    decay: 0.05,
  },
};

async function train(recipe: Recipe, seed: number): Promise<{ test: number; validation: number }> {
  const { train, test } = loadMnist();
  const [fitted, validation] = train.split(0.9, { seed });
  const { activation, output, loss, learningRate, decay } = recipe;
  const network = mlp([784, 16, 16, 10], { activation, output, seed });
  await fit(network, fitted, { epochs: EPOCHS, batchSize: BATCH_SIZE, learningRate, decay, loss, seed });
  return {
    test: evaluate(network, test, { loss }).accuracy,
    validation: evaluate(network, validation, { loss }).accuracy,
  };
}

async function main([command, name, seed]: string[]): Promise<void> {
  if (command === "list") {
    const describe = (recipe: Recipe) =>
      `784-16-16-10, ${recipe.activation}, output ${recipe.output}, ${recipe.loss}, SGD ${recipe.learningRate}, ` +
      `decay ${recipe.decay}, batch ${BATCH_SIZE}, ${EPOCHS} epochs`;
    const entries = Object.entries(recipes).map(([key, recipe]) => [key, { description: describe(recipe) }]);
    console.log(JSON.stringify(Object.fromEntries(entries)));
  } else {
    console.log(JSON.stringify(await train(recipes[name], Number(seed))));
  }
}

main(process.argv.slice(2));
