#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What restoring networks make of a validation part (tests/still_validation.py): the residual as a score.

  still_restoring.py PROGRAM PART OUT [--steps N] [--beside EVAL.json]

Trains two networks on PART/train/good, each from recipes/surface-brushed.json: `restored` learns to take the trainer's
defects out of a picture; `narrow` has no way around its 16 numbers for 16 x 16 pixels. Prints the image AUROC of every
kind in PART/test beside PART/test/good, by the mean of the residual's 20 hottest pixels, of its hottest hundredth, and of
all. EVAL.json is what `pinhole eval M --data PART --json` says of a model of recipe surface-brushed: then the residual's
hottest hundredth, in deviations of good pictures of that size and times several weights, is joined to that score too, by
the soft maximum of tools/pinhole/line_evidence.cpp. Needs numpy and Pillow; some five minutes a network on one core.
"""

import argparse
import json
import pathlib
import subprocess

import numpy as np
from PIL import Image

from still_ranks import auroc, deviations

RECIPE = pathlib.Path(__file__).parent.parent / "recipes" / "surface-brushed.json"
EDGE, SIDE = 8, 16  # left out at the edges; what the networks' sizes are multiples of
WEIGHTS, SHARPNESS = (0, 0.5, 1, 1.5, 2), 3  # of the residual beside the other parts; of the soft maximum


def recipe(name):
    it = json.loads(RECIPE.read_text())
    it["name"], it["loss"] = name, {"op": "mse_loss"}
    it["model"]["outputs"] = {"reconstruct": "restored"}
    it["data"].pop("streaks")
    it["data"]["target"] = "picture"
    layers = it["model"]["layers"]
    if name == "restored":
        layers[-1] = {"op": "add", "name": "restored", "in": ["image", "evidence"]}
    else:
        layers = [layer for layer in layers if layer["op"] != "concat"]
        layers[-1]["name"] = "restored"
        next(layer for layer in layers if layer["name"] == "sixteenth_2")["out_channels"] = 16
        it["model"]["layers"] = layers
    return it


def prepared(path, brightness):
    """As the trainer shows it, mirrored to a size that the networks take; and its own size."""
    picture = np.asarray(Image.open(path).convert("L"), float)
    height, width = picture.shape
    picture = np.clip(np.round(picture * (brightness * 255 / max(picture.mean(), 1))), 0, 255).astype(np.uint8)
    return np.pad(picture, ((0, -height % SIDE), (0, -width % SIDE)), mode="reflect"), (height, width)


def residual_scores(program, model, pictures, out, brightness):
    given, got = out / "given", out / "restored"
    given.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for path in sorted(pictures.iterdir()):
        picture, sizes[path.stem] = prepared(path, brightness)
        Image.fromarray(picture).save(given / (path.stem + ".png"))
    subprocess.run([program, "denoise", model, given, "--out", got], check=True, capture_output=True)
    scores = []
    for name, (height, width) in sizes.items():
        before, after = (np.asarray(Image.open(f / (name + ".png")).convert("L"), float) for f in (given, got))
        residual = np.abs(before - after)[EDGE:height - EDGE, EDGE:width - EDGE]
        falling = np.sort(residual.ravel())[::-1]
        scores.append([falling[:20].mean(), falling[:max(1, falling.size // 100)].mean(), falling.mean()])
    return list(sizes), np.array(scores)


def print_joined(name, scores, rows):
    """`scores`: of residuals, by kind, in the order of the files; `rows`: what eval says of each picture."""
    said = {(row["kind"], pathlib.Path(row["image"]).stem): row for row in rows}
    sizes, joined = {}, {}
    for kind, (stems, _) in scores.items():
        known = [said[kind, stem] for stem in stems]
        sizes[kind] = np.log([row["parts"]["pixels"] / 1e5 for row in known])
        joined[kind] = np.array([row["score"] for row in known])
    residual = {kind: values[:, 1] for kind, (_, values) in scores.items()}
    excess = deviations(sizes, residual)
    for weight in WEIGHTS:
        total = {kind: np.logaddexp(SHARPNESS * joined[kind], SHARPNESS * weight * values)
                 for kind, values in excess.items()}
        print(name, f"joined by {weight}:", *(f"{kind} {auroc(total['good'], values):.3f}"
                                              for kind, values in total.items() if kind != "good"), flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "part", "out"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--beside", type=pathlib.Path)
    options = parser.parse_args()
    program = options.program.resolve()
    for name in ("restored", "narrow"):
        out = options.out / name
        out.mkdir(parents=True, exist_ok=True)
        it = recipe(name)
        (out / "recipe.json").write_text(json.dumps(it, indent=2))
        steps = ["--steps", str(options.steps)] if options.steps else []
        subprocess.run([program, "train", out / "recipe.json", "--data", options.part / "train" / "good", "--seed", "0",
                        "--threads", "1", "--out", out / "model.pinhole", *steps], check=True)
        scores = {kind.name: residual_scores(program, out / "model.pinhole", kind, out / kind.name, it["data"]["brightness"])
                  for kind in sorted((options.part / "test").iterdir())}
        good = scores["good"][1]
        for kind, (_, rows) in scores.items():
            if kind != "good":
                print(name, kind, *(f"{auroc(good[:, i], rows[:, i]):.3f}" for i in range(3)), flush=True)
        if options.beside:
            print_joined(name, scores, json.loads(options.beside.read_text())["per_image"])


if __name__ == "__main__":
    main()
