# SPDX-License-Identifier: Apache-2.0
"""A PyTorch network -> a Model: tracing, names, and the order of flattened features.

PyTorch flattens a map (C, H, W) channel by channel, Pinhole row by row with channels last. The importer keeps track of
which vectors hold flattened maps and permutes the parameters of the layers on both sides, so that nothing needs to
move at run time.
"""
import contextlib
import io
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import fx, nn
from torch.fx.passes.shape_prop import ShapeProp

from errors import ConvertError
from layers import Shape
from pinhole_model import EntryPoint, Model
from torch_functions import convert_call, is_reshape_to_map, is_size
from torch_layers import IDENTITIES, Converted, convert_module

Map = Optional[Tuple[int, int, int]]  # (C, H, W) of the map that a vector holds flattened; None: no such order


class _Traced(NamedTuple):
    value: int
    map: Map


_ELEMENTWISE = ("relu", "leaky_relu", "sigmoid", "tanh", "batch_norm")


def file_shape(shape: Sequence[int], where: str) -> Shape:
    """PyTorch's (N, C, H, W) or (N, C) as (n, h, w, c)."""
    if len(shape) == 4:
        return (shape[0], shape[2], shape[3], shape[1])
    if len(shape) == 2:
        return (shape[0], 1, 1, shape[1])
    raise ConvertError(f"a tensor with {len(shape)} dimensions, '{where}', use (N, C, H, W) or (N, C)")


def _order(features: Tuple[int, int, int]) -> np.ndarray:
    """order[i]: PyTorch's index of Pinhole's feature i."""
    return np.arange(int(np.prod(features))).reshape(features).transpose(1, 2, 0).ravel()


def _trace(module: nn.Module, input_shapes: Sequence[Sequence[int]]) -> fx.GraphModule:
    try:
        traced = fx.symbolic_trace(module)
    except Exception as error:  # tracing runs the user's code, which may raise anything
        raise ConvertError(f"cannot trace {type(module).__name__} ({error}), torch.fx, remove branches that depend on "
                           "tensors") from error
    places = sum(node.op == "placeholder" for node in traced.graph.nodes)
    if places != len(input_shapes):
        raise ConvertError(f"{len(input_shapes)} input shapes, {type(module).__name__}, the network takes {places}")
    examples = [torch.zeros(1, *shape[1:]) for shape in input_shapes]
    try:
        with torch.no_grad(), contextlib.redirect_stderr(io.StringIO()):  # it prints what it raises
            ShapeProp(traced).propagate(*examples)
    except Exception as error:
        reason = str(error.__cause__ or error).strip().splitlines()[-1]
        raise ConvertError(f"the network does not run ({reason}), inputs {list(input_shapes)}, correct the input "
                           "shapes") from error
    return traced


