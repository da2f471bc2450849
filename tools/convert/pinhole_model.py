# SPDX-License-Identifier: Apache-2.0
"""A model in memory, as src/model/model.h has it, and a builder that infers every shape."""
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np

from errors import ConvertError
from layers import LAYERS, Options, Shape, complete_options, infer_shape, parameter_shapes

NUMPY_TYPES: Dict[str, str] = {"f32": "<f4", "f16": "<f2", "i8": "|i1", "u8": "|u1", "i32": "<i4"}


@dataclass
class Value:
    name: str
    kind: str  # input, activation, parameter, buffer
    shape: Shape  # n, h, w, c; of inputs and activations an example
    dtype: str = "f32"
    data: Optional[np.ndarray] = None  # parameters and buffers only


def real_parameter(value: Value) -> np.ndarray:
    """The stored numbers as f32; ConvertError for integers, which mean nothing without their scales."""
    if value.data is None or value.dtype not in ("f32", "f16"):
        raise ConvertError(f"{value.dtype} numbers, '{value.name}', convert the f32 or f16 file")
    return value.data.astype(np.float32)


@dataclass
class Attribute:
    key: str
    ints: Optional[Tuple[int, ...]] = None  # None: not in the file
    floats: Optional[Tuple[float, ...]] = None


@dataclass
class Node:
    op: str
    name: str
    attributes: List[Attribute]
    inputs: List[int]
    outputs: List[int]
    parameters: List[int]

    def options(self) -> Options:
        """The attributes with defaults filled in; ConvertError for one that the layer does not know."""
        given: Options = {}
        for attribute in self.attributes:
            if attribute.key in given:
                raise ConvertError(f"attribute '{attribute.key}' is given twice, '{self.name}', remove one")
            values = tuple(attribute.ints or attribute.floats or ())
            given[attribute.key] = values[0] if len(values) == 1 else values
        return complete_options(self.op, given)


@dataclass
class EntryPoint:
    name: str
    mode: str  # inference, training
    inputs: List[int]
    outputs: List[int]


@dataclass
class Preprocessing:
    channels: int = 1
    scale: float = 1 / 255
    offset: float = 0.0
    fixed_height: int = 0
    fixed_width: int = 0


@dataclass
class Provenance:
    recipe: Optional[str] = ""
    data: Optional[str] = ""
    data_licence: Optional[str] = ""
    tool: Optional[str] = ""
    note: Optional[str] = ""
    seed: int = 0
    steps: int = 0


@dataclass
class Model:
    name: str
    kind: str = "training"  # training: unfolded; deploy: folded, maybe quantised
    values: List[Value] = field(default_factory=list)
    nodes: List[Node] = field(default_factory=list)
    entries: List[EntryPoint] = field(default_factory=list)
    preprocessing: Optional[Preprocessing] = field(default_factory=Preprocessing)
    provenance: Optional[Provenance] = field(default_factory=Provenance)

    def _add_value(self, value: Value) -> int:
        if any(other.name == value.name for other in self.values):
            raise ConvertError(f"two values are called '{value.name}', model '{self.name}', rename one")
        self.values.append(value)
        return len(self.values) - 1

    def add_input(self, name: str, shape: Shape) -> int:
        return self._add_value(Value(name, "input", shape))

    def add_node(
        self, op: str, name: str, inputs: Sequence[int], options: Options, tensors: Sequence[np.ndarray] = (),
        shared: Sequence[int] = (),
    ) -> int:
        """Appends a layer, its parameters `name.weight`, ... and its result `name`; returns the result's index.
        `tensors` are in the file's layout and PyTorch's order; `shared` are parameters of an earlier layer instead."""
        full = complete_options(op, options)
        shapes = [self.values[i].shape for i in inputs]
        output_shape = infer_shape(op, full, shapes, name)
        expected = parameter_shapes(op, full, shapes)
        if len(tensors) + len(shared) != len(expected):
            raise ConvertError(f"{op} has {len(expected)} parameters, '{name}', not {len(tensors) + len(shared)}")
        parameters = list(shared)
        for index, ((key, shape), tensor) in enumerate(zip(expected, tensors)):
            if tensor.size != np.prod(shape):
                raise ConvertError(f"'{key}' has {tensor.size} numbers, '{name}', the layer needs {shape}")
            kind = "buffer" if index >= len(expected) - LAYERS[op].buffers else "parameter"
            data = np.ascontiguousarray(tensor, dtype="<f4").reshape(shape)
            parameters.append(self._add_value(Value(f"{name}.{key}", kind, shape, data=data)))
        output = self._add_value(Value(name, "activation", output_shape))
        self.nodes.append(Node(op, name, _attributes(full, op), list(inputs), [output], parameters))
        return output


def _attributes(options: Options, op: str) -> List[Attribute]:
    attributes = []
    for key, value in options.items():
        values = value if isinstance(value, (tuple, list)) else (value,)
        default = LAYERS[op].defaults[key]
        if isinstance(default, float):
            attributes.append(Attribute(key, floats=tuple(float(np.float32(v)) for v in values)))
        else:
            attributes.append(Attribute(key, ints=tuple(int(v) for v in values)))
    return attributes
