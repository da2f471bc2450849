# SPDX-License-Identifier: Apache-2.0
"""PyTorch's functions and tensor methods -> layers. Each takes a call's own arguments, traced tensors among them."""
import operator
from typing import Any, Callable, Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import fx

from errors import ConvertError
from torch_layers import Converted, flatten, leaky_relu, max_pool2d, unflatten, upsample

Call = Tuple[Converted, List[fx.Node]]  # the layer and the tensors it reads


def _relu(where: str, input: fx.Node, inplace: bool = False) -> Call:
    return ("relu", {}, []), [input]


def _leaky_relu(where: str, input: fx.Node, negative_slope: float = 0.01, inplace: bool = False) -> Call:
    return leaky_relu(negative_slope, where), [input]


def _sigmoid(where: str, input: fx.Node) -> Call:
    return ("sigmoid", {}, []), [input]


def _tanh(where: str, input: fx.Node) -> Call:
    return ("tanh", {}, []), [input]


def _add(where: str, input: Any, other: Any, alpha: float = 1) -> Call:
    if alpha != 1 or not isinstance(input, fx.Node) or not isinstance(other, fx.Node):
        raise ConvertError(f"add of a constant or with alpha, '{where}', add two tensors of one shape")
    return ("add", {}, []), [input, other]


def _cat(where: str, tensors: Any, dim: int = 0, axis: Any = None) -> Call:
    if (dim if axis is None else axis) != 1:
        raise ConvertError(f"cat of dimension {dim}, '{where}', use dim=1 (channels)")
    return ("concat", {}, []), list(tensors)


def _flatten(where: str, input: fx.Node, start_dim: int = 0, end_dim: int = -1) -> Call:
    return flatten(start_dim, end_dim, where), [input]


def _unflatten(where: str, input: fx.Node, dim: int, sizes: Any) -> Call:
    return unflatten(dim, tuple(sizes), where), [input]


def _pixel_shuffle(where: str, input: fx.Node, upscale_factor: int) -> Call:
    return ("pixel_shuffle", {"factor": upscale_factor}, []), [input]


def _pixel_unshuffle(where: str, input: fx.Node, downscale_factor: int) -> Call:
    return ("pixel_unshuffle", {"factor": downscale_factor}, []), [input]


def _interpolate(where: str, input: fx.Node, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
                 **other: Any) -> Call:
    return upsample(size, scale_factor, mode, where), [input]


def _max_pool2d(where: str, input: fx.Node, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1,
                ceil_mode: bool = False, return_indices: bool = False) -> Call:
    if return_indices:
        raise ConvertError(f"max pooling that returns indices, '{where}', set return_indices=False")
    return max_pool2d(kernel_size, stride, padding, dilation, ceil_mode, where), [input]


def _expand_as(where: str, input: fx.Node, other: fx.Node) -> Call:
    return ("expand", {}, []), [input, other]


def _expand(where: str, input: fx.Node, *sizes: Any) -> Call:
    """Only to the height and width of another tensor: v.expand(-1, -1, x.shape[2], x.shape[3])."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    sources = {_size_of(size, dim) for dim, size in enumerate(sizes) if dim >= 2}
    if len(sizes) != 4 or sizes[1] != -1 or len(sources) != 1 or None in sources:
        raise ConvertError(f"expand to {sizes}, '{where}', use expand(-1, -1, x.shape[2], x.shape[3]) or expand_as(x)")
    return ("expand", {}, []), [input, sources.pop()]


def _size_of(size: Any, dim: int) -> Any:
    """The tensor x of which `size` is x.shape[dim] or x.size(dim); None for anything else."""
    if not isinstance(size, fx.Node):
        return None
    if size.op == "call_method" and size.target == "size" and tuple(size.args[1:]) in ((dim,), (dim - 4,)):
        return size.args[0]
    if size.target is operator.getitem and size.args[1] in (dim, dim - 4):
        shape = size.args[0]
        if shape.target is getattr and shape.args[1] == "shape":
            return shape.args[0]
        if shape.op == "call_method" and shape.target == "size" and len(shape.args) == 1:
            return shape.args[0]
    return None


Handler = Callable[..., Call]
_METHODS: Dict[str, Handler] = {
    "relu": _relu, "sigmoid": _sigmoid, "tanh": _tanh, "add": _add, "flatten": _flatten, "unflatten": _unflatten,
    "expand": _expand, "expand_as": _expand_as,
}
_FUNCTIONS: Dict[Any, Handler] = {
    torch.relu: _relu, F.relu: _relu, F.leaky_relu: _leaky_relu, torch.sigmoid: _sigmoid, F.sigmoid: _sigmoid,
    torch.tanh: _tanh, F.tanh: _tanh, operator.add: _add, operator.iadd: _add, torch.add: _add, torch.cat: _cat,
    torch.concat: _cat, torch.flatten: _flatten, torch.unflatten: _unflatten, F.pixel_shuffle: _pixel_shuffle,
    F.pixel_unshuffle: _pixel_unshuffle, F.interpolate: _interpolate, F.max_pool2d: _max_pool2d,
    torch.max_pool2d: _max_pool2d,
}


def convert_call(node: fx.Node) -> Call:
    """The layer that a function or method call is; ConvertError for one that .pinhole files cannot hold."""
    method = node.op == "call_method"
    handler = (_METHODS if method else _FUNCTIONS).get(node.target)
    name = node.target if method else getattr(node.target, "__name__", str(node.target))
    if handler is None:
        known = sorted(set(_METHODS) | {f.__name__ for f in _FUNCTIONS})
        raise ConvertError(f"unsupported function {name}, '{node.name}', use layers or one of: {', '.join(known)}")
    try:
        return handler(node.name, *node.args, **node.kwargs)
    except TypeError as error:
        raise ConvertError(f"unsupported arguments of {name} ({error}), '{node.name}', leave them out") from None


def is_reshape_to_map(node: fx.Node) -> bool:
    """True for what turns a vector (N, C) into a map (N, C, 1, 1) or leaves a tensor alone: x[:, :, None, None],
    unsqueeze(-1), unsqueeze(2), contiguous()."""
    if node.op == "call_method":
        if node.target == "unsqueeze":
            return len(node.args) == 2 and node.args[1] in (-1, 2, 3)
        return node.target == "contiguous"
    if node.target is operator.getitem and isinstance(node.args[1], tuple):
        whole = slice(None, None, None)
        return tuple(node.args[1]) in ((whole, whole, None, None), (Ellipsis, None, None))
    return False


def is_size(node: fx.Node) -> bool:
    """True for what computes a size from a tensor, which only `expand` may read: x.shape, x.size(), their elements."""
    if node.op == "call_method":
        return node.target == "size"
    if node.target is operator.getitem:
        return isinstance(node.args[0], fx.Node) and is_size(node.args[0])
    return node.target is getattr and node.args[1] == "shape"