class _Importer:
    """Walks a traced network once, layer by layer."""

    def __init__(self, traced: fx.GraphModule, name: str) -> None:
        self.model = Model(name)
        self.outputs: List[int] = []
        self._modules = dict(traced.named_modules())
        self._nodes = list(traced.graph.nodes)
        self._calls: Dict[fx.Node, Tuple[Converted, List[fx.Node]]] = {}
        self._traced: Dict[fx.Node, _Traced] = {}
        self._wanted: Dict[fx.Node, Tuple[int, int, int]] = {}  # linear layers whose output becomes a map
        self._shared: Dict[str, Tuple[List[int], Map, Map]] = {}
        self._names: Dict[str, int] = {}

    def run(self) -> None:
        for node in self._nodes:
            self._read(node)
        for node in reversed(self._nodes):
            features = self._unflattened(node)
            if features:
                self._want(self._calls[node][1][0], features)
        for node in self._nodes:
            if node.op == "output":
                self._finish(node)
            elif not (node.op in ("call_function", "call_method") and is_size(node)):
                self._traced[node] = self._convert(node)

    def _read(self, node: fx.Node) -> None:
        """Notes which layer a node is, before any order of features is known."""
        if node.op == "get_attr":
            raise ConvertError(f"a constant or bare parameter, '{node.target}', make it part of a layer")
        if node.op == "call_module":
            module = self._modules[str(node.target)]
            if len(node.args) != 1 or node.kwargs:
                raise ConvertError(f"extra arguments of {type(module).__name__}, '{node.target}', leave them out")
            if not isinstance(module, IDENTITIES):
                self._calls[node] = (convert_module(module, str(node.target)), [node.args[0]])
        elif node.op in ("call_function", "call_method") and not is_reshape_to_map(node) and not is_size(node):
            self._calls[node] = convert_call(node)

    def _unflattened(self, node: fx.Node) -> Map:
        """(C, H, W) where `node` makes a map of more than one channel and one pixel out of a vector."""
        if node not in self._calls or self._calls[node][0][0] != "unflatten":
            return None
        options = self._calls[node][0][1]
        features = (options["channels"], options["height"], options["width"])
        return features if features[0] > 1 and features[1] * features[2] > 1 else None

    def _want(self, node: fx.Node, features: Tuple[int, int, int]) -> None:
        """Asks the linear layers behind `node` to give their outputs in Pinhole's order of this map."""
        if node not in self._calls:
            if node.op != "placeholder":
                self._want(node.args[0], features)
            return
        (op, _, _), inputs = self._calls[node]
        if op == "linear":
            if self._wanted.setdefault(node, features) != features:
                raise ConvertError(f"unflattened to two shapes, '{node.name}', use one")
        elif op in _ELEMENTWISE or op == "add":
            for source in inputs:
                self._want(source, features)

    def _name(self, wanted: str) -> str:
        count = self._names[wanted] = self._names.get(wanted, 0) + 1
        return wanted if count == 1 else f"{wanted}_{count - 1}"

    def _convert(self, node: fx.Node) -> _Traced:
        shape = node.meta["tensor_meta"].shape
        if node.op == "placeholder":
            return _Traced(self.model.add_input(self._name(str(node.target)), file_shape(shape, node.name)), None)
        if node not in self._calls:
            return self._traced[node.args[0]]
        (op, options, tensors), sources = self._calls[node]
        inputs = [self._traced[source] for source in sources]
        result_map = self._result_map(node, op, inputs)
        name = self._name(str(node.target) if node.op == "call_module" else node.name)
        shared: List[int] = []
        if node.op == "call_module" and tensors:
            shared = self._share(str(node.target), inputs[0].map, result_map)
        ordered = [] if shared else _permute(op, tensors, inputs[0].map, result_map)
        value = self.model.add_node(op, name, [t.value for t in inputs], options, ordered, shared)
        if node.op == "call_module" and tensors:
            self._shared[str(node.target)] = (self.model.nodes[-1].parameters, inputs[0].map, result_map)
        if self.model.values[value].shape != file_shape(shape, node.name):
            raise ConvertError(f"PyTorch's shape {tuple(shape)} differs from {self.model.values[value].shape}, "
                               f"'{node.name}', use a layer of the list in README.md")
        return _Traced(value, result_map)

    def _share(self, target: str, input_map: Map, result_map: Map) -> List[int]:
        """Parameters of an earlier call of the same module, if there was one."""
        ids, earlier_input, earlier_result = self._shared.get(target, ([], None, None))
        if ids and (earlier_input, earlier_result) != (input_map, result_map):
            raise ConvertError(f"called on vectors of different origin, '{target}', use two modules")
        return ids

    def _result_map(self, node: fx.Node, op: str, inputs: Sequence[_Traced]) -> Map:
        """The map that the result holds flattened; checks that the layer may read what its inputs hold."""
        maps = {traced.map for traced in inputs}
        if op == "flatten":
            _, channels, height, width = self._calls[node][1][0].meta["tensor_meta"].shape
            return (channels, height, width) if channels > 1 and height * width > 1 else None
        if op == "linear":
            return self._wanted.get(node)
        if op == "unflatten":
            if inputs[0].map != self._unflattened(node):
                raise ConvertError(f"the vector is not in this map's order, '{node.name}', put Linear before it")
            return None
        if maps == {None}:
            return None
        if (op in _ELEMENTWISE or op == "add") and len(maps) == 1:
            return inputs[0].map
        raise ConvertError(f"{op} reads flattened maps, '{node.name}', put a Linear layer before it")

    def _finish(self, node: fx.Node) -> None:
        results = node.args[0] if isinstance(node.args[0], (tuple, list)) else [node.args[0]]
        for result in results:
            if result not in self._traced:
                raise ConvertError("an output is not a tensor, 'output', return tensors or a tuple of them")
            if self._traced[result].map:
                raise ConvertError(f"the output is a flattened map, '{result.name}', return the map before Flatten")
            if self.model.values[self._traced[result].value].kind == "input":
                raise ConvertError(f"the output is an input, '{result.name}', put a layer between")
            self.outputs.append(self._traced[result].value)


def _permute(op: str, tensors: List[np.ndarray], input_map: Map, result_map: Map) -> List[np.ndarray]:
    if op == "batch_norm" and input_map:
        return [tensor[_order(input_map)] for tensor in tensors]
    if op == "linear":
        weight, *bias = tensors
        if input_map:
            weight = weight[..., _order(input_map)]
        if result_map:
            weight, bias = weight[_order(result_map)], [b[_order(result_map)] for b in bias]
        return [weight, *bias]
    return tensors


def import_module(module: nn.Module, input_shapes: Sequence[Sequence[int]], name: str, entry: str) -> Model:
    """The network in inference mode as a Model with one entry point; input shapes are (N, C, H, W) or (N, C), N is
    taken as 1. ConvertError names what cannot be converted."""
    was_training = module.training
    module.eval()
    try:
        importer = _Importer(_trace(module, input_shapes), name)
        importer.run()
    finally:
        module.train(was_training)
    model = importer.model
    inputs = [i for i, value in enumerate(model.values) if value.kind == "input"]
    model.entries.append(EntryPoint(entry, "inference", inputs, importer.outputs))
    return model
