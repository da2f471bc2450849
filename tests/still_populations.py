#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much an image AUROC hangs on which tiles happen to be defective.

  still_populations.py PART EVAL.json [EVAL.json ...] [--draws 400]

PART is a validation part of still_validation.py, where each good tile also exists with a defect of each kind; EVAL.json is
what `pinhole eval M --data PART --json` says of it. Over and over, half of the groups of look-alikes give the defective
pictures and the other half the good ones, as in a test set whose defective tiles are others than its good ones. Prints the
AUROC over all tiles and the 10th, 50th and 90th percentile over the draws. Needs numpy and Pillow.
"""

import argparse
import json
import pathlib

import numpy as np
from PIL import Image

from still_ranks import auroc
from still_validation import groups_of


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("part", type=pathlib.Path)
    parser.add_argument("result", type=pathlib.Path, nargs="+")
    parser.add_argument("--draws", type=int, default=400)
    options = parser.parse_args()
    files = sorted((options.part / "test/good").glob("*.jpg"))
    group = groups_of([np.asarray(Image.open(f).convert("L")) for f in files])
    print(f"{len(files)} good tiles in {len(np.unique(group))} groups")
    for result in options.result:
        scores = {}
        for row in json.loads(result.read_text())["per_image"]:
            scores.setdefault(row["kind"], {})[row["image"]] = row["score"]
        good = np.array([scores["good"][f.name] for f in files])
        for kind in sorted(set(scores) - {"good"}):
            defective = np.array([scores[kind][f.name] for f in files])
            rng, drawn = np.random.default_rng(0), []
            while len(drawn) < options.draws:
                half = np.isin(group, rng.permutation(np.unique(group))[::2])
                drawn.append(auroc(good[~half], defective[half]))
            low, middle, high = np.percentile(drawn, (10, 50, 90))
            print(f"{result.stem:12} {kind:10} {auroc(good, defective):.3f}  draws {low:.3f} {middle:.3f} {high:.3f}")


main()
