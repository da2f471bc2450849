#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PyTorch -> .pinhole. As a library: write_file(convert(network, [(1, 3, 64, 64)]), "net.pinhole")."""
from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import traceback
from typing import Optional, Sequence, Tuple

from errors import ConvertError, run_command

MISSING: Optional[ImportError] = None
try:
    import torch
    from torch import nn

    from pinhole_file import write_file
    from pinhole_model import EntryPoint, Model, Preprocessing, Provenance
    from torch_graph import import_module
except ImportError as error:  # --help needs no package
    if __name__ != "__main__":
        raise
    MISSING = error

LOSSES = {"mse": "mse_loss", "l1": "l1_loss", "charbonnier": "charbonnier_loss", "bce": "bce_loss"}


def _frame(model: Model, scale: float, offset: float) -> Preprocessing:
    """How a camera's frame becomes the first input that is a map. A network that flattens maps needs frames of the
    example's size; any other takes every size."""
    shapes = [model.values[i].shape for i in model.entries[0].inputs]
    maps = [shape for shape in shapes if shape[1:3] != (1, 1)]
    one_size = maps and any(node.op in ("flatten", "unflatten") for node in model.nodes)
    height, width = maps[0][1:3] if one_size else (0, 0)
    return Preprocessing(3 if maps and maps[0][3] == 3 else 1, scale, offset, height, width)


def _add_loss(model: Model, loss: str) -> None:
    """Appends the training entry point: the inputs and a target of the first output's shape -> the loss."""
    entry = model.entries[0]
    target = model.add_input("target", model.values[entry.outputs[0]].shape)
    value = model.add_node(LOSSES[loss], "loss", [entry.outputs[0], target], {})
    model.entries.append(EntryPoint("train", "training", entry.inputs + [target], [value]))


def convert(
    module: nn.Module,
    input_shapes: Sequence[Sequence[int]],
    name: str = "model",
    entry: str = "reconstruct",
    loss: Optional[str] = None,
    scale: float = 1 / 255,
    offset: float = 0.0,
    provenance: Optional[Provenance] = None,
) -> Model:
    """The network as a Model with inference entry point `entry`, and `train` when a loss (mse, l1, charbonnier, bce) is
    named. A pixel 0..255 becomes pixel * scale + offset. Input shapes are (N, C, H, W) or (N, C)."""
    model = import_module(module, input_shapes, name, entry)
    if loss:
        _add_loss(model, loss)
    model.preprocessing = _frame(model, scale, offset)
    model.provenance = provenance or Provenance()
    model.provenance.tool = model.provenance.tool or f"from_torch.py, PyTorch {torch.__version__}"
    return model


def load_module(source: str, weights: Optional[str] = None) -> nn.Module:
    """The network that MODULE.py:FUNCTION returns, with a state_dict loaded from the file `weights`."""
    path, _, function = source.rpartition(":")
    spec = importlib.util.spec_from_file_location("user_network", path) if path.endswith(".py") else None
    if spec is None or spec.loader is None or not os.path.isfile(path):
        raise ConvertError(f"no Python file with a function, '{source}', give MODULE.py:FUNCTION")
    user = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    try:
        spec.loader.exec_module(user)
        module = getattr(user, function)() if hasattr(user, function) else None
    except Exception as error:  # the user's code may raise anything
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise ConvertError(f"{type(error).__name__}: {error}, {place.filename}:{place.lineno}, correct the network's "
                           "code") from error
    if not isinstance(module, nn.Module):
        raise ConvertError(f"'{function}' does not return a torch.nn.Module, {path}, write a function that does")
    if weights:
        _load_weights(module, weights)
    return module


def _load_weights(module: nn.Module, path: str) -> None:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # torch reports a damaged or foreign file in many ways
        raise ConvertError(f"not a file of weights ({str(error).splitlines()[0]}), {path}, save "
                           "module.state_dict()") from error
    try:
        module.load_state_dict(state.get("state_dict", state) if isinstance(state, dict) else state)
    except (RuntimeError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise ConvertError(f"the weights do not fit ({reason}), {path}, use the network they belong to") from error


def _shape(text: str) -> Tuple[int, ...]:
    try:
        shape = tuple(int(part) for part in text.split(","))
    except ValueError:
        shape = ()
    if len(shape) not in (2, 4) or min(shape) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not N,C,H,W or N,C")
    return shape


def _main() -> None:
    parser = argparse.ArgumentParser(description="Convert a PyTorch network to a .pinhole file.")
    parser.add_argument("source", metavar="MODULE.py:FUNCTION", help="a function that returns the network")
    parser.add_argument("--input", action="append", required=True, type=_shape, metavar="N,C,H,W",
                        help="example shape, once for every input in order; N,C for a vector")
    parser.add_argument("--out", required=True, metavar="M.pinhole", help="the file to write")
    parser.add_argument("--weights", metavar="STATE.pt", help="a saved state_dict; without it, as FUNCTION made them")
    parser.add_argument("--name", help="the model's name (default: FUNCTION)")
    parser.add_argument("--entry", default="reconstruct", help="the entry point's name (default: %(default)s)")
    parser.add_argument("--loss", choices=sorted(LOSSES), help="also make the file trainable, with this loss")
    parser.add_argument("--scale", type=float, default=1 / 255, help="input = pixel * scale + offset (default: 1/255)")
    parser.add_argument("--offset", type=float, default=0.0, help="see --scale (default: 0)")
    parser.add_argument("--data", default="", help="provenance: what it was trained on")
    parser.add_argument("--data-licence", default="", help="provenance: the licence of those data")
    parser.add_argument("--note", default="", help="provenance: anything else")
    arguments = parser.parse_args()
    if MISSING:
        raise MISSING
    module = load_module(arguments.source, arguments.weights)
    provenance = Provenance(data=arguments.data, data_licence=arguments.data_licence, note=arguments.note)
    model = convert(module, arguments.input, arguments.name or arguments.source.rpartition(":")[2], arguments.entry,
                    arguments.loss, arguments.scale, arguments.offset, provenance)
    write_file(model, arguments.out)


if __name__ == "__main__":
    sys.exit(run_command(_main))
