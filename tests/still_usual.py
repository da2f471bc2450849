#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What good tiles show: the constants of tools/pinhole/line_evidence.cpp.

  still_usual.py EVAL.json [EVAL.json ...]

Each file is what `pinhole eval M --data PART --json` says of a validation part (still_validation.py --fold K) and a model
of recipe surface-brushed that was trained on its train/good. Of each part of the score, over the good pictures of all
files: the mean in a picture of 100,000 pixels, the rise with each e-fold of pixels, and the deviation. Needs numpy.
"""

import json
import pathlib
import sys

import numpy as np

rows = [row["parts"] for file in sys.argv[1:] for row in json.loads(pathlib.Path(file).read_text())["per_image"]
        if row["kind"] == "good"]
size = np.log([row["pixels"] / 1e5 for row in rows])
for part in ("odds", "near", "far", "wide"):
    value = np.array([row[part] for row in rows])
    rise, mean = np.polyfit(size, value, 1)
    deviation = (value - mean - rise * size).std()
    print(f"{part:5} mean {mean:.3f}  rise {rise:.3f}  deviation {deviation:.3f}  correlation with size "
          f"{np.corrcoef(size, value)[0, 1]:.2f}  {len(rows)} pictures")
