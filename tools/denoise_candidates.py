#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the recipes among which the denoising network was chosen: two-level U-Nets at half resolution.

usage: denoise_candidates.py --base recipes/denoise-gray.json --out FOLDER

Each candidate is the base recipe with other layers. tools/choose_denoiser.sh trains all of them briefly and prints
the table of parameters, multiply-adds per pixel, row lag, scratch at 1080p and dB on the held-out training images.
"""
import argparse
import json
import pathlib

# name: channels outside, convolutions before and after the inner level, channels inside, convolutions inside, skip
CANDIDATES = {
    "cat-32x1+2-48x2": (32, 1, 2, 48, 2, "concat"),
    "cat-32x2+2-44x2": (32, 2, 2, 44, 2, "concat"),
    "add-32x2+3-44x2": (32, 2, 3, 44, 2, "add"),
    "add-32x3+4-32x2": (32, 3, 4, 32, 2, "add"),
}


def conv(name: str, channels: int, source: str | None = None, **options) -> dict:
    layer = {"op": "conv2d", "name": name, "out_channels": channels, "kernel": 3, "padding": "same", **options}
    return {**layer, "in": [source]} if source else layer


def layers(outer: int, before: int, after: int, inner: int, inside: int, skip: str) -> list:
    result = [
        {"op": "pixel_unshuffle", "name": "half", "in": ["image"], "factor": 2},
        {"op": "expand", "name": "level_map", "in": ["level", "half"]},
        {"op": "concat", "name": "seen", "in": ["half", "level_map"]},
    ]

    def with_relu(layer: dict) -> None:
        result.extend([layer, {"op": "relu", "name": layer["name"] + "_relu"}])

    with_relu(conv("head", outer))
    for i in range(before):
        with_relu(conv(f"outer_{i + 1}", outer))
    kept = result[-1]["name"]
    with_relu({"op": "conv2d", "name": "down", "out_channels": inner, "kernel": 2, "stride": 2})
    for i in range(inside):
        with_relu(conv(f"inner_{i + 1}", inner))
    result.append({"op": "conv_transpose2d", "name": "up", "out_channels": outer, "kernel": 2, "stride": 2})
    result.append({"op": skip, "name": "joined", "in": ["up", kept]})
    for i in range(after):
        with_relu(conv(f"merge_{i + 1}", outer))
    result.append(conv("tail", 4))
    result.append({"op": "pixel_shuffle", "name": "correction", "factor": 2})
    result.append({"op": "add", "name": "clean", "in": ["image", "correction"]})
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, shape in CANDIDATES.items():
        recipe = json.loads(arguments.base.read_text())
        recipe["name"] = name
        recipe["model"]["layers"] = layers(*shape)
        (arguments.out / f"{name}.json").write_text(json.dumps(recipe, indent=2) + "\n")


if __name__ == "__main__":
    main()
