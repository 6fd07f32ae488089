"""scikit-learn's MLPClassifier. It computes the loss of an epoch by itself, but no accuracy."""

from worker import first_weights, rate, serve  # isort: skip (sets the number of threads)
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier


class ScikitLearn:
    def __init__(self, recipe, seed, x, y):
        self.recipe, self.x, self.y = recipe, x, y
        self.network = MLPClassifier(
            hidden_layer_sizes=recipe["sizes"][1:-1],
            activation="relu",
            solver=recipe["optimizer"],
            alpha=0.0,
            batch_size=recipe["batchSize"],
            learning_rate_init=recipe["learningRate"],
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=True,
            random_state=np.random.RandomState(seed),
        )
        classes = np.arange(recipe["data"]["classes"])
        few = np.flatnonzero(np.arange(len(x)) < recipe["batchSize"])
        self.network.partial_fit(x[few], y[few], classes=classes)
        for old, new in zip(self.network.coefs_, first_weights(recipe, seed)):
            old[:] = new
        for bias in self.network.intercepts_:
            bias[:] = 0

    def epoch(self, number):
        self.network._optimizer.learning_rate_init = rate(self.recipe, number)
        self.network._optimizer.learning_rate = rate(self.recipe, number)
        # One call is one epoch: all batches, in a new order.
        self.network.partial_fit(self.x, self.y)
        return self.network.loss_, float("nan")

    def accuracy(self, x, y):
        return self.network.score(x, y)


serve(ScikitLearn, {"scikit-learn": sklearn.__version__})
