#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What one Gaussian law of a filter bank's answers makes of a validation part: no network, nothing drawn.

  still_filters.py PART [--beside EVAL.json]

A picture's streaks (mean of 71 rows) are taken out, what is left is divided by its local deviation; second derivatives of
Gaussians of 1, 2, 4 and 8 pixels, the smoothed picture, the deviation and the light make 18 numbers a pixel. The score is
the mean of the hottest share of squared Mahalanobis distances from the pixels of PART/train/good. Prints the image AUROC
of every kind beside PART/test/good, and with --beside (what `pinhole eval M --data PART --json` says) that of the sums
with that model's score, both in deviations of good pictures. Needs numpy, scipy and Pillow; a minute.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image
from scipy import ndimage

from still_ranks import joined, model_scores, show

EDGE, ROWS, SCALES = 8, 71, (1, 2, 4, 8)
SHARES, WEIGHTS, JOINED = (0.001, 0.005, 0.01, 0.02), (0, 0.3, 0.6, 1), 2  # of the pixels; beside a model; which share then


def features(path):
    light = np.asarray(Image.open(path).convert("L"), np.float32)
    light = np.log((light + 8) / (light.mean() + 8))
    rest = light - ndimage.uniform_filter1d(light, ROWS, axis=0)
    deviation = np.sqrt(ndimage.gaussian_filter(rest * rest, 16)) + 0.02
    rest /= deviation
    maps = [np.log(deviation), ndimage.gaussian_filter(light, 16)]
    for scale in SCALES:
        maps.append(ndimage.gaussian_filter(rest, scale))
        maps += [ndimage.gaussian_filter(rest, scale, order=order) * scale**2 for order in ((2, 0), (1, 1), (0, 2))]
    return np.stack(maps)[:, EDGE:-EDGE, EDGE:-EDGE].reshape(len(maps), -1)


def law(paths):
    """Mean, and what whitens."""
    random = np.random.default_rng(0)
    pixels = []
    for path in paths:
        answers = features(path)
        pixels.append(answers[:, random.choice(answers.shape[1], min(600, answers.shape[1]), replace=False)])
    pixels = np.concatenate(pixels, 1)
    return pixels.mean(1, keepdims=True), np.linalg.inv(np.linalg.cholesky(np.cov(pixels)))


def scores(path, mean, whiten):
    distances = np.sort(((whiten @ (features(path) - mean))**2).sum(0))[::-1]
    return [distances[:max(1, int(len(distances) * share))].mean() for share in SHARES]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", type=pathlib.Path)
    parser.add_argument("--beside", type=pathlib.Path)
    args = parser.parse_args()
    good = sorted((args.part / "train" / "good").iterdir())
    of_law = law(good)
    paths = {folder.name: sorted(folder.iterdir()) for folder in sorted((args.part / "test").iterdir())}
    found = {kind: np.array([scores(path, *of_law) for path in files]) for kind, files in paths.items()}
    for number, share in enumerate(SHARES):
        show(f"share {share}", {kind: values[:, number] for kind, values in found.items()})
    if not args.beside:
        return
    own = {kind: np.log(values[:, JOINED]) for kind, values in found.items()}
    own = {kind: (values - own["good"].mean()) / own["good"].std() for kind, values in own.items()}
    model = model_scores(args.beside, paths)
    for weight in WEIGHTS:
        show(f"weight {weight}", joined(model, weight, own))


if __name__ == "__main__":
    main()
