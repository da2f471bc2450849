#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/every_op: the network of every_op.py, inputs, and PyTorch's outputs in double precision.

every_op.pinhole  the model
input.f32         image (1,16,24,3), then level (1,1,1,1); little-endian f32, memory order n, h, w, c
output.f32        reconstruct's output (1,16,24,3), then encode's (1,1,1,6)
"""
import argparse
import os
import sys

import numpy as np
import torch

from every_op import example_inputs, network, pinhole_model
from errors import run_command
from pinhole_file import write_file

DEFAULT_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "every_op")


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write the golden files of the network that has every layer.")
    parser.add_argument("--out", default=DEFAULT_FOLDER, metavar="DIR", help="default: tests/golden/every_op")
    folder = parser.parse_args().out
    os.makedirs(folder, exist_ok=True)
    model = pinhole_model()
    model.provenance.tool = "make_every_op.py"  # the bytes must not depend on PyTorch's version
    write_file(model, os.path.join(folder, "every_op.pinhole"))
    image, level = example_inputs()
    module = network().double()
    code = []
    module.encode.register_forward_hook(lambda layer, inputs, output: code.append(output))
    with torch.no_grad():
        output = module(image.double(), level.double())
    for name, tensors in (("input", (image, level)), ("output", (output, code[0]))):
        arrays = [t.numpy().transpose(0, 2, 3, 1) if t.ndim == 4 else t.numpy() for t in tensors]
        np.concatenate([a.ravel() for a in arrays]).astype("<f4").tofile(os.path.join(folder, f"{name}.f32"))


if __name__ == "__main__":
    sys.exit(run_command(_main))
