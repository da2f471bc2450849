#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers that ranking_test.cpp compares with: scikit-learn's, and AUPRO by SciPy's labels from its definition.

    python3 tests/image/ranking_reference.py     (needs numpy scipy scikit-learn)
"""
import numpy as np
import scipy.ndimage
from sklearn.metrics import average_precision_score, roc_auc_score


def scores(count, factor, step):
    """Many ties, no library's random numbers."""
    i = np.arange(count)
    return (i * factor % 101 + step * (i % 7)) / 128


normal, anomalous = scores(200, 37, 1), scores(90, 53, 6)
labels = np.r_[np.zeros(200), np.ones(90)]
both = np.r_[normal, anomalous]
print(f"auroc {roc_auc_score(labels, both):.12f} average precision {average_precision_score(labels, both):.12f}")

height, width = 40, 50
y, x = np.mgrid[:height, :width]
mask = ((y - 10) ** 2 + (x - 12) ** 2 < 40) | (np.abs(y - x + 8) < 2) & (y > 25) | (y == 3) & (x > 40)
heat = ((x * 7 + y * 13) % 32 + np.where(mask, (x * 5 + y * 3) % 29, 0)).astype(np.float32) / 64
regions, count = scipy.ndimage.label(mask, structure=np.ones((3, 3)))
print(f"regions {count}, pixels {[int((regions == i + 1).sum()) for i in range(count)]}")
print(f"pixel auroc {roc_auc_score(mask.ravel(), heat.ravel()):.12f} "
      f"average precision {average_precision_score(mask.ravel(), heat.ravel()):.12f}")
for limit in (0.3, 0.05, 1):
    false_share, overlap = [0.0], [0.0]
    for threshold in np.unique(heat)[::-1]:
        above = heat >= threshold
        false_share.append((above & ~mask).sum() / (~mask).sum())
        overlap.append(np.mean([above[regions == i + 1].mean() for i in range(count)]))
    area = 0.0
    for i in range(1, len(false_share)):
        f0, f1, p0, p1 = *false_share[i - 1:i + 1], *overlap[i - 1:i + 1]
        if f0 >= limit or f1 == f0:
            continue
        end = min(f1, limit)
        p_end = p0 + (p1 - p0) * (end - f0) / (f1 - f0)
        area += (end - f0) * (p0 + p_end) / 2
    print(f"aupro to {limit}: {area / limit:.12f}")
