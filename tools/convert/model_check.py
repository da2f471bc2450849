# SPDX-License-Identifier: Apache-2.0
"""Is a model whole? The checks that the C++ reader makes after the bytes are proven, with the same meaning."""
import math
from typing import List, Set

import numpy as np

from errors import ConvertError
from layers import LAYERS, infer_shape, parameter_shapes
from pinhole_model import NUMPY_TYPES, EntryPoint, Model, Node

_FIX = "correct the program that made the file"
# The limits of src/weights/format.h.
_MOST_NAME_BYTES, _MOST_TEXT_BYTES = 128, 1 << 20
_MOST_VALUES, _MOST_NODES, _MOST_ENTRIES, _MOST_ENTRY_VALUES = 4096, 4096, 64, 16
_MOST_EXTENT, _MOST_ELEMENTS, _MOST_FRAME_EXTENT = 1 << 24, (1 << 31) - 1, 1 << 16


def _fail(what: str, where: str) -> None:
    raise ConvertError(f"{what}, '{where}', {_FIX}")


def _check_unique(names: List[str], what: str) -> None:
    seen: Set[str] = set()
    for name in names:
        if not 1 <= len(name) <= _MOST_NAME_BYTES or any(not " " <= letter <= "~" for letter in name):
            _fail(f"the name of a {what} is not 1 to {_MOST_NAME_BYTES} printable ASCII letters", name)
        if name in seen:
            _fail(f"two {what}s have one name", name)
        seen.add(name)


def _check_values(model: Model) -> None:
    for value in model.values:
        if min(value.shape) < 1 or max(value.shape) > _MOST_EXTENT or math.prod(value.shape) > _MOST_ELEMENTS:
            _fail(f"shape {value.shape} is not positive or too large", value.name)
        stored = value.kind in ("parameter", "buffer")
        if stored != (value.data is not None):
            _fail("parameter without bytes" if stored else f"{value.kind} with bytes", value.name)
        if value.data is None:
            continue
        if value.data.dtype != np.dtype(NUMPY_TYPES[value.dtype]) or value.data.shape != tuple(value.shape):
            _fail(f"array {value.data.dtype}{value.data.shape} is not {value.dtype}{value.shape}", value.name)
        if value.dtype in ("f32", "f16") and not np.isfinite(value.data).all():
            _fail("a number is not finite", value.name)


def _check_indices(model: Model, indices: List[int], where: str) -> None:
    for index in indices:
        if not 0 <= index < len(model.values):
            _fail(f"value {index} does not exist", where)


def _check_node(model: Model, node: Node, ready: Set[int]) -> None:
    _check_indices(model, node.inputs + node.outputs + node.parameters, node.name)
    for index in node.inputs:
        if index not in ready:
            _fail(f"'{model.values[index].name}' is read before it is computed", node.name)
    if len(node.outputs) != 1:
        _fail(f"{len(node.outputs)} outputs instead of 1", node.name)
    output = node.outputs[0]
    if model.values[output].kind != "activation" or output in ready:
        _fail(f"'{model.values[output].name}' is written twice or is not an activation", node.name)
    options = node.options()
    shapes = [model.values[i].shape for i in node.inputs]
    if infer_shape(node.op, options, shapes, node.name) != tuple(model.values[output].shape):
        _fail(f"output shape {model.values[output].shape} does not follow from {shapes}", node.name)
    expected = parameter_shapes(node.op, options, shapes)
    if len(expected) != len(node.parameters):
        _fail(f"{len(node.parameters)} parameters instead of {len(expected)}", node.name)
    for place, ((key, shape), index) in enumerate(zip(expected, node.parameters)):
        value = model.values[index]
        kind = "buffer" if place >= len(expected) - LAYERS[node.op].buffers else "parameter"
        if value.kind != kind or tuple(value.shape) != shape:
            _fail(f"{key} is a {value.kind} {value.shape} instead of a {kind} {shape}", node.name)
    ready.add(output)


