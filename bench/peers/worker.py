"""What all Python contestants share: commands come as JSON lines on stdin, each is answered by one line on stdout."""

import json
import math
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402: reads the variables when it is imported


def read(data):
    """Samples [count, features] from 0 to 1, and labels."""
    count, features = data["count"], data["features"]
    images = np.fromfile(data["images"], np.uint8, count * features, offset=data["imagesOffset"])
    labels = np.fromfile(data["labels"], np.uint8, count, offset=data["labelsOffset"])
    return images.reshape(count, features) / np.float32(255), labels.astype(np.int64)


def outputs(recipe):
    return 1 if recipe["data"]["classes"] == 2 else recipe["data"]["classes"]


def first_weights(recipe, seed):
    """Weights [in, out] of each Dense layer: He for ReLU, Xavier for the last."""
    sizes = recipe["sizes"]
    random = np.random.default_rng(seed)
    pairs = list(zip(sizes, sizes[1:]))
    last = len(pairs) - 1
    return [
        (random.standard_normal((a, b)) * math.sqrt(2 / (a + b) if i == last else 2 / a)).astype(np.float32)
        for i, (a, b) in enumerate(pairs)
    ]


def rate(recipe, epoch):
    return recipe["learningRate"] * math.exp(-recipe["decay"] * epoch)


def serve(contestant, versions):
    """contestant(recipe, seed, x, y) has epoch(number) -> (loss, accuracy) and, for "reach", accuracy(x, y)."""
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    state = {}

    def repeat():
        recipe = state["recipe"]
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(recipe["epochs"]):
            loss, accuracy = state["trained"].epoch(state["epoch"])
            state["epoch"] += 1
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        scale = 1000 / recipe["epochs"]
        return {"milliseconds": wall * scale, "cpu": cpu * scale, "loss": loss, "accuracy": accuracy}

    def reach(command):
        recipe = state["recipe"]
        trained = contestant(recipe, command["seed"], *state["data"])
        test, seconds = read(recipe["test"]), 0
        for epoch in range(30):
            before = time.perf_counter()
            trained.epoch(epoch)
            seconds += time.perf_counter() - before
            accuracy = trained.accuracy(*test)
            if accuracy >= command["accuracy"]:
                break
        return {"seconds": seconds, "epochs": epoch + 1, "accuracy": accuracy}

    def answer(command):
        if command["do"] == "hello":
            return {"versions": versions}
        if command["do"] == "setup":
            recipe = command["recipe"]
            data = read(recipe["data"])
            state.update(recipe=recipe, data=data, epoch=0)
            state["trained"] = contestant(recipe, recipe["seed"], *data)
            return {}
        return repeat() if command["do"] == "repeat" else reach(command)

    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        reply = {key: None if value != value else value for key, value in reply.items()}
        print(json.dumps(reply, default=float), file=answers, flush=True)
