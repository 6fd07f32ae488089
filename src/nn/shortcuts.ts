import type { ActivationKernel, Kernels, LossKernel } from "../kernels/kernels";
import { Random } from "../random";
import type { Tensor } from "../tensor";
import { type Activation, type ActivationName, activations } from "./activations";
import { type Loss, type LossName, losses } from "./losses";

/*
 * Activations and losses are defined in activations.ts and losses.ts, and kernels may have faster versions. Such a
 * shortcut is tried on some numbers first, and taken only if it comes to the same: whoever edits a definition sees
 * what it does, at the speed of TypeScript.
 */

/** The activation, computed by the kernels where they agree with its definition. */
export function activationOn(kernels: Kernels, name: ActivationName): Activation {
  const shortcut = kernels.shortcuts.activations[name];
  if (shortcut === undefined) return activations[name];
  return choose(activations[name], shortcut, () => sameActivation(kernels, activations[name], shortcut));
}

/** The loss, computed by the kernels where they agree with its definition. */
export function lossOn(kernels: Kernels, name: LossName): Loss {
  const shortcut = kernels.shortcuts.losses[name];
  if (shortcut === undefined) return losses[name];
  const chosen = choose(losses[name], shortcut, () => sameLoss(kernels, losses[name], shortcut));
  return { ...chosen, contains: losses[name].contains };
}

/** What was chosen for each shortcut, and in view of which definition. */
const choices = new WeakMap<object, { definition: object; agrees: boolean }>();

function choose<Shortcut extends object, Definition extends Shortcut>(
  definition: Definition,
  shortcut: Shortcut,
  compare: () => boolean,
): Definition | Shortcut {
  let choice = choices.get(shortcut);
  if (choice === undefined || choice.definition !== definition) {
    choice = { definition, agrees: compare() };
    choices.set(shortcut, choice);
  }
  return choice.agrees ? shortcut : definition;
}

/** Numbers of every size and sign, those at which formulas break, and in their middle a dense row around zero. */
const TRIALS = [
  ...[0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e-40, 3e38, -3e38],
  ...Array.from({ length: 64 }, (_, i) => 10 ** (i / 2 - 16)).flatMap((size) => [size, -size]),
  ...Array.from({ length: 864 }, (_, i) => (i - 432) / 32),
];

function sameActivation(kernels: Kernels, definition: Activation, shortcut: ActivationKernel): boolean {
  const trial = () => kernels.zeros([TRIALS.length / 10, 10]);
  const [z, y, otherY, dy, dz, otherDz] = [trial(), trial(), trial(), trial(), trial(), trial()];
  const random = new Random("shortcuts");
  z.data.set(TRIALS);
  for (let i = 0; i < dy.data.length; i++) dy.data[i] = random.normal();
  definition.forward(z, y);
  shortcut.forward(z, otherY);
  definition.backward(y, dy, dz);
  shortcut.backward(y, dy, otherDz);
  return sameNumbers(y, otherY) && sameNumbers(dz, otherDz);
}

function sameLoss(kernels: Kernels, definition: Loss, shortcut: LossKernel): boolean {
  const random = new Random("shortcuts");
  return [1, 3, 10].every((outputs) => {
    const trial = () => kernels.zeros([64, outputs]);
    const [z, t, dz, otherDz] = [trial(), trial(), trial(), trial()];
    for (let i = 0; i < z.data.length; i++) z.data[i] = random.normal() * 2 ** random.uniform(-4, 6);
    for (let row = 0; row < 64; row++) {
      // The answer for half of the rows is a class, for the others a class or another.
      const share = row < 32 ? 1 : random.uniform();
      t.data[row * outputs + random.integer(outputs)] += share;
      t.data[row * outputs + random.integer(outputs)] += 1 - share;
    }
    definition.backward(z, t, dz);
    shortcut.backward(z, t, otherDz);
    return near(definition.forward(z, t), shortcut.forward(z, t)) && sameNumbers(dz, otherDz);
  });
}

const sameNumbers = (a: Tensor, b: Tensor) => a.data.every((value, i) => near(value, b.data[i]));

/** Equal as far as single precision goes. */
const near = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= 1e-6 + 1e-5 * Math.abs(a);
