import { describe, expect, test } from "vitest";
import { plain } from "../../src/kernels/plain";
import { type Activation, type ActivationName, activations } from "../../src/nn/activations";
import { type Loss, losses } from "../../src/nn/losses";
import { activationOn, lossOn } from "../../src/nn/shortcuts";
import { Random } from "../../src/random";
import { compiledKernels } from "../support/kernels";
import { randomTensor } from "../support/numbers";

const names: ActivationName[] = ["relu", "sigmoid", "tanh"];

/** Runs `body` while another definition stands in the table, as after an edit. */
function withDefinition<Name extends string, Definition>(
  table: Record<Name, Definition>,
  name: Name,
  definition: Definition,
  body: () => void,
): void {
  const original = table[name];
  table[name] = definition;
  try {
    body();
  } finally {
    table[name] = original;
  }
}

test("plain kernels compute the definitions themselves", () => {
  for (const name of names) expect(activationOn(plain, name)).toBe(activations[name]);
  expect(lossOn(plain, "crossEntropy")).toBe(losses.crossEntropy);
});

describe.each(compiledKernels().map((kernels) => ({ name: kernels.name, kernels })))(
  "$name",
  ({ kernels }) => {
    test("shortcuts that agree with the definitions are taken", () => {
      for (const name of [...names, "linear"] as const) {
        expect(activationOn(kernels, name)).toBe(kernels.shortcuts.activations[name]);
      }
      expect(lossOn(kernels, "crossEntropy").forward).toBe(kernels.shortcuts.losses.crossEntropy?.forward);
      expect(lossOn(kernels, "crossEntropy").contains).toBe("softmax");
    });

    test("what has no shortcut is computed as defined", () => {
      expect(activationOn(kernels, "softmax")).toBe(activations.softmax);
      expect(lossOn(kernels, "meanSquaredError")).toBe(losses.meanSquaredError);
    });

    test.each(names)("an edited %s counts at once, and so does taking the edit back", (name) => {
      const original = activations[name];
      const edits: Activation[] = [
        // Ten to the minus four of a slope where relu has none; a derivative alone; and far from zero only.
        {
          ...original,
          forward: (z, y) =>
            z.data.forEach((v, i) => {
              y.data[i] = v > 0 ? v : 1e-4 * v;
            }),
        },
        {
          ...original,
          backward: (_, dy, dz) => {
            dz.data.set(dy.data);
          },
        },
        {
          ...original,
          forward: (z, y) => {
            original.forward(z, y);
            z.data.forEach((v, i) => {
              if (v < -12) y.data[i] = -1.5;
            });
          },
        },
      ];
      for (const edit of edits) {
        withDefinition(activations, name, edit, () => {
          expect(activationOn(kernels, name)).toBe(edit);
        });
        expect(activationOn(kernels, name)).toBe(kernels.shortcuts.activations[name]);
      }
    });

    test("an edited loss counts at once", () => {
      const original = losses.crossEntropy;
      const edits: Loss[] = [
        { ...original, forward: (z, t) => 1.001 * original.forward(z, t) },
        {
          ...original,
          backward: (z, t, dz) => {
            original.backward(z, t, dz);
            dz.data[0] += 0.01;
          },
        },
      ];
      for (const edit of edits) {
        withDefinition(losses, "crossEntropy", edit, () => {
          expect(lossOn(kernels, "crossEntropy").forward).toBe(edit.forward);
        });
      }
    });

    test.each([1, 2, 3, 4, 5, 9, 10, 33])(
      "cross-entropy of %i outputs is the definition's, in rows of any alignment",
      (outputs) => {
        const random = new Random("loss", outputs);
        const fast = lossOn(kernels, "crossEntropy");
        for (const batch of [1, 2, 7]) {
          const z = randomTensor([batch, outputs], random, kernels.zeros);
          const t = kernels.zeros([batch, outputs]);
          for (let row = 0; row < batch; row++) t.data[row * outputs + random.integer(outputs)] = 1;
          const [dz, expected] = [kernels.zeros([batch, outputs]), kernels.zeros([batch, outputs])];
          fast.backward(z, t, dz);
          losses.crossEntropy.backward(z, t, expected);
          expect(fast.forward(z, t)).toBeCloseTo(losses.crossEntropy.forward(z, t), 6);
          dz.data.forEach((value, i) => {
            expect(value).toBeCloseTo(expected.data[i], 6);
          });
          z.data[0] = Number.NaN;
          expect(fast.forward(z, t)).toBeNaN();
        }
      },
    );

    test.each(names)("%s is within a few roundings of its definition for 40,000 numbers", (name) => {
      const size = 10_000;
      const z = kernels.zeros([4, size]);
      for (let i = 0; i < z.size; i++) z.data[i] = (i % 2 ? 1 : -1) * 10 ** ((i / z.size) * 12 - 10);
      const [y, expected] = [kernels.zeros([4, size]), kernels.zeros([4, size])];
      activationOn(kernels, name).forward(z, y);
      activations[name].forward(z, expected);
      for (let i = 0; i < z.size; i++) {
        const error = Math.abs(y.data[i] - expected.data[i]);
        if (error > 4e-7 * Math.abs(expected.data[i]) + 1e-37) {
          expect.fail(`${name}(${z.data[i]}): expected ${expected.data[i]}, received ${y.data[i]}`);
        }
      }
    });
  },
);
