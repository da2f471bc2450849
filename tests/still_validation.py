#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a validation part out of good pictures alone, so that nothing is chosen on a test set.

  still_validation.py GOOD OUT [--share 0.25] [--seed 0]
  still_validation.py GOOD OUT --fold K      of four, 0 to 3: every picture is held out in one of them

Look-alikes (correlation of 32 x 32 thumbnails above 0.9, taken transitively) stay on one side of the split. OUT gets the
usual layout: train/good, test/good, test/{blowhole,break,crack,crackL,crackM,crackH} with defects drawn here,
ground_truth. They are drawn otherwise than the trainer's own (src/train/defect.cpp): Gaussian pits with a lit rim, lines
by midpoint displacement, thresholded noise fields; crackL, crackM and crackH are long, may branch, and take 10 to 25, 20
to 40 and 35 to 70 % of the light. A fold also has crackW: wide, 12 to 35 %, and crackDown and crackAcross: one long
line each, within 10 degrees of the streaks or of a row, 20 to 40 %. Needs numpy and Pillow.
"""

import argparse
import pathlib
import shutil

import numpy as np
from PIL import Image


def groups_of(pictures, limit=0.9):
    """Group number of each picture."""
    thumbs = np.stack([np.asarray(Image.fromarray(p).resize((32, 32), Image.Resampling.BOX), float).ravel()
                       for p in pictures])
    thumbs -= thumbs.mean(1, keepdims=True)
    thumbs /= np.linalg.norm(thumbs, axis=1, keepdims=True)
    alike = thumbs @ thumbs.T > limit
    shape = np.array([p.shape for p in pictures], float)
    ratio = shape[:, 0] / shape[:, 1]
    alike &= np.abs(np.log(ratio[:, None] / ratio[None])) < 0.15
    group = np.full(len(pictures), -1)
    for first in range(len(pictures)):
        if group[first] >= 0:
            continue
        waiting = [first]
        while waiting:
            at = waiting.pop()
            if group[at] < 0:
                group[at] = first
                waiting += list(np.flatnonzero(alike[at] & (group < 0)))
    return group


def field(rng, shape, grain):
    """Smooth noise of about unit deviation."""
    small = rng.standard_normal((int(shape[0] / grain) + 3, int(shape[1] / grain) + 3)).astype(np.float32)
    large = np.asarray(Image.fromarray(small).resize((shape[1], shape[0]), Image.Resampling.BICUBIC))
    return large / (large.std() + 1e-6)


def blowhole(rng, picture):
    height, width = picture.shape
    mask = np.zeros(picture.shape, bool)
    for _ in range(rng.integers(1, 3)):
        radius = np.exp(rng.uniform(np.log(2), np.log(9)))
        middle = rng.uniform(0.08, 0.92, 2) * (height, width)
        yy, xx = np.mgrid[:height, :width] - middle[:, None, None]
        turn, squeeze = rng.uniform(0, np.pi), rng.uniform(0.5, 1)
        u, v = yy * np.cos(turn) + xx * np.sin(turn), (xx * np.cos(turn) - yy * np.sin(turn)) / squeeze
        light, side = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0.6, 1.1)
        pit = np.exp(-((u * u + v * v) / radius**2) ** rng.uniform(0.8, 2))
        u, v = u - side * np.cos(light), v - side * np.sin(light)
        rim = np.exp(-(u * u + v * v) / (0.6 * radius) ** 2)
        picture = picture * (1 - rng.uniform(0.25, 0.75) * pit + rng.uniform(0, 0.4) * rim)
        mask |= pit > 0.4
    return picture, mask


def displaced(rng, start, end, roughness):
    """257 points from one end to the other: midpoint displacement."""
    points = np.array([start, end])
    while len(points) < 257:
        middle = (points[1:] + points[:-1]) / 2
        step = np.linalg.norm(points[1:] - points[:-1], axis=1, keepdims=True)
        middle += rng.standard_normal(middle.shape) * roughness * step
        points = np.insert(points, range(1, len(points)), middle, axis=0)
    return points


def crack(rng, picture):
    height, width = picture.shape
    length = np.exp(rng.uniform(np.log(25), np.log(160)))
    turn, start = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.85, 2) * (height, width)
    end = start + length * np.array([np.sin(turn), np.cos(turn)])
    points = displaced(rng, start, end, rng.uniform(0.08, 0.3))
    depth = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, 9), rng.uniform(0.2, 1, 9))
    size, strength = rng.uniform(0.6, 1.3), rng.uniform(0.2, 0.6)
    dark = np.zeros(picture.shape)
    for (y, x), d in zip(points, depth):
        y0, x0 = max(int(y) - 5, 0), max(int(x) - 5, 0)
        part = dark[y0:int(y) + 6, x0:int(x) + 6]
        if y < 0 or x < 0 or part.size == 0:
            continue
        yy, xx = np.mgrid[y0:y0 + part.shape[0], x0:x0 + part.shape[1]]
        np.maximum(part, d * np.exp(-((yy - y) ** 2 + (xx - x) ** 2) / (2 * size * size)), out=part)
    return picture * (1 - strength * dark), dark > 0.15


def drawn(shape, points, width, depth):
    """Along the points Gaussians of these widths (pixels) and depths; the largest counts."""
    dark = np.zeros(shape)
    reach = int(3 * width.max() + 2)
    for (y, x), d, w in zip(points, depth, width):
        y0, x0 = max(int(y) - reach, 0), max(int(x) - reach, 0)
        part = dark[y0:int(y) + reach + 1, x0:int(x) + reach + 1]
        if y < -reach or x < -reach or part.size == 0:
            continue
        yy, xx = np.mgrid[y0:y0 + part.shape[0], x0:x0 + part.shape[1]]
        np.maximum(part, d * np.exp(-((yy - y)**2 + (xx - x)**2) / (2 * w * w)), out=part)
    return dark


def long_crack(rng, picture, least, most):
    """Takes a share of the light between `least` and `most`."""
    height, width = picture.shape
    length = np.exp(rng.uniform(np.log(40), np.log(0.9 * min(height, width))))
    branches = 1 + (rng.uniform() < 0.35)
    middle = rng.uniform(0.2, 0.8, 2) * (height, width)
    thick = np.exp(rng.uniform(np.log(0.7), np.log(2.2)))
    along = np.linspace(0, 1, 257)
    dark, stem = np.zeros(picture.shape), None
    for branch in range(branches):
        span = length * (1 if branch == 0 else rng.uniform(0.3, 0.7))
        roughness, turn = rng.uniform(0.03, 0.25), rng.uniform(0, 2 * np.pi)
        points = displaced(rng, np.zeros(2), np.array([np.sin(turn), np.cos(turn)]) * span, roughness)
        points -= points.mean(0)
        points = points + middle if stem is None else points - points[0] + stem[rng.integers(len(stem))]
        stem = points if stem is None else stem
        depth = np.interp(along, np.linspace(0, 1, 12), rng.uniform(0.35, 1, 12))
        widths = thick * np.interp(along, np.linspace(0, 1, 8), rng.uniform(0.6, 1.3, 8))
        dark = np.maximum(dark, drawn(picture.shape, points, widths, depth))
    return picture * (1 - np.exp(rng.uniform(np.log(least), np.log(most))) * dark), dark > 0.3


LONG_CRACKS = (("crackL", 0.1, 0.25, 1), ("crackM", 0.2, 0.4, 2), ("crackH", 0.35, 0.7, 3))  # light taken; seed


def single_crack(rng, picture, turns, longest, thick, light):
    """One line of at most that length, between these angles to the rows; its width, and its share of the light."""
    height, width = picture.shape
    length = np.exp(rng.uniform(np.log(60), np.log(longest)))
    turn = rng.uniform(*turns)
    points = displaced(rng, np.zeros(2), np.array([np.sin(turn), np.cos(turn)]) * length, rng.uniform(0.03, 0.2))
    points += rng.uniform(0.2, 0.8, 2) * (height, width) - points.mean(0)
    along = np.linspace(0, 1, 257)
    size = np.exp(rng.uniform(*np.log(thick)))
    widths = size * np.interp(along, np.linspace(0, 1, 8), rng.uniform(0.6, 1.3, 8))
    depth = np.interp(along, np.linspace(0, 1, 12), rng.uniform(0.35, 1, 12))
    dark = drawn(picture.shape, points, widths, depth)
    return picture * (1 - np.exp(rng.uniform(*np.log(light))) * dark), dark > 0.3


def wide_crack(rng, picture):
    return single_crack(rng, picture, (0, 2 * np.pi), min(picture.shape), (2, 5), (0.12, 0.35))


def directed_crack(rng, picture, degrees):
    turns = np.deg2rad([degrees - 10, degrees + 10])
    return single_crack(rng, picture, turns, 0.9 * min(picture.shape), (0.7, 2.2), (0.2, 0.4))


def broken(rng, picture):
    height, width = picture.shape
    size = np.exp(rng.uniform(np.log(14), np.log(70)))
    middle = rng.uniform(0, 1, 2) * (height, width)
    if rng.uniform() < 0.6:  # along an edge of the tile
        middle[rng.integers(2)] *= 0.1
    yy, xx = np.mgrid[:height, :width] - middle[:, None, None]
    bump = 1.2 - np.hypot(yy * rng.uniform(0.6, 1.6), xx) / (size / 2) + 0.45 * field(rng, picture.shape, size / 3)
    mask = bump > 0.3
    texture = sum(field(rng, picture.shape, grain) * grain**0.5 for grain in (2, 5, 12))
    texture /= texture.std()
    level = np.median(picture[mask]) if mask.any() else 0
    other = level * rng.uniform(0.4, 1.5) + level * rng.uniform(0.1, 0.35) * texture
    share = np.clip((bump - 0.3) * 6 + 0.5, 0, 1) * rng.uniform(0.6, 1)
    return picture + share * (other - picture), mask


def save(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8)).save(path, quality=95)


SMALL = (("blowhole", blowhole), ("break", broken), ("crack", crack))


def drawn_small(rng, picture, make):
    mask = np.zeros(1, bool)
    while not 20 <= mask.sum() <= 0.2 * picture.size:
        defective, mask = make(rng, picture)
    return defective, mask


def drawn_long(rng, picture, make, *light):
    mask = np.zeros(1, bool)
    while mask.sum() < 60:
        defective, mask = make(rng, picture, *light)
    return defective, mask


class Part:
    """A validation part in the making; `held` says which of the files are held out."""

    def __init__(self, out, files, held):
        self.out, self.files, self.held = out, files, held
        if out.exists():
            shutil.rmtree(out)
        for folder in ("train/good", "test/good"):
            (out / folder).mkdir(parents=True)
        for i, f in enumerate(files):
            shutil.copy(f, out / ("test/good" if held[i] else "train/good"))

    def add(self, kind, i, picture, mask):
        save(self.out / "test" / kind / self.files[i].name, picture)
        save(self.out / "ground_truth" / kind / (self.files[i].stem + "_mask.png"), mask * 255.0)


def held_share(rng, group, share):
    held = np.zeros(len(group), bool)
    for number in rng.permutation(np.unique(group)):
        if held.sum() + (group == number).sum() <= share * len(group):
            held |= group == number
    return held


def fold_of(group, folds=4):
    """Each picture's fold: the groups are dealt to the smallest fold, the largest first."""
    order = np.random.default_rng(77).permutation(np.unique(group))
    fold, sizes = np.zeros(len(group), int), np.zeros(folds, int)
    for number in sorted(order, key=lambda n: -(group == n).sum()):
        fold[group == number] = sizes.argmin()
        sizes[sizes.argmin()] += (group == number).sum()
    return fold


