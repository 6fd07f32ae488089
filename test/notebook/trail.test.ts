import { expect, test } from "vitest";
import { Trail } from "../../src/notebook/trail";
import { epochs, progressOf } from "./support/progress";

test("a waypoint is the mean over the last stretch, not over the epoch so far", () => {
  const trail = new Trail();
  // Ten batches with loss 1, then ten with loss 0, of a hundred.
  trail.add(progressOf({}));
  trail.add(progressOf({ batch: 10, loss: 1, accuracy: 0 }));
  trail.add(progressOf({ batch: 20, loss: 0.5, accuracy: 0.5 }));
  const points = trail.waypoints(0);
  expect(points.map(({ epoch }) => epoch)).toEqual([0.1, 0.2]);
  expect(points[0].loss).toBeCloseTo(1, 9);
  expect(points[1].loss).toBeCloseTo(0, 9);
  expect(points[1].accuracy).toBeCloseTo(1, 9);
});

test("the first looks of an epoch reach back into the one before", () => {
  const history = epochs(2);
  const trail = new Trail();
  trail.add(progressOf({ history: history.slice(0, 1), batch: 95, loss: history[1].loss, accuracy: 0.75 }));
  trail.add(progressOf({ history, batch: 5, loss: 0.1, accuracy: 0.9 }));
  const [point] = trail.waypoints(2);
  expect(point.epoch).toBeCloseTo(2.05, 9);
  // Half of the stretch belongs to each epoch.
  expect(point.loss).toBeCloseTo((history[1].loss + 0.1) / 2, 9);
});

test("an epoch that starts over forgets what it had shown", () => {
  const trail = new Trail();
  trail.add(progressOf({ batch: 40, loss: 9, accuracy: 0 }));
  trail.add(progressOf({ batch: 80, loss: 9, accuracy: 0 }));
  trail.add(progressOf({}));
  trail.add(progressOf({ batch: 30, loss: 1, accuracy: 0.5 }));
  const points = trail.waypoints(0);
  expect(points).toHaveLength(1);
  expect(points[0].loss).toBeCloseTo(1, 9);
});

test("a long epoch leaves a bounded trail that still reaches from its start to now", () => {
  const trail = new Trail();
  const { network } = progressOf({});
  for (let batch = 0; batch <= 5000; batch++) {
    trail.add(progressOf({ network, batch, batches: 10_000, loss: 1, accuracy: 0.5 }));
  }
  const points = trail.waypoints(0);
  expect(points.length).toBeLessThan(260);
  expect(points.length).toBeGreaterThan(40);
  expect(points.at(-1)?.epoch).toBe(0.5);
  expect(points[0].epoch).toBeLessThan(0.02);
  for (const { loss } of points) expect(loss).toBeCloseTo(1, 6);
});

test("a network keeps its trail from one training to the next", () => {
  const { network } = progressOf({});
  Trail.of(network).add(progressOf({ network, batch: 10, loss: 1, accuracy: 0 }));
  expect(Trail.of(network)).toBe(Trail.of(network));
  expect(Trail.of(progressOf({}).network)).not.toBe(Trail.of(network));
});
