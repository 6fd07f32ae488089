"""PyTorch as its tutorials train: eager, modules and torch.optim."""

from worker import first_weights, outputs, rate, serve  # isort: skip (sets the number of threads)
import math

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)


class Torch:
    def __init__(self, recipe, seed, x, y):
        torch.manual_seed(seed)
        self.recipe = recipe
        self.binary = outputs(recipe) == 1
        self.x = torch.from_numpy(x)
        self.y = torch.from_numpy(y.astype(np.float32)[:, None] if self.binary else y)
        if recipe["sizes"] == "cnn":
            self.x = self.x.reshape(-1, 1, 28, 28)
            self.network = convolutional()
        else:
            self.network = dense(first_weights(recipe, seed))
        self.loss = nn.BCEWithLogitsLoss() if self.binary else nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam if recipe["optimizer"] == "adam" else torch.optim.SGD
        self.optimizer = optimizer(self.network.parameters(), lr=recipe["learningRate"])

    def epoch(self, number):
        for group in self.optimizer.param_groups:
            group["lr"] = rate(self.recipe, number)
        order = torch.randperm(len(self.x))
        total, correct = 0.0, 0
        for batch in order.split(self.recipe["batchSize"]):
            y = self.y[batch]
            self.optimizer.zero_grad()
            z = self.network(self.x[batch])
            loss = self.loss(z, y)
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(batch)
            right = (z >= 0) == (y == 1) if self.binary else z.argmax(1) == y
            correct += right.sum().item()
        return total / len(order), correct / len(order)

    def accuracy(self, x, y):
        with torch.no_grad():
            return (self.network(torch.from_numpy(x)).argmax(1).numpy() == y).mean()


def dense(weights):
    layers = []
    for w in weights:
        layer = nn.Linear(*w.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(w.T))
            layer.bias.zero_()
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convolutional():
    layers = [
        *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(16 * 7 * 7, 10)),
    ]
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, std=math.sqrt(2 / (9 * layer.in_channels)))
            nn.init.zeros_(layer.bias)
    nn.init.normal_(layers[-1].weight, std=math.sqrt(2 / (16 * 7 * 7 + 10)))
    nn.init.zeros_(layers[-1].bias)
    return nn.Sequential(*layers)


serve(Torch, {"PyTorch": torch.__version__})
