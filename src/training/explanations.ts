import type { Facts } from "./facts";

/** Something that is to be known about a training, in a sentence or two. */
export interface Explanation {
  readonly rule: RuleName;
  readonly sentence: string;
}

export type RuleName =
  | "growing loss"
  | "dead units"
  | "saturated units"
  | "stuck loss"
  | "one answer"
  | "overfitting"
  | "still improving";

/** What is true of a training, as a sentence, or null. */
type Rule = (facts: Facts) => string | null;

/**
 * What there is to say about a training, the causes first. Where nothing is wrong, nothing is said. Each rule stands
 * below, with the numbers that decide.
 */
export function explain(facts: Facts): Explanation[] {
  const rules: Record<RuleName, Rule> = {
    "growing loss": growingLoss,
    "dead units": deadUnits,
    "saturated units": saturatedUnits,
    "stuck loss": stuckLoss,
    // A loss that is stuck is one answer for all, and it is enough to say so once.
    "one answer": (same) => (stuckLoss(same) === null ? oneAnswer(same) : null),
    overfitting,
    "still improving": stillImproving,
  };
  return (Object.keys(rules) as RuleName[]).flatMap((rule) => {
    const sentence = rules[rule](facts);
    return sentence === null ? [] : [{ rule, sentence }];
  });
}

/** The loss is half as high again as it was once, and as that of an answer that is always the same, or no number any more. */
const growingLoss: Rule = ({ history, constantLoss }) => {
  const [last, lowest] = [history[history.length - 1], Math.min(...history.map(({ loss }) => loss))];
  if (last === undefined) return null;
  const grew = last.loss > 1.5 * lowest && last.loss > 1.5 * constantLoss;
  if (!grew && Number.isFinite(last.loss)) return null;
  const grown = grew
    ? `has grown from ${digits(lowest)} to ${digits(last.loss)}`
    : `is ${last.loss}, beyond all numbers`;
  return (
    `The loss ${grown}: the steps are too large. ` +
    "Build the network again and train it with a lower learning rate."
  );
};

/** In one layer half of the ReLU units or more send 0 for every sample. */
const deadUnits: Rule = ({ hidden, samples }) => {
  const worst = worstOf(hidden, "dead");
  if (worst === null) return null;
  const { count, units, layer } = worst;
  const which = count === units ? `All ${units} units` : `${count} of ${units} units`;
  const effect = count === units ? ", so that nothing in front of them can learn any more" : "";
  return (
    `${which} of layer ${layer} are dead: they send 0 for each of ${samples} samples, and no gradient comes ` +
    `back${effect}. Build the network again and train it with a lower learning rate.`
  );
};

/** In one layer half of the sigmoid or tanh units or more are on a flat part for 95 % of the samples. */
const saturatedUnits: Rule = ({ hidden }) => {
  const worst = worstOf(hidden, "saturated");
  if (worst === null) return null;
  const { count, units, layer, activation } = worst;
  return (
    `${count} of ${units} units of layer ${layer} are saturated: they stay where ${activation} is flat, and hardly any ` +
    "gradient comes back. Build the network again and train it with a lower learning rate."
  );
};

/** The loss of the last two epochs is within 2 % of the loss of a constant answer, and has not fallen by 0.5 % between them. */
const stuckLoss: Rule = ({ history, constantLoss, loss, outputs }) => {
  const [before, last] = history.slice(-2).map((record) => record.loss);
  if (last === undefined || !(constantLoss > 0)) return null;
  const near = (value: number) => Math.abs(value - constantLoss) <= 0.02 * constantLoss;
  if (!(near(before) && near(last) && last > 0.995 * before)) return null;
  const classes = loss === "crossEntropy" ? outputs : loss === "binaryCrossEntropy" && outputs === 1 ? 2 : 0;
  const guess = Math.log(classes);
  const cost =
    classes > 0 && Math.abs(constantLoss - guess) < 0.01 * guess
      ? `ln ${classes} = ${guess.toFixed(3)}, what guessing costs`
      : `${digits(constantLoss)}, what the same answer for every sample costs`;
  return `The loss sits at ${cost}: nothing is learned. Try another learning rate, or look at the data.`;
};

/** Every sample gets the same answer, although at least 1 % of them are of other classes. */
const oneAnswer: Rule = ({ answers }) => {
  if (answers === null || answers.answered < 1 || answers.actual > 0.99) return null;
  const { name, actual } = answers;
  return (
    `The answer is "${name}" whatever the sample, which is right for ${percent(actual)}, the share of that class. ` +
    "Train for longer, with another learning rate, or with as many samples of each class."
  );
};

/**
 * Since the epoch with the lowest validation loss, the training loss has fallen by 10 % or more, and the validation loss
 * of each of the last three epochs is at least 20 % higher than it was.
 */
const overfitting: Rule = ({ history }) => {
  const losses = history.map(({ validationLoss }) => validationLoss);
  const best = history[losses.indexOf(Math.min(...losses))];
  const last = history[history.length - 1];
  if (best === undefined || last.epoch - best.epoch < 3) return null;
  const rose = losses.slice(-3).every((loss) => loss >= 1.2 * best.validationLoss);
  if (!rose || !(last.loss <= 0.9 * best.loss)) return null;
  return (
    `The network learns by heart: since epoch ${best.epoch} the loss fell from ${digits(best.loss)} to ` +
    `${digits(last.loss)} in training, and rose from ${digits(best.validationLoss)} to ` +
    `${digits(last.validationLoss)} in validation. earlyStopping, more data, augmentation, dropout or weightDecay help.`
  );
};

/**
 * Training has come to its end, and in the last fifth of its epochs (at least two) the loss, on validation data where
 * there are any, has still fallen by 15 % or more.
 */
const stillImproving: Rule = ({ history, finished }) => {
  const stretch = Math.max(2, Math.ceil(history.length / 5));
  if (!finished || history.length <= stretch) return null;
  const last = history[history.length - 1];
  const before = history[history.length - 1 - stretch];
  const metric = Number.isFinite(last.validationLoss) ? "validationLoss" : "loss";
  const fell = 1 - last[metric] / before[metric];
  if (!(fell >= 0.15)) return null;
  const where = metric === "loss" ? "loss" : "validation loss";
  return (
    `The network was still improving: in the last ${stretch} epochs the ${where} fell by ${percent(fell)}. ` +
    "Run the training cell again to go on."
  );
};

/** The layer with the largest share of units in a bad state, if that is half of them or more. */
function worstOf(hidden: Facts["hidden"], state: "dead" | "saturated") {
  const bad = hidden
    .map((layer) => ({ ...layer, count: layer[state] ?? 0 }))
    .filter(({ count, units }) => count >= units / 2)
    .sort((a, b) => b.count / b.units - a.count / a.units);
  return bad[0] ?? null;
}

/** Three digits, as many as a sentence needs. */
const digits = (value: number): string => String(Number(value.toPrecision(3)));

const percent = (share: number): string => `${digits(100 * share)} %`;
