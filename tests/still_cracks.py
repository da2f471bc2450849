#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts real cracks of another material on good tiles, so that a crack's shape is not of one's own making.

  still_cracks.py CHECKOUT FOLD OUT

CHECKOUT: a copy of github.com/cuilimeng/CrackForest-dataset (118 pictures of cracked road with pixel masks; Shi et al.,
"Automatic road crack detection using random structured forests", 2016; for research only, nothing of it is in this
tree). FOLD: what still_validation.py --fold made. OUT gets its good pictures and test/{forestL,forestM,forestH} with
ground_truth: how much darker than the road around it a crack is, pixel by pixel, scaled to 0.35 to 0.8 of its size,
turned by right angles, put on a tile and taking 10 to 25, 20 to 40 and 35 to 70 % of its light. Every second picture of
the road alone is used; the others are free to learn from. Needs numpy, scipy and Pillow.
"""

import argparse
import pathlib
import shutil

import numpy as np
import scipy.io
from PIL import Image
from scipy import ndimage

from still_validation import save

KINDS = (("forestL", 0.1, 0.25, 1), ("forestM", 0.2, 0.4, 2), ("forestH", 0.35, 0.7, 3))  # light taken; seed


def darkness_of(road, crack):
    """The share of the light around it that the crack takes, its darker part being 1; None where it takes none."""
    away = ~ndimage.binary_dilation(crack, iterations=3)
    share = np.maximum(ndimage.gaussian_filter(away.astype(float), 10), 1e-6)
    around = ndimage.gaussian_filter(road * away, 10) / share
    dark = np.clip(1 - ndimage.gaussian_filter(road, 0.7) / around, -0.3, 1)
    near = ndimage.gaussian_filter(ndimage.binary_dilation(crack, iterations=2).astype(float), 1.5)
    dark *= np.clip(1.3 * near, 0, 1)
    usual = np.percentile(dark[crack], 85)
    return dark / usual if usual >= 0.08 else None


def cracks_of(checkout):
    cracks = []
    for number in range(1, 119, 2):
        road = np.asarray(Image.open(checkout / "image" / f"{number:03d}.jpg").convert("L"), float)
        truth = scipy.io.loadmat(checkout / "groundTruth" / f"{number:03d}.mat")["groundTruth"][0, 0]
        crack = truth["Segmentation"] == 2
        dark = darkness_of(road, crack) if crack.sum() >= 300 else None
        if dark is not None:
            cracks.append((dark, crack))
    return cracks


def resized(values, size):
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize(size, Image.Resampling.BOX))


def put(rng, picture, cracks, least, most):
    """One crack somewhere on the picture; again until enough of it lies there."""
    mask = np.zeros(picture.shape, bool)
    while mask.sum() < 60:
        dark, crack = cracks[rng.integers(len(cracks))]
        scale = np.exp(rng.uniform(np.log(0.35), np.log(0.8)))
        size = (int(dark.shape[1] * scale), int(dark.shape[0] * scale))
        dark, crack = resized(dark, size), resized(crack, size) > 0.4
        turns, mirrored = rng.integers(4), rng.uniform() < 0.5
        dark, crack = np.rot90(dark, turns), np.rot90(crack, turns)
        if mirrored:
            dark, crack = dark[:, ::-1], crack[:, ::-1]
        at = np.argwhere(crack)
        if not len(at):
            continue
        corner = (rng.uniform(0.2, 0.8, 2) * picture.shape).astype(int) - at[rng.integers(len(at))]
        taken, mask = np.zeros(picture.shape), np.zeros(picture.shape, bool)
        first, end = np.maximum(corner, 0), np.minimum(corner + dark.shape, picture.shape)
        here = tuple(slice(a, b) for a, b in zip(first, end))
        there = tuple(slice(a, b) for a, b in zip(first - corner, end - corner))
        taken[here], mask[here] = dark[there], crack[there]
    light = np.exp(rng.uniform(np.log(least), np.log(most)))
    return picture * (1 - light * np.clip(taken, -0.5, 1.6)), mask


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("fold", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    if not all((options.checkout / name).exists() for name in ("image/001.jpg", "groundTruth/001.mat")):
        parser.error(f"{options.checkout} has no image/001.jpg and groundTruth/001.mat: not the checkout that is meant")
    files = sorted((options.fold / "test" / "good").glob("*.jpg"))
    if not files:
        parser.error(f"{options.fold}/test/good has no pictures: make it by still_validation.py --fold")
    if options.out.exists():
        parser.error(f"{options.out} is there already")
    cracks = cracks_of(options.checkout)
    shutil.copytree(options.fold / "test" / "good", options.out / "test" / "good")
    for kind, least, most, seed in KINDS:
        rng = np.random.default_rng(seed)
        for file in files:
            picture, mask = put(rng, np.asarray(Image.open(file).convert("L"), float), cracks, least, most)
            save(options.out / "test" / kind / file.name, picture)
            save(options.out / "ground_truth" / kind / (file.stem + "_mask.png"), mask * 255.0)
    print(f"{len(cracks)} cracks, {len(files)} good pictures")


if __name__ == "__main__":
    main()
