"""Opens our models in Keras, and makes some there.

    KERAS_BACKEND=jax python keras_models.py FOLDER

writes what FOLDER/ours-*.h5 predict for the samples in FOLDER/samples.h5 into FOLDER/predictions.h5, and makes the models
FOLDER/keras-*.h5 with numbers as training would leave them, whose predictions it writes there as well.
"""

import os
import sys

import h5py
import keras
import numpy as np
from keras import layers

folder = sys.argv[1]
random = np.random.default_rng(1)


def path(name):
    return os.path.join(folder, name)


with h5py.File(path("samples.h5"), "r") as file:
    samples = {name: file[name][...] for name in file}

predictions = {}
for name in sorted(os.listdir(folder)):
    if name.startswith("ours-") and name.endswith(".h5"):
        model = keras.models.load_model(path(name))
        inputs = samples["x".join(str(length) for length in model.input_shape[1:])]
        predictions[name] = np.asarray(model(inputs, training=False))


def save(name, model):
    """Saves a model with numbers that are nowhere zeros or ones, and what it predicts."""
    for weights in model.weights:
        value = random.normal(0, 0.3, weights.shape)
        weights.assign(0.5 + np.abs(value) if "variance" in weights.name else value)
    inputs = samples["x".join(str(length) for length in model.input_shape[1:])]
    predictions[name] = np.asarray(model(inputs, training=False))
    model.save(path(name))


save(
    "keras-every.h5",
    keras.Sequential(
        [
            keras.Input((12, 10, 3)),
            layers.Rescaling(2.0, -1.0),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(5, (3, 2), strides=(2, 1), activation="tanh", name="a_name_of_its_own"),
            layers.BatchNormalization(center=False, scale=False, epsilon=0.01),
            layers.ReLU(),
            layers.MaxPooling2D((2, 2), strides=1, padding="same"),
            layers.Dropout(0.3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5, activation="sigmoid", use_bias=False),
            layers.Dense(3),
            layers.Softmax(),
        ]
    ),
)
save(
    "keras-rows.h5",
    keras.Sequential(
        [
            keras.Input((4, 4, 3)),
            layers.Flatten(),
            layers.Dense(6, activation=keras.activations.relu),
            layers.BatchNormalization(),
            layers.Dense(1, activation="sigmoid"),
        ]
    ),
)
compiled = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(2, activation="softmax")])
compiled.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
save("keras-compiled.h5", compiled)

inputs = keras.Input((4, 4, 3))
keras.Model(inputs, layers.Dense(2)(layers.Flatten()(inputs))).save(path("functional.h5"))
keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(2, 3, dilation_rate=2)]).save(path("dilated.h5"))
keras.Sequential([keras.Input((4, 4, 3)), layers.AveragePooling2D(2)]).save(path("average.h5"))
keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x)]).save(path("lambda.h5"))
compiled.save(path("model.keras"))

with h5py.File(path("predictions.h5"), "w") as file:
    for name, values in predictions.items():
        file[name] = values
