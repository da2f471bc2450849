# SPDX-License-Identifier: Apache-2.0
"""One layer of a .pinhole file -> ONNX nodes. ONNX tensors are (N, C, H, W); a Pinhole vector stays (N, C, 1, 1)."""
from typing import Any, Callable, Dict, List, Sequence

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from errors import ConvertError
from layers import ACTIVATIONS, Options
from pinhole_model import Value, real_parameter


class OnnxGraph:
    """Nodes and constants as they are appended; names are the Pinhole values' own."""

    def __init__(self) -> None:
        self.nodes: List[NodeProto] = []
        self.constants: Dict[str, TensorProto] = {}

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=f"{output}:{kind}", **attributes))
        return output

    def constant(self, name: str, data: np.ndarray) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(data), name)
        return name


class Layer:
    """What one conversion sees: the graph, the layer's options, its inputs and result by name, its parameters."""

    def __init__(self, graph: OnnxGraph, options: Options, inputs: List[Value], output: Value, parameters: List[Value]):
        self.graph, self.options, self.parameters = graph, options, parameters
        self.inputs, self.output = [value.name for value in inputs], output.name
        self.channels = inputs[0].shape[3]

    def stored(self, index: int, axes: Sequence[int]) -> str:
        """Parameter `index` as an f32 constant with its axes permuted; a vector becomes one-dimensional."""
        value = self.parameters[index]
        data = real_parameter(value)
        return self.graph.constant(value.name, data.transpose(axes) if len(axes) == 4 else data.ravel())

    def constant(self, key: str, data: Sequence[float], dtype: Any = np.int64) -> str:
        return self.graph.constant(f"{self.output}:{key}", np.asarray(data, dtype))

    def emit(self, kind: str, inputs: Sequence[str], **attributes: Any) -> None:
        self.graph.node(kind, inputs, self.output, **attributes)

    def emit_activated(self, kind: str, inputs: Sequence[str], **attributes: Any) -> None:
        """The node, then the activation that the layer applies to its result."""
        activation = ACTIVATIONS[self.options["activation"]]
        if activation == "none":
            self.emit(kind, inputs, **attributes)
            return
        result = self.graph.node(kind, inputs, f"{self.output}:sum", **attributes)
        extra = {"alpha": self.options["slope"]} if activation == "leaky_relu" else {}
        self.emit(_ACTIVATION_NODES[activation], [result], **extra)


_ACTIVATION_NODES = {"relu": "Relu", "leaky_relu": "LeakyRelu", "sigmoid": "Sigmoid", "tanh": "Tanh"}
_CHANNELS_FIRST, _CHANNELS_LAST = (0, 3, 1, 2), (0, 2, 3, 1)


def _conv_attributes(options: Options) -> Dict[str, Any]:
    """Pinhole's padding top, left, bottom, right is ONNX's order of pads too."""
    return {
        "kernel_shape": options["kernel"], "strides": options["stride"], "pads": options["padding"],
        "dilations": options["dilation"], "group": options["groups"],
    }


def _conv_inputs(layer: Layer) -> List[str]:
    inputs = [layer.inputs[0], layer.stored(0, _CHANNELS_FIRST)]
    return inputs + [layer.stored(1, ())] if len(layer.parameters) > 1 else inputs


def _conv(layer: Layer) -> None:
    layer.emit_activated("Conv", _conv_inputs(layer), **_conv_attributes(layer.options))


def _conv_transpose(layer: Layer) -> None:
    """Rows and columns added at the end are rows and columns not cropped there, as far as there is padding: runtimes
    refuse an output padding of the stride or more, which a dilation allows."""
    options = layer.options
    kept = [min(extra, crop) for extra, crop in zip(options["output_padding"], options["padding"][2:])]
    extra = [e - k for e, k in zip(options["output_padding"], kept)]
    if any(e >= s for e, s in zip(extra, options["stride"])):
        raise ConvertError(f"output_padding {extra} beyond stride and padding, '{layer.output}', use a smaller one")
    attributes = _conv_attributes(options)
    attributes["pads"] = (*options["padding"][:2], *(c - k for c, k in zip(options["padding"][2:], kept)))
    layer.emit_activated("ConvTranspose", _conv_inputs(layer), output_padding=extra, **attributes)


def _linear(layer: Layer) -> None:
    """A 1x1 convolution: the same sums, and vectors keep their four dimensions."""
    layer.emit_activated("Conv", _conv_inputs(layer), kernel_shape=(1, 1))


