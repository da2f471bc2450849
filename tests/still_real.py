#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a validation part of real defects, on tiles that neither the training part nor the test part shows.

  still_real.py SOURCE TILES OUT

SOURCE is a checkout of the magnetic tiles' own repository (abin24/Magnetic-tile-defect-datasets.: MT_KIND/Imgs/*.jpg and
masks *.png), TILES the folder anomaly/magnetic_tile of the test data, which has half of its pictures. Left out is what
TILES has, what was taken within 400 of the numbers in the files' names of a picture of its test part (a good one: of
either part), and what looks like one of these (correlation of 32 x 32 thumbnails above 0.9). OUT gets the usual layout.
Needs numpy and Pillow.
"""

import argparse
import bisect
import collections
import pathlib
import re
import shutil

import numpy as np
from PIL import Image

NEAR, ALIKE, SHAPES = 400, 0.9, 0.15


def number(path):
    return int(re.search(r"num_(\d+)", path.name).group(1))


class Part:
    """Pictures from which others are to keep away."""

    def __init__(self, paths):
        self.numbers = sorted(map(number, paths))
        looks = [look(path) for path in paths]
        self.thumbs, self.shapes = np.array([thumb for thumb, _ in looks]), np.array([shape for _, shape in looks])

    def shows(self, path):
        at = bisect.bisect(self.numbers, number(path))
        if any(abs(n - number(path)) <= NEAR for n in self.numbers[max(at - 1, 0):at + 1]):
            return True
        thumb, shape = look(path)
        return bool(((self.thumbs @ thumb > ALIKE) & (np.abs(self.shapes - shape) < SHAPES)).any())


def look(path):
    """Thumbnail of mean 0 and norm 1; logarithm of width over height."""
    picture = Image.open(path).convert("L")
    thumb = np.asarray(picture.resize((32, 32), Image.Resampling.BOX), float).ravel()
    thumb -= thumb.mean()
    return thumb / max(np.linalg.norm(thumb), 1e-9), np.log(picture.width / picture.height)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("source", "tiles", "out"):
        parser.add_argument(name, type=pathlib.Path)
    args = parser.parse_args()
    of_part = {part: sorted((args.tiles / part).glob("*/*.jpg")) for part in ("train", "test")}
    pictures = sorted(args.source.glob("MT_*/Imgs/*.jpg"))
    if not pictures or not all(of_part.values()):
        parser.error("SOURCE has no MT_*/Imgs/*.jpg, or TILES no train/*/*.jpg and test/*/*.jpg")
    if args.out.exists():
        parser.error(f"{args.out} is there already")
    there = {path.name for paths in of_part.values() for path in paths}
    train, test = Part(of_part["train"]), Part(of_part["test"])
    counts = collections.Counter()
    (args.out / "train").mkdir(parents=True)
    (args.out / "train" / "good").symlink_to((args.tiles / "train" / "good").resolve())
    for path in pictures:
        kind = path.parts[-3].removeprefix("MT_").lower().replace("free", "good")
        if path.name in there or test.shows(path) or (kind == "good" and train.shows(path)):
            continue
        mask = np.asarray(Image.open(path.with_suffix(".png")).convert("L")) > 127
        if kind != "good" and not mask.any():
            continue
        counts[kind] += 1
        (args.out / "test" / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, args.out / "test" / kind)
        if kind != "good":
            (args.out / "ground_truth" / kind).mkdir(parents=True, exist_ok=True)
            Image.fromarray(mask.astype(np.uint8) * 255).save(args.out / "ground_truth" / kind / f"{path.stem}_mask.png")
    print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
