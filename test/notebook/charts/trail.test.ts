import { expect, test } from "vitest";
import { Trail } from "../../../src/notebook/charts/trail";
import { epochs, progressOf } from "../support/progress";

test("a waypoint is the mean over the epoch so far, and the last one the epoch's own", () => {
  const trail = new Trail();
  const [first] = epochs(1);
  trail.add(progressOf({}));
  trail.add(progressOf({ batch: 10, loss: 2, accuracy: 0.1 }));
  trail.add(progressOf({ batch: 20, loss: 1.5, accuracy: 0.3 }));
  trail.add(progressOf({ history: [first] }));
  expect(trail.waypoints(0)).toEqual([
    { epoch: 0.1, loss: 2, accuracy: 0.1 },
    { epoch: 0.2, loss: 1.5, accuracy: 0.3 },
    { epoch: 1, loss: first.loss, accuracy: first.accuracy },
  ]);
});

test("the first batches of a later epoch say too little", () => {
  const trail = new Trail();
  const history = epochs(2);
  for (const batch of [0, 4, 8, 12, 16]) trail.add(progressOf({ history, batch, loss: 0.1, accuracy: 0.9 }));
  expect(trail.waypoints(2).map(({ epoch }) => epoch)).toEqual([2.12, 2.16]);
});

test("an epoch that starts over forgets what it had shown", () => {
  const trail = new Trail();
  for (const batch of [0, 40, 80, 0, 30]) trail.add(progressOf({ batch, loss: batch, accuracy: 0 }));
  expect(trail.waypoints(0)).toEqual([{ epoch: 0.3, loss: 30, accuracy: 0 }]);
});

test("a network that is trained from its last epoch on forgets the epochs before", () => {
  const trail = new Trail();
  for (const done of [0, 1, 2, 3]) {
    trail.add(progressOf({ history: epochs(done), batch: 50, loss: 1, accuracy: 0.5 }));
  }
  expect(trail.waypoints(0).map(({ epoch }) => epoch)).toEqual([2.5, 3.5]);
});

test("a long epoch leaves a bounded trail that still reaches from its start to now", () => {
  const trail = new Trail();
  const { network } = progressOf({});
  for (let batch = 0; batch <= 5000; batch++) {
    trail.add(progressOf({ network, batch, batches: 10_000, loss: 1, accuracy: 0.5 }));
  }
  const points = trail.waypoints(0);
  expect(points.length).toBeLessThan(60);
  expect(points.length).toBeGreaterThan(40);
  expect(points.at(-1)?.epoch).toBe(0.5);
  expect(points[0].epoch).toBeLessThan(0.02);
});

test("a network keeps its trail from one training to the next", () => {
  const { network } = progressOf({});
  Trail.of(network).add(progressOf({ network, batch: 10, loss: 1, accuracy: 0 }));
  expect(Trail.of(network)).toBe(Trail.of(network));
  expect(Trail.of(progressOf({}).network)).not.toBe(Trail.of(network));
});