def _batch_norm(layer: Layer) -> None:
    parameters = [layer.stored(i, ()) for i in range(4)]
    layer.emit("BatchNormalization", layer.inputs + parameters, epsilon=layer.options["epsilon"],
               momentum=1 - layer.options["momentum"])


def _max_pool(layer: Layer) -> None:
    options = layer.options
    layer.emit("MaxPool", layer.inputs, kernel_shape=options["kernel"], strides=options["stride"],
               pads=options["padding"])


def _upsample(layer: Layer) -> None:
    scales = layer.constant("scales", (1, 1, *layer.options["factor"]), np.float32)
    layer.emit("Resize", [layer.inputs[0], "", scales], mode="nearest", nearest_mode="floor",
               coordinate_transformation_mode="asymmetric")


def _shuffle(layer: Layer) -> None:
    layer.emit("DepthToSpace", layer.inputs, blocksize=layer.options["factor"], mode="CRD")


def _unshuffle(layer: Layer) -> None:
    """ONNX's SpaceToDepth puts the position before the channel, PyTorch and Pinhole after: channels change places."""
    positions = layer.options["factor"] ** 2
    order = np.arange(positions * layer.channels).reshape(positions, layer.channels).T.ravel()
    blocks = layer.graph.node("SpaceToDepth", layer.inputs, f"{layer.output}:blocks",
                              blocksize=layer.options["factor"])
    layer.emit("Gather", [blocks, layer.constant("order", order)], axis=1)


def _add(layer: Layer) -> None:
    total = layer.inputs[0]
    for index, term in enumerate(layer.inputs[1:-1], 1):
        total = layer.graph.node("Add", [total, term], f"{layer.output}:sum{index}")
    layer.emit_activated("Add", [total, layer.inputs[-1]])


def _flatten(layer: Layer) -> None:
    """Height, width, channels is the order of a flattened map."""
    rows = layer.graph.node("Transpose", layer.inputs, f"{layer.output}:rows", perm=_CHANNELS_LAST)
    layer.emit("Reshape", [rows, layer.constant("shape", (0, -1, 1, 1))])


def _unflatten(layer: Layer) -> None:
    options = layer.options
    shape = layer.constant("shape", (0, options["height"], options["width"], options["channels"]))
    rows = layer.graph.node("Reshape", [layer.inputs[0], shape], f"{layer.output}:rows")
    layer.emit("Transpose", [rows], perm=_CHANNELS_FIRST)


def _expand(layer: Layer) -> None:
    """To N, 1, H, W of the other tensor, the size of its first channel; broadcasting keeps the vector's channels."""
    vector, like = layer.inputs
    first = [layer.constant(key, (number,)) for key, number in (("begin", 0), ("end", 1), ("axis", 1))]
    channel = layer.graph.node("Slice", [like, *first], f"{layer.output}:channel")
    size = layer.graph.node("Shape", [channel], f"{layer.output}:size")
    layer.emit("Expand", [vector, size])


_NODES: Dict[str, Callable[[Layer], None]] = {
    "conv2d": _conv,
    "conv_transpose2d": _conv_transpose,
    "linear": _linear,
    "batch_norm": _batch_norm,
    "relu": lambda layer: layer.emit("Relu", layer.inputs),
    "leaky_relu": lambda layer: layer.emit("LeakyRelu", layer.inputs, alpha=layer.options["slope"]),
    "sigmoid": lambda layer: layer.emit("Sigmoid", layer.inputs),
    "tanh": lambda layer: layer.emit("Tanh", layer.inputs),
    "max_pool2d": _max_pool,
    "upsample_nearest": _upsample,
    "pixel_shuffle": _shuffle,
    "pixel_unshuffle": _unshuffle,
    "add": _add,
    "concat": lambda layer: layer.emit("Concat", layer.inputs, axis=1),
    "flatten": _flatten,
    "unflatten": _unflatten,
    "expand": _expand,
    "reparameterize": lambda layer: layer.emit("Identity", layer.inputs[:1]),  # the mean: noise is for training
}


def append_layer(graph: OnnxGraph, op: str, options: Options, inputs: List[Value], output: Value,
                 parameters: List[Value]) -> None:
    """Appends the nodes that compute `output`; ConvertError for a layer that ONNX is not given."""
    if op not in _NODES:
        raise ConvertError(f"{op} exists for training only, '{output.name}', choose another entry point")
    _NODES[op](Layer(graph, options, inputs, output, parameters))
