"""Reads what we wrote, and writes what others would, with h5py.

    python h5py_files.py FOLDER

describes FOLDER/ours.h5 as JSON on its output, and puts the other files there.
"""

import json
import os
import sys

import h5py
import numpy as np

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name)


def plain(value):
    """What JSON can say of a value from a file."""
    if isinstance(value, bytes):
        return value.decode("utf8")
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.tolist()]
    return value.item() if isinstance(value, np.generic) else value


with h5py.File(path("ours.h5"), "r") as file:
    described = {"attributes": {name: plain(value) for name, value in file.attrs.items()}, "datasets": {}}
    for name, dataset in file.items():
        described["datasets"][name] = {
            "dtype": str(dataset.dtype),
            "shape": list(dataset.shape),
            "compression": dataset.compression,
            "chunks": dataset.chunks and list(dataset.chunks),
            "sum": None if dataset.dtype.kind == "S" else float(np.sum(dataset[...], dtype=np.float64)),
            "texts": plain(dataset[...]) if dataset.dtype.kind == "S" else None,
        }
    print(json.dumps(described))

# The layout of a well-known course on deep learning.
images = (np.arange(5 * 4 * 4 * 3) % 256).astype(np.uint8).reshape(5, 4, 4, 3)
with h5py.File(path("course.h5"), "w") as file:
    file["train_set_x"] = images
    file["train_set_y"] = np.array([0, 1, 1, 0, 1], dtype=np.int64)
    file["list_classes"] = np.array([b"non-cat", b"cat"])

with h5py.File(path("kinds.h5"), "w") as file:
    for dtype in ["i1", "u1", "<i2", ">i4", "<u4", ">f8", "<f4"]:
        file[dtype.replace("<", "little-").replace(">", "big-")] = np.array([1, 2, 100], dtype=dtype)
    file["large"] = np.array([2**40, -1], dtype=np.int64)
    file["scalar"] = np.float32(2.5)
    file["texts"] = ["eins", "zwei ü"]  # of variable length
    file.attrs["text"] = "größer"  # of variable length
    file.attrs["texts"] = ["a", "bc"]
    file.attrs["number"] = 3
    file.attrs["reference"] = file["large"].ref
    file.attrs["empty"] = h5py.Empty("f")
    file.create_dataset("packed", data=images, compression="gzip", shuffle=True, chunks=(2, 4, 4, 3))

with h5py.File(path("secret.h5"), "w") as file:
    file["x"] = np.arange(3.0)
with open(path("secret.bin"), "wb") as file:
    file.write(b"secret" * 100)


def hostile(name, make):
    with h5py.File(path(name + ".h5"), "w", libver="latest") as file:
        make(file)


def virtual(file):
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8")
    layout[:] = h5py.VirtualSource(path("secret.h5"), "x", shape=(3,))
    file.create_virtual_dataset("x", layout)


def deep(file):
    group = file
    for _ in range(100):
        group = group.create_group("g")


def cycle(file):
    file.create_group("a")["b"] = file["/"]


def bushes(file):
    """A billion paths with forty groups: each holds the next one twice."""
    group = file.create_group("a")
    for _ in range(30):
        following = group.create_group("a")
        group["b"] = following
        group = following


def many(file):
    for i in range(21_000):
        file.create_group(str(i))


hostile("virtual", virtual)
hostile(
    "external-storage",
    lambda file: file.create_dataset("x", (100,), "u1", external=[(path("secret.bin"), 0, 100)]),
)
hostile("external-link", lambda file: file.__setitem__("x", h5py.ExternalLink(path("secret.h5"), "/x")))
hostile("soft-link", lambda file: file.__setitem__("x", h5py.SoftLink("/y")))
hostile("unwritten", lambda file: file.create_dataset("x", (2**34,), "f4", chunks=(1024,)))
hostile("huge", lambda file: file.create_dataset("x", (2**40, 2**20), "f8", chunks=(1, 1024), compression="gzip"))
hostile("bomb", lambda file: file.create_dataset("x", data=np.zeros(2**26, "u1"), compression="gzip", chunks=(2**20,)))
hostile("deep", deep)
hostile("cycle", cycle)
hostile("bushes", bushes)
hostile("many", many)
hostile("compound", lambda file: file.__setitem__("x", np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])))
hostile("half-precision", lambda file: file.__setitem__("x", np.zeros(3, dtype="f2")))
hostile("other-filter", lambda file: file.create_dataset("x", data=np.zeros(1000), compression="lzf"))
