"""Keras on PyTorch: model.fit, which shuffles and measures by itself."""

from worker import first_weights, rate, serve  # isort: skip (sets the number of threads)
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras  # noqa: E402: reads the variable when it is imported
import torch  # noqa: E402

torch.set_num_threads(1)


class Keras:
    def __init__(self, recipe, seed, x, y):
        keras.utils.set_random_seed(seed)
        self.recipe, self.x, self.y = recipe, x, y
        sizes = recipe["sizes"]
        hidden = [keras.layers.Dense(units, activation="relu") for units in sizes[1:-1]]
        output = keras.layers.Dense(sizes[-1], activation="softmax")
        self.network = keras.Sequential([keras.layers.Input((sizes[0],)), *hidden, output])
        for layer, weights in zip(self.network.layers, first_weights(recipe, seed)):
            layer.kernel.assign(weights)
        optimizer = keras.optimizers.Adam if recipe["optimizer"] == "adam" else keras.optimizers.SGD
        self.network.compile(
            optimizer=optimizer(recipe["learningRate"]),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )

    def epoch(self, number):
        self.network.optimizer.learning_rate = rate(self.recipe, number)
        size = self.recipe["batchSize"]
        history = self.network.fit(self.x, self.y, batch_size=size, epochs=1, shuffle=True, verbose=0).history
        return history["loss"][0], history["accuracy"][0]

    def accuracy(self, x, y):
        return self.network.evaluate(x, y, batch_size=1000, verbose=0)[1]


serve(Keras, {"Keras": keras.__version__, "PyTorch": torch.__version__})
