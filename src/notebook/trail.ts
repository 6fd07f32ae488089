import type { Network } from "../nn/network";
import { lasting } from "../reload";
import type { Progress } from "../training/progress";

/** A moment of training: how many epochs are done, with fractions, and what they add up to. */
interface Look {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Means over the last stretch of training before a moment. */
export type Waypoint = Look;

/** Shares of an epoch that a mean is taken over: a short one at the start, where everything changes. */
const FIRST_STRETCH = 0.025;
const STRETCH = 0.1;

/** Looks that are kept are at least this share of an epoch apart. */
const SPACING = 0.01;

const trails = lasting("trails", () => new WeakMap<Network, Trail>());

/** How training goes within the running epoch, and within the first two, where most of it happens. */
export class Trail {
  private looks: Look[] = [];

  /** The trail that training has left so far, also if it was interrupted. */
  static of(network: Network): Trail {
    const trail = trails.get(network) ?? new Trail();
    trails.set(network, trail);
    return trail;
  }

  add({ history, batch, batches, loss, accuracy }: Progress): void {
    const part = batch / batches;
    const sum = (value: "loss" | "accuracy", running: number) =>
      history.reduce((total, record) => total + record[value], part === 0 ? 0 : running * part);
    const look = {
      epoch: history.length + part,
      loss: sum("loss", loss),
      accuracy: sum("accuracy", accuracy),
    };
    const from = history.length < 2 ? 0 : history.length - 2 * STRETCH;
    // An epoch that starts over leaves a trail that nothing follows.
    const kept = this.looks.filter(({ epoch }) => epoch >= from && epoch < look.epoch);
    const [last, secondLast] = [kept[kept.length - 1], kept[kept.length - 2]];
    if (secondLast !== undefined && last.epoch - secondLast.epoch < SPACING) kept.pop();
    this.looks = [...kept, look];
  }

  /** Means over a stretch before every look later than `from`. */
  waypoints(from: number): Waypoint[] {
    const points: Waypoint[] = [];
    let start = 0;
    this.looks.forEach((look, i) => {
      const stretch = look.epoch < 1 ? FIRST_STRETCH : STRETCH;
      while (start + 1 < i && look.epoch - this.looks[start + 1].epoch >= stretch) start++;
      const first = this.looks[start];
      const length = look.epoch - first.epoch;
      if (i === 0 || look.epoch <= from) return;
      points.push({
        epoch: look.epoch,
        loss: (look.loss - first.loss) / length,
        accuracy: (look.accuracy - first.accuracy) / length,
      });
    });
    return points;
  }
}
