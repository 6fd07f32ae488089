import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DataError, NeuralNetworkError, ShapeError } from "../../src/errors";
import { plainDouble } from "../../src/kernels/plain";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { bitsOf, randomTensor, relativeError } from "../support/numbers";

afterEach(() => {
  vi.restoreAllMocks();
});

/** 2-2-1 with weights that can be followed by hand. */
function small(): Network {
  const network = new Network([2], [new Dense(2, { activation: "relu" }), new Dense(1)]);
  // W₁ = [[1, −1], [2, 0]], b₁ = [0, 1], W₂ = [[3], [10]], b₂ = [−4]
  network.setParameters([1, -1, 2, 0, 0, 1, 3, 10, -4]);
  return network;
}

describe("forward", () => {
  test("computes what follows by hand", () => {
    // [1, 1]: z₁ = [3, 0], y = 9 − 4. [−2, 0]: z₁ = [−2, 3] → [0, 3], y = 30 − 4.
    expect(
      small()
        .forward(
          Tensor.from([
            [1, 1],
            [-2, 0],
          ]),
        )
        .toArray(),
    ).toEqual([[5], [26]]);
  });

  test("leaves out the last activation when logits are asked for, and no other", () => {
    const network = mlp([3, 4, 3], { activation: "tanh" });
    const x = randomTensor([5, 3], new Random(1));
    const z = network.forward(x, { logits: true }).copy();
    const y = network.forward(x).copy();
    for (let i = 0; i < 5; i++) {
      const e = Array.from(z.row(i).data, Math.exp);
      const sum = e.reduce((a, b) => a + b, 0);
      e.forEach((value, j) => {
        expect(y.at(i, j)).toBeCloseTo(value / sum, 6);
      });
    }
  });

  test("does not depend on the other samples of the batch", () => {
    const network = mlp([6, 5, 4], { seed: 2 });
    const x = randomTensor([9, 6], new Random(2));
    const all = network.forward(x).copy();
    for (let i = 0; i < 9; i++) {
      expect(relativeError(network.forward(x.take([i])).data, all.row(i).data)).toBeLessThan(1e-6);
    }
  });
});

describe("predict", () => {
  const network = mlp([4, 6, 3], { seed: 5 });
  const x = randomTensor([600, 4], new Random(3));

  test("gives many samples in pieces what each gets alone", () => {
    const outputs = network.predict(x);
    expect(outputs.shape).toEqual([600, 3]);
    for (const i of [0, 255, 256, 257, 511, 512, 599]) {
      expect(relativeError(network.predict(x.row(i)).data, outputs.row(i).data)).toBeLessThan(1e-6);
    }
  });

  test("takes rows by an index list", () => {
    const order = Array.from({ length: 600 }, (_, i) => 599 - i);
    const reversed = network.predict(x.take(order));
    const outputs = network.predict(x);
    for (const i of [0, 100, 300, 599]) {
      expect(relativeError(reversed.row(i).data, outputs.row(599 - i).data)).toBeLessThan(1e-6);
    }
  });

  test("gives one sample one row of outputs", () => {
    expect(network.predict(x.row(0)).shape).toEqual([3]);
    expect(network.predict(x.take([0])).shape).toEqual([1, 3]);
  });

  test("gives outputs that the next prediction leaves alone", () => {
    const first = network.predict(x.row(0));
    const before = [...first.data];
    network.predict(x.row(1));
    expect([...first.data]).toEqual(before);
  });

  test("names the class of one sample and of many", () => {
    const outputs = network.predict(x);
    const largest = (row: number) => {
      const values = [...outputs.row(row).data];
      return values.indexOf(Math.max(...values));
    };
    const classes = network.predictClasses(x);
    expect([...classes]).toEqual(Array.from({ length: 600 }, (_, row) => largest(row)));
    expect(network.predictClass(x.row(7))).toBe(largest(7));
    expect(new Set(classes).size).toBeGreaterThan(1);
  });

  test("names class 1 of two where the only output is above one half", () => {
    const single = new Network([1], [new Dense(1, { activation: "sigmoid" })]);
    single.setParameters([1, 0]);
    expect([...single.predictClasses(Tensor.from([[-2], [0], [2]]))]).toEqual([0, 0, 1]);
  });

  test("refuses samples that are not finite, and says so", () => {
    const samples = Tensor.from([
      [1, 2, 3, 4],
      [1, Number.NaN, 3, 4],
    ]);
    expect(() => network.predict(samples)).toThrow(DataError);
    expect(() => network.predict(samples)).toThrow(/samples hold numbers that are not finite/);
    expect(() => network.predictClass(samples.row(1))).toThrow(/not finite/);
  });

  test("does not call a network that has diverged certain of class 0", () => {
    const diverged = mlp([2, 2]);
    diverged.parameters[0].value.data.fill(Number.NaN);
    expect(() => diverged.predictClasses(Tensor.from([[1, 2]]))).toThrow(DataError);
    expect(() => diverged.predict(Tensor.from([[1, 2]]))).toThrow(/lower learning rate/);
  });
});