def needed_nodes(model: Model, entry: EntryPoint) -> List[Node]:
    """The layers that compute the entry point's outputs from its inputs, in order; ConvertError for what is missing."""
    given = set(entry.inputs)
    wanted = set(entry.outputs) - given
    nodes = []
    for node in reversed(model.nodes):
        if wanted & set(node.outputs):
            nodes.append(node)
            wanted = (wanted - set(node.outputs)) | (set(node.inputs) - given)
    if wanted:
        names = ", ".join(model.values[i].name for i in sorted(wanted))
        _fail(f"'{names}' is not among the entry point's inputs", entry.name)
    return nodes[::-1]


def _check_entry(model: Model, entry: EntryPoint) -> None:
    _check_indices(model, entry.inputs + entry.outputs, entry.name)
    if not (1 <= len(entry.inputs) <= _MOST_ENTRY_VALUES and 1 <= len(entry.outputs) <= _MOST_ENTRY_VALUES):
        _fail(f"inputs and outputs of an entry point must be 1 to {_MOST_ENTRY_VALUES} each", entry.name)
    for ids in (entry.inputs, entry.outputs):
        if len(set(ids)) != len(ids):
            _fail("a value is named twice", entry.name)
    for index in entry.inputs:
        if model.values[index].kind not in ("input", "activation"):
            _fail(f"'{model.values[index].name}' cannot be an input", entry.name)
    for index in entry.outputs:
        if model.values[index].kind != "activation":
            _fail(f"'{model.values[index].name}' cannot be an output", entry.name)
    shapes = [tuple(model.values[i].shape) for i in entry.outputs]
    if entry.mode == "training" and set(shapes) != {(1, 1, 1, 1)}:
        _fail(f"a training entry puts out the loss and its summands, (1, 1, 1, 1) each, instead of {shapes}", entry.name)
    needed_nodes(model, entry)


def _check_texts(model: Model) -> None:
    frame = model.preprocessing
    if frame:
        if frame.channels not in (1, 3):
            _fail(f"{frame.channels} frame channels instead of 1 or 3", "preprocessing")
        if not (1e-6 <= abs(frame.scale) <= 1e6 and abs(frame.offset) <= 1e6):
            _fail(f"scale {frame.scale} or offset {frame.offset} is out of range", "preprocessing")
        height, width = frame.fixed_height, frame.fixed_width
        if not all(0 <= size <= _MOST_FRAME_EXTENT for size in (height, width)) or (height == 0) != (width == 0):
            _fail(f"fixed size {width}x{height} is out of range", "preprocessing")
    texts = [text for text in vars(model.provenance).values() if isinstance(text, str)] if model.provenance else []
    if any(len(text.encode("utf-8")) > _MOST_TEXT_BYTES for text in texts):
        _fail(f"a text is longer than {_MOST_TEXT_BYTES} bytes", "provenance")


def check_model(model: Model) -> None:
    """Raises ConvertError naming the first thing that is wrong."""
    limits = ((model.values, _MOST_VALUES), (model.nodes, _MOST_NODES), (model.entries, _MOST_ENTRIES))
    if any(not 1 <= len(items) <= most for items, most in limits):
        _fail(f"values, layers and entry points must be 1 to {[most for _, most in limits]}", model.name)
    _check_unique([model.name], "model")
    _check_unique([value.name for value in model.values], "value")
    _check_unique([node.name for node in model.nodes], "node")
    _check_unique([entry.name for entry in model.entries], "entry point")
    _check_values(model)
    ready = {i for i, value in enumerate(model.values) if value.kind == "input"}
    for node in model.nodes:
        _check_node(model, node, ready)
    for index, value in enumerate(model.values):
        if value.kind == "activation" and index not in ready:
            _fail("an activation that no layer computes", value.name)
    for entry in model.entries:
        _check_entry(model, entry)
    _check_texts(model)
