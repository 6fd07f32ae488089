import { describe, expect, test } from "vitest";
import { BatchBuffer, BatchReader, inOrder } from "../src/batches";
import { Dataset } from "../src/dataset";
import { Tensor } from "../src/tensor";

const samples = Tensor.from([[0], [10], [20], [30], [40]]);
const data = Dataset.classification(samples, [0, 1, 2, 0, 1], 3);
const ordinary = { zeros: Tensor.zeros, holds: () => true };

test("a batch names the samples of a range of the order, with their answers", () => {
  const reader = new BatchReader(data, 3, ordinary);
  const { x, t } = reader.read(Uint32Array.of(4, 2, 0, 1, 3), 1, 4);
  expect(x.toArray()).toEqual([[20], [0], [10]]);
  expect(t.toArray()).toEqual([
    [0, 0, 1],
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(x.data).toBe(samples.data);
});

test("where samples cannot be computed on in place, they are copied for every batch", () => {
  const elsewhere = { zeros: Tensor.zeros, holds: () => false };
  const changing = Dataset.classification(
    Tensor.from([
      [0, 1],
      [10, 11],
      [20, 21],
    ]),
    [0, 1, 2],
    3,
  );
  const reader = new BatchReader(changing.take([2, 1, 0]), 3, elsewhere);
  const { x } = reader.read(inOrder(3), 0, 2);
  expect([...x.data]).toEqual([20, 21, 10, 11]);
  changing.samples.data[2] = 15;
  expect([...reader.read(inOrder(3), 1, 3).x.data]).toEqual([15, 11, 0, 1]);
});

test("a batch of a set that was taken from another names the rows of the whole", () => {
  const reader = new BatchReader(data.take([3, 1, 4]), 3, ordinary);
  const { x, t } = reader.read(Uint32Array.of(2, 0, 1), 0, 2);
  expect(x.toArray()).toEqual([[40], [30]]);
  expect(t.toArray()).toEqual([
    [0, 1, 0],
    [1, 0, 0],
  ]);
});

test("the next batch of the same size uses the same memory, one of another size does not disturb it", () => {
  const reader = new BatchReader(data, 3, ordinary);
  const order = inOrder(5);
  const first = reader.read(order, 0, 2);
  const last = reader.read(order, 4, 5);
  expect(first.x.toArray()).toEqual([[0], [10]]);
  expect(last.x.toArray()).toEqual([[40]]);
  expect(reader.read(order, 2, 4)).toBe(first);
  expect(first.x.toArray()).toEqual([[20], [30]]);
  expect(first.t.toArray()).toEqual([
    [0, 0, 1],
    [1, 0, 0],
  ]);
});

test("images keep their shape", () => {
  const images = Dataset.classification(Tensor.zeros([4, 2, 3, 1]), [0, 1, 0, 1], 2);
  const { x, t } = new BatchReader(images, 1, ordinary).read(inOrder(4), 1, 4);
  expect(x.shape).toEqual([3, 2, 3, 1]);
  expect(t.toArray()).toEqual([[1], [0], [1]]);
});

test("inOrder counts from 0", () => {
  expect([...inOrder(4)]).toEqual([0, 1, 2, 3]);
  expect(inOrder(0).length).toBe(0);
});

describe("memory for batches", () => {
  test("is used again for a batch of the same size", () => {
    const buffer = new BatchBuffer(Tensor.zeros, [3]);
    expect(buffer.rows(4).shape).toEqual([4, 3]);
    expect(buffer.rows(4)).toBe(buffer.rows(4));
    expect(buffer.rows(2).data.buffer).toBe(buffer.rows(4).data.buffer);
    expect(buffer.rows(2).data.length).toBe(6);
  });

  test("grows to the largest batch and stays one piece", () => {
    const sizes: number[] = [];
    const buffer = new BatchBuffer(
      (shape) => {
        sizes.push(shape[0]);
        return Tensor.zeros(shape);
      },
      [2, 2],
    );
    for (const batch of [3, 2, 8, 5, 8, 3]) expect(buffer.rows(batch).shape).toEqual([batch, 2, 2]);
    expect(sizes).toEqual([0, 3, 8]);
    expect(buffer.rows(3).data.buffer).toBe(buffer.rows(8).data.buffer);
  });
});
