"""One sample after the other, as a network is first written with NumPy: the gradients of a batch are added up, then applied."""

import numpy as np
from worker import first_weights, rate, serve


class PerSample:
    def __init__(self, recipe, seed, x, y):
        self.recipe, self.y = recipe, y
        self.samples = [row.reshape(-1, 1) for row in x]
        self.targets = np.eye(recipe["data"]["classes"], dtype=np.float32)[:, :, None]
        self.random = np.random.default_rng(seed + 1000)
        self.weights = [w.T.copy() for w in first_weights(recipe, seed)]
        self.biases = [np.zeros((w.shape[0], 1), np.float32) for w in self.weights]

    def gradient(self, x, t):
        layers, y = [x], x
        last = len(self.weights) - 1
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = np.dot(w, y) + b
            y = np.maximum(z, 0) if i < last else np.exp(z - z.max())
            if i == last:
                y /= y.sum()
            layers.append(y)
        self.total -= float(np.log((y * t).sum() + 1e-30))
        self.correct += int(y.argmax() == t.argmax())
        dz = y - t
        weights, biases = [None] * len(self.weights), [None] * len(self.weights)
        for i in range(last, -1, -1):
            weights[i], biases[i] = np.dot(dz, layers[i].T), dz
            if i > 0:
                dz = np.dot(self.weights[i].T, dz) * (layers[i] > 0)
        return weights, biases

    def epoch(self, number):
        self.total, self.correct = 0.0, 0
        order = self.random.permutation(len(self.samples))
        size = self.recipe["batchSize"]
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            weights = [np.zeros_like(w) for w in self.weights]
            biases = [np.zeros_like(b) for b in self.biases]
            for i in batch:
                dw, db = self.gradient(self.samples[i], self.targets[self.y[i]])
                weights = [w + d for w, d in zip(weights, dw)]
                biases = [b + d for b, d in zip(biases, db)]
            step = np.float32(rate(self.recipe, number) / len(batch))
            self.weights = [w - step * d for w, d in zip(self.weights, weights)]
            self.biases = [b - step * d for b, d in zip(self.biases, biases)]
        return self.total / len(order), self.correct / len(order)


serve(PerSample, {"NumPy": np.__version__})