def make_share(part, pictures, rng):
    held = np.flatnonzero(part.held)
    for i in held:
        for kind, make in SMALL:
            part.add(kind, i, *drawn_small(rng, pictures[i], make))
    for kind, least, most, seed in LONG_CRACKS:
        rng = np.random.default_rng(seed)
        for i in held:
            part.add(kind, i, *drawn_long(rng, pictures[i], long_crack, least, most))


def make_fold(part, pictures):
    """A picture's defects are the same whatever its fold is: they are drawn on all, in order, and few are kept."""
    kinds = [(kind, drawn_small, (make,)) for kind, make in SMALL]
    kinds += [(kind, drawn_long, (long_crack, least, most)) for kind, least, most, _ in LONG_CRACKS]
    draws = [(kind, draw, how, 1000 + i) for i, (kind, draw, how) in enumerate(kinds)]
    draws += [("crackW", drawn_long, (wide_crack,), 9), ("crackDown", drawn_long, (directed_crack, 90), 10),
              ("crackAcross", drawn_long, (directed_crack, 0), 11)]
    for kind, draw, how, seed in draws:
        rng = np.random.default_rng(seed)
        for i, picture in enumerate(pictures):
            defective = draw(rng, picture, *how)
            if part.held[i]:
                part.add(kind, i, *defective)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("good", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fold", type=int, choices=range(4))
    options = parser.parse_args()
    files = sorted(options.good.glob("*.jpg"))
    pictures = [np.asarray(Image.open(f).convert("L")) for f in files]
    group = groups_of(pictures)
    pictures = [picture.astype(float) for picture in pictures]
    if options.fold is None:
        rng = np.random.default_rng(options.seed)
        part = Part(options.out, files, held_share(rng, group, options.share))
        make_share(part, pictures, rng)
    else:
        part = Part(options.out, files, fold_of(group) == options.fold)
        make_fold(part, pictures)
    print(f"{len(files)} pictures in {len(np.unique(group))} groups; {part.held.sum()} held out; "
          f"largest group {np.bincount(group).max()}")


if __name__ == "__main__":
    main()
