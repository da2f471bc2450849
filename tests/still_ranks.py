# SPDX-License-Identifier: Apache-2.0
"""What the scripts for still pictures (tests/still_*.py) share: how scores rank."""

import json

import numpy as np


def auroc(normal, anomalous):
    """The share of pairs in which the anomalous score is the higher one; equal ones count half."""
    above = anomalous[:, None] - normal[None]
    return (above > 0).mean() + (above == 0).mean() / 2


def deviations(sizes, scores):
    """Scores in deviations of good pictures, less what these gain by their size.

    Both by kind, "good" among them: logarithms of the pictures' pixels, and their scores.
    """
    rise, mean = np.polyfit(sizes["good"], scores["good"], 1)
    rest = {kind: values - mean - rise * sizes[kind] for kind, values in scores.items()}
    return {kind: values / rest["good"].std() for kind, values in rest.items()}


def model_scores(result, paths):
    """What RESULT (`pinhole eval M --data PART --json`) says of the pictures, `paths` by kind."""
    said = {(row["kind"], row["image"]): row["score"] for row in json.loads(result.read_text())["per_image"]}
    return {kind: np.array([said[kind, path.name] for path in files]) for kind, files in paths.items()}


def joined(model, weight, other):
    """The model's scores and those of another look, by a weight, both in deviations of good pictures; by kind."""
    return {kind: (model[kind] - model["good"].mean()) / model["good"].std() + weight * other[kind] for kind in other}


def show(name, of_kind):
    """Prints the AUROC of every kind beside the good pictures, and their mean."""
    values = {kind: auroc(of_kind["good"], scores) for kind, scores in of_kind.items() if kind != "good"}
    print(f"{name:>12}", *(f"{kind} {value:.3f}" for kind, value in values.items()), f"mean {np.mean([*values.values()]):.4f}")
