#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What neighbours in feature space make of a validation part (tests/still_validation.py), as PatchCore has it (Roth et
al. 2022), with features of a network that learned from other pictures.

  still_neighbours.py MODEL PART LAYER [LAYER...] [--level SIGMA]

A place of 4 x 4 pixels is described by what the layers of MODEL say there, averaged over 3 x 3 places, each number over
its deviation. Its heat is the distance to the nearest of 8,000 places of PART/train/good, drawn at random. Prints the
image AUROC of every kind in PART/test beside PART/test/good, by the hottest place, the 20 and the 60 hottest; what good
pictures gain by their size is taken out of all. SIGMA is what a denoiser is told (0..255). Needs numpy and Pillow; with
a fast BLAS (libopenblas0) some ten minutes.
"""

import argparse
import pathlib
import sys

import numpy as np
from PIL import Image

from still_ranks import deviations, show

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tools" / "convert"))
from pinhole_file import read_file
from pinhole_model import EntryPoint
from run_numpy import run_entry

PLACE, EDGE, SIDE = 4, 8, 16  # pixels: of a place; left out at the edges; what the networks' sizes are multiples of
MEMORY, COUNTS = 8000, (1, 20, 60)
BRIGHTNESS = 0.4  # every picture's mean


def to_places(layer, factor):
    """(h, w, c) at the picture's size by `factor`, a power of two -> a row and column for each place."""
    while factor < PLACE:
        layer = (layer[::2, ::2] + layer[1::2, ::2] + layer[::2, 1::2] + layer[1::2, 1::2]) / 4
        factor *= 2
    return layer.repeat(factor // PLACE, 0).repeat(factor // PLACE, 1)


def mean_around(layer):
    rows = np.pad(layer, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return sum(rows[y:y + layer.shape[0], x:x + layer.shape[1]] for y in range(3) for x in range(3)) / 9


class Describer:
    def __init__(self, path, layers, level):
        self.model, self.level = read_file(path), level / 255
        nodes = {node.name: node for node in self.model.nodes}
        entry = self.model.entries[0]
        self.entry = EntryPoint("features", "inference", entry.inputs, [nodes[name].outputs[0] for name in layers])

    def places(self, path):
        """What is said of every place but those at the edges, (rows * columns, numbers); pixels of the picture."""
        picture = np.asarray(Image.open(path).convert("L"), float) / 255
        height, width = picture.shape
        picture = np.clip(picture * BRIGHTNESS / max(picture.mean(), 1e-3), 0, 1)
        picture = np.pad(picture, ((0, -height % SIDE), (0, -width % SIDE)), mode="reflect")
        inputs = [picture[None, :, :, None], np.full((1, 1, 1, 1), self.level)][:len(self.entry.inputs)]
        layers = run_entry(self.model, self.entry, inputs)
        said = mean_around(np.concatenate([to_places(x[0], picture.shape[0] // x.shape[1]) for x in layers], 2))
        said = said[EDGE // PLACE:(height - EDGE) // PLACE, EDGE // PLACE:(width - EDGE) // PLACE]
        return said.reshape(-1, said.shape[2]).astype(np.float32), height * width


def memory_of(describer, pictures, rng, most):
    share = 2 * most // len(pictures)
    drawn = [rng.permutation(describer.places(path)[0])[:share] for path in pictures]
    return rng.permutation(np.concatenate(drawn))[:most]


def score(describer, path, memory, deviation):
    places, pixels = describer.places(path)
    places, near = places / deviation, memory / deviation
    squares = (places**2).sum(1)[:, None] + (near**2).sum(1)[None] - 2 * places @ near.T
    falling = np.sort(np.sqrt(np.maximum(squares.min(1), 0)))[::-1]
    return [np.log(pixels)] + [falling[:count].mean() for count in COUNTS]


def judge(describer, part, most=MEMORY):
    """Prints what neighbours among `most` places of part/train/good say of part/test."""
    memory = memory_of(describer, sorted((part / "train" / "good").iterdir()), np.random.default_rng(0), most)
    deviation = memory.std(0) + 1e-6
    scores = {kind.name: np.array([score(describer, path, memory, deviation) for path in sorted(kind.iterdir())])
              for kind in sorted((part / "test").iterdir())}
    sizes = {kind: rows[:, 0] for kind, rows in scores.items()}
    for i, count in enumerate(COUNTS, 1):
        show(f"{count} hottest", deviations(sizes, {kind: rows[:, i] for kind, rows in scores.items()}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("part", type=pathlib.Path)
    parser.add_argument("layers", nargs="+")
    parser.add_argument("--level", type=float, default=15)
    options = parser.parse_args()
    judge(Describer(options.model, options.layers, options.level), options.part)


if __name__ == "__main__":
    main()
