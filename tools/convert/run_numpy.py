# SPDX-License-Identifier: Apache-2.0
"""Runs a model in numpy and double precision: slow, short, and independent of every other implementation. Tensors are
(n, h, w, c). The exporters are checked against it."""
from typing import Callable, Dict, List, Sequence

import numpy as np

from errors import ConvertError
from layers import ACTIVATIONS, Options
from model_check import needed_nodes
from pinhole_model import EntryPoint, Model, real_parameter

Arrays = List[np.ndarray]


def _activate(kind: str, x: np.ndarray, slope: float) -> np.ndarray:
    if kind == "relu":
        return np.maximum(x, 0)
    if kind == "leaky_relu":
        return np.where(x > 0, x, slope * x)
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-x))
    return np.tanh(x) if kind == "tanh" else x


def _finish(options: Options, x: np.ndarray, bias: Sequence[np.ndarray]) -> np.ndarray:
    """Adds the bias, if there is one, and applies the fused activation."""
    total = x + bias[0].ravel() if bias else x
    return _activate(ACTIVATIONS[options["activation"]], total, options["slope"])


def _pad(x: np.ndarray, padding: Sequence[int], fill: float) -> np.ndarray:
    top, left, bottom, right = padding
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=fill)


def _taps(x: np.ndarray, options: Options) -> Dict[tuple, np.ndarray]:
    """For every kernel position, the padded input's pixels that it meets, one for each output pixel."""
    stride, dilation = options["stride"], options.get("dilation", (1, 1))
    extent = [d * (k - 1) + 1 for d, k in zip(dilation, options["kernel"])]
    rows, columns = ((x.shape[1 + i] - extent[i]) // stride[i] + 1 for i in range(2))
    return {
        (ky, kx): x[:, ky * dilation[0]:, kx * dilation[1]:][:, ::stride[0], ::stride[1]][:, :rows, :columns]
        for ky in range(options["kernel"][0]) for kx in range(options["kernel"][1])
    }


def _conv2d(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    weight, *bias = parameters
    results = []
    for x, w in zip(np.split(inputs[0], options["groups"], 3), np.split(weight, options["groups"], 0)):
        taps = _taps(_pad(x, options["padding"], 0), options)
        results.append(sum(tap @ w[:, ky, kx].T for (ky, kx), tap in taps.items()))
    return _finish(options, np.concatenate(results, 3), bias)


def _conv_transpose2d(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    """Every input pixel adds its weighted kernel to the output, which is then cropped by the padding."""
    weight, *bias = parameters
    n, h, w, _ = inputs[0].shape
    stride, dilation, kernel = options["stride"], options["dilation"], options["kernel"]
    extent = [s * (size - 1) + d * (k - 1) + 1 for s, size, d, k in zip(stride, (h, w), dilation, kernel)]
    top, left, bottom, right = options["padding"]
    results = []
    for x, taps in zip(np.split(inputs[0], options["groups"], 3), np.split(weight, options["groups"], 0)):
        full = np.zeros((n, extent[0] + options["output_padding"][0], extent[1] + options["output_padding"][1],
                         taps.shape[3]))
        for ky in range(kernel[0]):
            for kx in range(kernel[1]):
                reached = full[:, ky * dilation[0]::stride[0], kx * dilation[1]::stride[1]]
                reached[:, :h, :w] += x @ taps[:, ky, kx]
        results.append(full[:, top:full.shape[1] - bottom, left:full.shape[2] - right])
    return _finish(options, np.concatenate(results, 3), bias)


def _linear(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    weight, *bias = parameters
    return _finish(options, inputs[0] @ weight[:, 0, 0].T, bias)


def _batch_norm(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    weight, bias, mean, variance = (p.ravel() for p in parameters)
    return (inputs[0] - mean) / np.sqrt(variance + options["epsilon"]) * weight + bias


def _max_pool2d(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    return np.maximum.reduce(list(_taps(_pad(inputs[0], options["padding"], -np.inf), options).values()))


def _upsample(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    return inputs[0].repeat(options["factor"][0], 1).repeat(options["factor"][1], 2)


def _pixel_shuffle(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    r, (n, h, w, c) = options["factor"], inputs[0].shape
    return inputs[0].reshape(n, h, w, c // (r * r), r, r).transpose(0, 1, 4, 2, 5, 3).reshape(n, h * r, w * r, -1)


def _pixel_unshuffle(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    r, (n, h, w, c) = options["factor"], inputs[0].shape
    return inputs[0].reshape(n, h // r, r, w // r, r, c).transpose(0, 1, 3, 5, 2, 4).reshape(n, h // r, w // r, -1)


def _add(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    return _finish(options, sum(inputs), [])


def _unflatten(options: Options, inputs: Arrays, parameters: Arrays) -> np.ndarray:
    return inputs[0].reshape(-1, options["height"], options["width"], options["channels"])


_LAYERS: Dict[str, Callable[[Options, Arrays, Arrays], np.ndarray]] = {
    "conv2d": _conv2d,
    "conv_transpose2d": _conv_transpose2d,
    "linear": _linear,
    "batch_norm": _batch_norm,
    "relu": lambda options, inputs, parameters: _activate("relu", inputs[0], 0),
    "leaky_relu": lambda options, inputs, parameters: _activate("leaky_relu", inputs[0], options["slope"]),
    "sigmoid": lambda options, inputs, parameters: _activate("sigmoid", inputs[0], 0),
    "tanh": lambda options, inputs, parameters: _activate("tanh", inputs[0], 0),
    "max_pool2d": _max_pool2d,
    "upsample_nearest": _upsample,
    "pixel_shuffle": _pixel_shuffle,
    "pixel_unshuffle": _pixel_unshuffle,
    "add": _add,
    "concat": lambda options, inputs, parameters: np.concatenate(inputs, 3),
    "flatten": lambda options, inputs, parameters: inputs[0].reshape(len(inputs[0]), 1, 1, -1),
    "unflatten": _unflatten,
    "expand": lambda options, inputs, parameters: np.broadcast_to(
        inputs[0], (*inputs[1].shape[:3], inputs[0].shape[3])),
    "reparameterize": lambda options, inputs, parameters: inputs[0],  # the mean: noise is for training
}


def run_entry(model: Model, entry: EntryPoint, inputs: Sequence[np.ndarray]) -> Arrays:
    """Outputs of the entry point, float64, for its inputs in order."""
    values = {i: data.astype(np.float64) for i, data in zip(entry.inputs, inputs)}
    for node in needed_nodes(model, entry):
        if node.op not in _LAYERS:
            raise ConvertError(f"{node.op} exists for training only, '{node.name}', choose another entry point")
        parameters = [real_parameter(model.values[i]).astype(np.float64) for i in node.parameters]
        values[node.outputs[0]] = _LAYERS[node.op](node.options(), [values[i] for i in node.inputs], parameters)
    return [values[i] for i in entry.outputs]
