#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What good tiles show: the constants of tools/pinhole/line_evidence.cpp.

  still_usual.py EVAL.json [EVAL.json ...]

Each file is what `pinhole eval M --data PART --json` says of a validation part (still_validation.py --fold K) and a model
of recipe surface-brushed that was trained on its train/good. Of each part of the score, over the good pictures of all
files: {the mean in a picture of 100,000 pixels, the rise with each e-fold of pixels, the deviation}. Needs numpy.
"""

import json
import pathlib
import sys

import numpy as np

rows = [row["parts"] for file in sys.argv[1:] for row in json.loads(pathlib.Path(file).read_text())["per_image"]
        if row["kind"] == "good"]
size = np.log([row["pixels"] / 1e5 for row in rows])


def usual(name, values):
    value = np.array(values, float)
    fits = np.isfinite(value)  # else null: the picture is too small for such paths
    rise, mean = np.polyfit(size[fits], value[fits], 1)
    deviation = (value - mean - rise * size)[fits].std()
    print(f"{name:13} {{{mean:.3f}, {rise:.3f}, {deviation:.3f}}}  correlation with size "
          f"{np.corrcoef(size[fits], value[fits])[0, 1]:.2f}  {fits.sum()} pictures")


usual("odds", [row["odds"] for row in rows])
for part in ("near", "far", "wide"):
    for direction in ("across", "down", "falling", "rising"):
        usual(f"{part} {direction}", [row[part][direction] for row in rows])
