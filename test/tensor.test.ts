import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../src/errors";
import { Tensor } from "../src/tensor";

const grid = () =>
  Tensor.from([
    [0, 1, 2],
    [10, 11, 12],
    [20, 21, 22],
    [30, 31, 32],
  ]);

describe("from", () => {
  test("finds the shape of nested arrays and lays them out row by row", () => {
    const tensor = Tensor.from([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
    ]);
    expect(tensor.shape).toEqual([2, 2, 3]);
    expect([...tensor.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(tensor.at(1, 0, 2)).toBe(9);
  });

  test("takes flat numbers and a shape", () => {
    expect(Tensor.from([1, 2, 3, 4, 5, 6], [3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  test("takes typed arrays, alone and as rows", () => {
    expect(Tensor.from(Float32Array.of(1, 2)).toArray()).toEqual([1, 2]);
    expect(Tensor.from([Float64Array.of(1, 2), Float32Array.of(3, 4)]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("takes a single number and nothing at all", () => {
    expect(Tensor.from(5).shape).toEqual([]);
    expect(Tensor.from(5).at()).toBe(5);
    expect(Tensor.from([]).shape).toEqual([0]);
  });

  test.each([
    [[[1, 2], [3]]],
    [[[1], [2, 3]]],
    [[[1, 2], 3]],
    [[1, [2]]],
    [[[1, 2], [[3, 4]]]],
    [
      [
        [
          [1, 2],
          [3, 4],
        ],
        [[1, 2, 3, 4]],
      ],
    ],
  ])("refuses rows of different lengths or depths: %j", (rows) => {
    expect(() => Tensor.from(rows as number[][])).toThrow(ShapeError);
  });
});

describe("a tensor", () => {
  test("knows its size and the width of a row", () => {
    const tensor = Tensor.zeros([4, 3, 2]);
    expect([tensor.size, tensor.rowSize, tensor.rowStart(2)]).toEqual([24, 6, 12]);
  });

  test("gives the element at an index", () => {
    for (let i = 0; i < 4; i++) for (let j = 0; j < 3; j++) expect(grid().at(i, j)).toBe(10 * i + j);
  });

  test("gives a row that shares its numbers", () => {
    const tensor = grid();
    const row = tensor.row(2);
    expect(row.shape).toEqual([3]);
    expect(row.toArray()).toEqual([20, 21, 22]);
    row.data[1] = -1;
    expect(tensor.at(2, 1)).toBe(-1);
  });

  test("takes another shape with the same numbers", () => {
    const tensor = grid();
    const other = tensor.reshape([2, 6]);
    expect(other.toArray()).toEqual([
      [0, 1, 2, 10, 11, 12],
      [20, 21, 22, 30, 31, 32],
    ]);
    other.data[0] = 5;
    expect(tensor.at(0, 0)).toBe(5);
  });

  test("copies into memory of its own, in its own precision", () => {
    const tensor = grid();
    const copy = tensor.copy();
    copy.data[0] = 99;
    expect(tensor.at(0, 0)).toBe(0);
    const double = new Tensor(Float64Array.of(0.1, 0.2), [2]).copy();
    expect(double.data).toEqual(Float64Array.of(0.1, 0.2));
  });

  test("shows itself in short, and large ones by their shape alone", () => {
    expect(inspect(Tensor.from([[1, 0.1]]))).toBe("Tensor [1, 2] [[1,0.1]]");
    expect(String(Tensor.zeros([60_000, 784]))).toBe("Tensor [60000, 784]");
  });

  test("shows numbers that are not finite as what they are", () => {
    const text = String(Tensor.from([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]));
    expect(text).toBe("Tensor [4] [NaN,Infinity,-Infinity,1]");
  });
});

describe("rows by an index list", () => {
  test("come in the order of the list, repeated if it repeats, and share their numbers", () => {
    const tensor = grid();
    const taken = tensor.take([3, 0, 3]);
    expect(taken.shape).toEqual([3, 3]);
    expect(taken.toArray()).toEqual([
      [30, 31, 32],
      [0, 1, 2],
      [30, 31, 32],
    ]);
    tensor.data[9] = -1;
    expect(taken.at(0, 0)).toBe(-1);
    expect(taken.data).toBe(tensor.data);
  });

  test("can be taken again: indices count the rows there are", () => {
    const taken = grid().take([3, 1, 0]).take([1, 2, 2]);
    expect(taken.toArray()).toEqual([
      [10, 11, 12],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(taken.row(0).toArray()).toEqual([10, 11, 12]);
    expect(taken.at(2, 2)).toBe(2);
    expect(taken.rowStart(0)).toBe(3);
  });

  test("are put in order by copy", () => {
    const copy = grid().take([2, 1]).copy();
    expect(copy.rows).toBeNull();
    expect([...copy.data]).toEqual([20, 21, 22, 10, 11, 12]);
  });

  test("can take another shape behind the first axis, and no other", () => {
    const taken = Tensor.from([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]).take([1, 0]);
    expect(taken.reshape([2, 2, 2]).toArray()).toEqual([
      [
        [5, 6],
        [7, 8],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(() => taken.reshape([4, 2])).toThrow(ShapeError);
    expect(() => taken.reshape([8])).toThrow(ShapeError);
  });

  test("may be none", () => {
    expect(grid().take([]).toArray()).toEqual([]);
  });
});

test.each([
  ["too few numbers", () => new Tensor(new Float32Array(5), [2, 3]), /needs 6 numbers, received 5/],
  ["a fractional length", () => new Tensor(new Float32Array(3), [1.5, 2]), /\[1\.5, 2\]/],
  ["a negative length", () => Tensor.zeros([-1]), /whole numbers ≥ 0|-1/],
  ["NaN in the shape", () => new Tensor(new Float32Array(0), [Number.NaN]), /NaN/],
  [
    "row indices that are not one for each row",
    () => new Tensor(new Float32Array(6), [2, 3], new Uint32Array(3)),
    /2 row indices, received 3/,
  ],
  [
    "row indices outside of the numbers",
    () => new Tensor(new Float32Array(6), [1, 3], Uint32Array.of(2)),
    /row/,
  ],
  [
    "flat numbers that do not fill a shape",
    () => Tensor.from([1, 2, 3], [2, 2]),
    /needs 4 numbers, received 3/,
  ],
  [
    "a typed array that does not fill a shape",
    () => Tensor.from(Float32Array.of(1), [2]),
    /needs 2 numbers, received 1/,
  ],
  [
    "reshape to another size",
    () => grid().reshape([5, 3]),
    /\[4, 3\] has 12 numbers and cannot become \[5, 3\]/,
  ],
  ["reshape to a fraction", () => grid().reshape([1.5, 8]), /1\.5/],
  ["a row beyond the last", () => grid().row(4), /from 0 to 3, received 4/],
  ["a row before the first", () => grid().row(-1), /from 0 to 3, received -1/],
  ["a fractional row", () => grid().take([0, 1.5]), /from 0 to 3, received 1\.5/],
  ["a row beyond the rows taken", () => grid().take([3]).row(1), /from 0 to 0, received 1/],
  ["an index of too few axes", () => grid().at(1), /\[4, 3\], received \[1\]/],
  ["an index of too many axes", () => grid().at(1, 1, 0), /\[4, 3\], received \[1, 1, 0\]/],
  ["an index outside", () => grid().at(0, 3), /\[4, 3\], received \[0, 3\]/],
  ["a fractional index", () => grid().at(0, 0.5), /received \[0, 0\.5\]/],
])("refuses %s with a ShapeError", (_, action, message) => {
  expect(action).toThrow(ShapeError);
  expect(action).toThrow(message);
});
