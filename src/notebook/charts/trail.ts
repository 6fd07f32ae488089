import type { Network } from "../../nn/network";
import { lasting } from "../../reload";
import type { Progress } from "../../training/progress";

/** A moment within an epoch: how many epochs are done, with fractions, and means over the batches of this one so far. */
export interface Waypoint {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Points are at least this share of an epoch apart. */
const SPACING = 0.01;

/** After the first epoch, means over less than this share of one say more about chance than about the network. */
const TOO_FEW = 0.1;

const trails = lasting("trails", () => new WeakMap<Network, Trail>());

/** How training goes within an epoch: a line that ends at the point the epoch gets when it is complete. */
export class Trail {
  private points: Waypoint[] = [];

  /** The trail that training has left so far, also if it was interrupted. */
  static of(network: Network): Trail {
    const trail = trails.get(network) ?? new Trail();
    trails.set(network, trail);
    return trail;
  }

  add({ history, batch, batches, loss, accuracy }: Progress): void {
    const done = history.length;
    const part = batch / batches;
    // Of an epoch that starts over and of those before the last, nothing is shown any more.
    this.points = this.points.filter(({ epoch }) => epoch > done - 1 && epoch < done + part);
    const next = part === 0 ? history[done - 1] : { epoch: done + part, loss, accuracy };
    if (next === undefined || (done > 0 && part > 0 && part < TOO_FEW)) return;
    const [last, secondLast] = [this.points[this.points.length - 1], this.points[this.points.length - 2]];
    if (secondLast !== undefined && last.epoch - secondLast.epoch < SPACING) this.points.pop();
    this.points.push({ epoch: next.epoch, loss: next.loss, accuracy: next.accuracy });
  }

  /** The points after `from` epochs, in order. */
  waypoints(from: number): Waypoint[] {
    return this.points.filter(({ epoch }) => epoch > from);
  }
}
