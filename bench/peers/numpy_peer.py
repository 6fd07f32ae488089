"""Whole batches as NumPy arrays, written as someone would who wants it fast: no allocation that can be avoided cheaply."""

import numpy as np
from worker import first_weights, outputs, rate, serve


class Numpy:
    def __init__(self, recipe, seed, x, y):
        self.recipe, self.x, self.y = recipe, x, y
        self.random = np.random.default_rng(seed + 1000)
        self.weights = first_weights(recipe, seed)
        self.biases = [np.zeros(w.shape[1], np.float32) for w in self.weights]
        self.steps = 0
        self.adam = recipe["optimizer"] == "adam"
        self.memory = [[np.zeros_like(p), np.zeros_like(p)] for p in self.weights + self.biases] if self.adam else []

    def forward(self, x):
        layers = [x]
        last = len(self.weights) - 1
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = layers[-1] @ w
            z += b
            if i < last:
                np.maximum(z, 0, out=z)
            layers.append(z)
        return layers

    def loss(self, z, y):
        """The sum of the losses, the number of right answers, and the gradient of the mean loss by the logits."""
        size = len(y)
        if outputs(self.recipe) == 1:
            z, t = z[:, 0], y.astype(np.float32)
            total = float((np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))).sum())
            gradient = ((1 / (1 + np.exp(-z)) - t) / np.float32(size))[:, None]
            return total, int(((z >= 0) == (y == 1)).sum()), gradient
        rows = np.arange(size)
        z -= z.max(1, keepdims=True)
        correct = int((z.argmax(1) == y).sum())
        p = np.exp(z)
        sums = p.sum(1, keepdims=True)
        total = float(np.log(sums).sum() - z[rows, y].sum())
        p /= sums
        p[rows, y] -= 1
        p /= np.float32(size)
        return total, correct, p

    def epoch(self, number):
        learning_rate = np.float32(rate(self.recipe, number))
        order = self.random.permutation(len(self.x))
        total, correct, size = 0.0, 0, self.recipe["batchSize"]
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            y = self.y[batch]
            layers = self.forward(self.x[batch])
            batch_loss, right, dz = self.loss(layers.pop(), y)
            total += batch_loss
            correct += right
            self.steps += 1
            for i in range(len(self.weights) - 1, -1, -1):
                dw, db = layers[i].T @ dz, dz.sum(0)
                if i > 0:
                    dz = dz @ self.weights[i].T
                    dz *= layers[i] > 0
                self.update(i, self.weights[i], dw, learning_rate)
                self.update(len(self.weights) + i, self.biases[i], db, learning_rate)
        return total / len(order), correct / len(order)

    def update(self, index, value, gradient, learning_rate):
        if not self.adam:
            gradient *= learning_rate
            value -= gradient
            return
        mean, square = self.memory[index]
        mean *= np.float32(0.9)
        mean += np.float32(0.1) * gradient
        square *= np.float32(0.999)
        gradient *= gradient
        gradient *= np.float32(0.001)
        square += gradient
        root = np.sqrt(square)
        root /= np.float32((1 - 0.999**self.steps) ** 0.5)
        root += np.float32(1e-8)
        np.divide(mean, root, out=root)
        root *= np.float32(learning_rate / (1 - 0.9**self.steps))
        value -= root

    def accuracy(self, x, y):
        return float((self.forward(x)[-1].argmax(1) == y).mean())


serve(Numpy, {"NumPy": np.__version__})