describe("parameters", () => {
  test("come as one flat array, layer by layer, weights before biases, row by row", () => {
    const network = small();
    expect([...network.getParameters()]).toEqual([1, -1, 2, 0, 0, 1, 3, 10, -4]);
    expect(network.parameters.map(({ value }) => value.shape)).toEqual([[2, 2], [2], [2, 1], [1]]);
    expect(network.parameterCount).toBe(9);
  });

  test("are a copy, in the network's precision", () => {
    const network = mlp([3, 2]);
    const flat = network.getParameters();
    const first = flat[0];
    flat[0] += 1;
    expect(network.getParameters()[0]).toBe(first);
    expect(flat).toBeInstanceOf(Float32Array);
    expect(mlp([3, 2], { kernels: plainDouble }).getParameters()).toBeInstanceOf(Float64Array);
  });

  test("put into another network make it answer the same, bit for bit", () => {
    const [a, b] = [mlp([4, 6, 3], { seed: 1 }), mlp([4, 6, 3], { seed: 2 })];
    const x = randomTensor([10, 4], new Random(4));
    expect(bitsOf(b.predict(x).data)).not.toBe(bitsOf(a.predict(x).data));
    b.setParameters(a.getParameters());
    expect(bitsOf(b.predict(x).data)).toBe(bitsOf(a.predict(x).data));
  });

  test.each([
    ["too few", [1, 2, 3], ShapeError, /expected 9 numbers, received 3/],
    ["too many", new Array(10).fill(0), ShapeError, /expected 9 numbers, received 10/],
    ["NaN among them", [1, 2, 3, 4, Number.NaN, 6, 7, 8, 9], DataError, /received NaN at index 4/],
    ["a text among them", [1, 2, 3, 4, "5", 6, 7, 8, 9], DataError, /received "5" at index 4/],
  ])("are refused and left as they are if there are %s", (_, flat, kind, message) => {
    const network = small();
    expect(() => network.setParameters(flat as number[])).toThrow(kind);
    expect(() => network.setParameters(flat as number[])).toThrow(message);
    expect([...network.getParameters()]).toEqual([1, -1, 2, 0, 0, 1, 3, 10, -4]);
  });
});

describe("first weights", () => {
  test("are decided by the seed", () => {
    const of = (seed?: number) => bitsOf(mlp([5, 4, 3], { seed }).getParameters());
    expect(of(1)).toBe(of(1));
    expect(of()).toBe(of(1));
    expect(of(2)).not.toBe(of(1));
  });

  test("differ from layer to layer, and do not depend on the layers behind", () => {
    const three = mlp([4, 4, 4, 4], { activation: "tanh", output: "tanh", seed: 3 });
    const weights = [0, 2, 4].map((i) => bitsOf(three.parameters[i].value.data));
    expect(new Set(weights).size).toBe(3);
    const two = mlp([4, 4, 4], { activation: "tanh", output: "tanh", seed: 3 });
    expect([0, 2].map((i) => bitsOf(two.parameters[i].value.data))).toEqual(weights.slice(0, 2));
  });
});

describe("a description", () => {
  test("is a table of layers, shapes and parameters", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    mlp([784, 16, 16, 10]).summary();
    expect(log).toHaveBeenCalledTimes(1);
    expect(log.mock.calls[0][0].split("\n")).toEqual([
      "   layer          output shape  parameters",
      "   input          [784]",
      "1  Dense relu     [16]              12,560  = 784·16 + 16",
      "2  Dense relu     [16]                 272  = 16·16 + 16",
      "3  Dense softmax  [10]                 170  = 16·10 + 10",
      "                  in all            13,002",
    ]);
  });

  test("is a line where a value is printed", () => {
    const text = "Network 784 → Dense relu 16 → Dense softmax 10, 12,730 parameters";
    expect(inspect(mlp([784, 16, 10]))).toBe(text);
    expect(String(mlp([784, 16, 10]))).toBe(text);
  });
});

describe("layers", () => {
  test("belong to one network", () => {
    const layer = new Dense(2);
    new Network([3], [layer]);
    expect(() => new Network([3], [layer])).toThrow(/layer 1 \(Dense linear\) is already part of a network/);
    const twice = new Dense(3);
    expect(() => new Network([3], [twice, twice])).toThrow(/layer 2/);
  });

  test("stay free when a network could not be built", () => {
    const layer = new Dense(2);
    expect(() => new Network([28, 28], [layer])).toThrow(ShapeError);
    expect(new Network([784], [layer]).outputShape).toEqual([2]);
  });
});

describe("backward", () => {
  test("refuses a gradient of another shape than the last outputs", () => {
    const network = small();
    network.forward(Tensor.zeros([3, 2]));
    for (const shape of [[3, 2], [2, 1], [3], [1, 3]]) {
      expect(() => network.backward(Tensor.zeros(shape))).toThrow(ShapeError);
    }
    expect(() => network.backward(Tensor.zeros([2, 1]))).toThrow(/gradient \[3, 1\].*received \[2, 1\]/);
    expect(() => network.backward(Tensor.zeros([3, 1]))).not.toThrow();
  });

  test("refuses to come before forward, and after a forward that left out the activation", () => {
    const network = mlp([2, 3]);
    expect(() => network.backward(Tensor.zeros([1, 3]))).toThrow(NeuralNetworkError);
    network.forward(Tensor.zeros([1, 2]), { logits: true });
    expect(() => network.backward(Tensor.zeros([1, 3]))).toThrow(/forward without logits/);
    expect(() => network.backward(Tensor.zeros([1, 3]), { logits: true })).not.toThrow();
  });

  test("takes a gradient at the logits after an ordinary forward", () => {
    const network = mlp([2, 3]);
    network.forward(Tensor.from([[1, 2]]));
    network.backward(Tensor.from([[1, 0, -1]]), { logits: true });
    expect([...network.parameters[0].gradient.data]).toEqual([1, 0, -1, 2, 0, -2]);
    expect([...network.parameters[1].gradient.data]).toEqual([1, 0, -1]);
  });
});
