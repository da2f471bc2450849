# SPDX-License-Identifier: Apache-2.0
"""PyTorch's layers -> the layer's name, its options and its parameters in a .pinhole file's layout."""
from typing import Any, Callable, Dict, List, Tuple, Type

import numpy as np
from torch import nn

from errors import ConvertError
from layers import Options

Converted = Tuple[str, Options, List[np.ndarray]]

# Modules that do nothing in inference.
IDENTITIES = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)


def _pair(value: Any) -> Tuple[int, int]:
    first, second = value if isinstance(value, (tuple, list)) else (value, value)
    return int(first), int(second)


def _sides(value: Any) -> Tuple[int, int, int, int]:
    """PyTorch's symmetric (height, width) padding as top, left, bottom, right."""
    return _pair(value) * 2


def _require(condition: bool, what: str, where: str, advice: str) -> None:
    if not condition:
        raise ConvertError(f"{what}, '{where}', {advice}")


def _array(tensor: Any) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()


def _same_padding(module: nn.Conv2d) -> Tuple[int, int, int, int]:
    total = [d * (k - 1) for d, k in zip(module.dilation, module.kernel_size)]
    before = [t // 2 for t in total]
    return (before[0], before[1], total[0] - before[0], total[1] - before[1])


def _conv2d(module: nn.Conv2d, where: str) -> Converted:
    _require(module.padding_mode == "zeros", f"padding mode '{module.padding_mode}'", where, "use 'zeros'")
    if module.padding == "same":
        padding = _same_padding(module)
    else:
        padding = _sides(0 if module.padding == "valid" else module.padding)
    weight = _array(module.weight).transpose(0, 2, 3, 1)  # O,I,KH,KW -> O,KH,KW,I
    return "conv2d", _conv_options(module, padding), _with_bias(module, weight)


def _conv_transpose2d(module: nn.ConvTranspose2d, where: str) -> Converted:
    options = _conv_options(module, _sides(module.padding))
    options["output_padding"] = _pair(module.output_padding)
    weight = _array(module.weight).transpose(0, 2, 3, 1)  # I,O,KH,KW -> I,KH,KW,O
    return "conv_transpose2d", options, _with_bias(module, weight)


def _conv_options(module: Any, padding: Tuple[int, int, int, int]) -> Options:
    return {
        "out_channels": module.out_channels, "kernel": _pair(module.kernel_size), "stride": _pair(module.stride),
        "padding": padding, "dilation": _pair(module.dilation), "groups": module.groups,
        "bias": int(module.bias is not None),
    }


def _with_bias(module: Any, weight: np.ndarray) -> List[np.ndarray]:
    return [weight] if module.bias is None else [weight, _array(module.bias)]


def _linear(module: nn.Linear, where: str) -> Converted:
    weight = _array(module.weight)[:, None, None, :]
    options = {"out_channels": module.out_features, "bias": int(module.bias is not None)}
    return "linear", options, _with_bias(module, weight)


def _batch_norm(module: Any, where: str) -> Converted:
    _require(module.track_running_stats and module.running_mean is not None, "batch norm without running statistics",
             where, "set track_running_stats=True")
    _require(module.momentum is not None, "batch norm with a cumulative average", where, "set a momentum")
    count = module.num_features
    learned = [_array(module.weight), _array(module.bias)] if module.affine else [np.ones(count), np.zeros(count)]
    options = {"epsilon": float(module.eps), "momentum": float(module.momentum)}
    return "batch_norm", options, learned + [_array(module.running_mean), _array(module.running_var)]


def leaky_relu(slope: float, where: str) -> Converted:
    _require(slope >= 1e-6, f"leaky ReLU with slope {slope}", where, "use a slope of at least 1e-6, or ReLU")
    return "leaky_relu", {"slope": float(slope)}, []


def max_pool2d(kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, where: str) -> Converted:
    _require(_pair(dilation) == (1, 1) and not ceil_mode, "max pooling with dilation or ceil_mode", where,
             "use dilation=1, ceil_mode=False")
    strides = _pair(kernel if stride is None else stride)
    return "max_pool2d", {"kernel": _pair(kernel), "stride": strides, "padding": _sides(padding)}, []


def _max_pool(module: nn.MaxPool2d, where: str) -> Converted:
    _require(not module.return_indices, "max pooling that returns indices", where, "set return_indices=False")
    return max_pool2d(module.kernel_size, module.stride, module.padding, module.dilation, module.ceil_mode, where)


def upsample(size: Any, scale_factor: Any, mode: str, where: str) -> Converted:
    _require(mode == "nearest", f"upsampling mode '{mode}'", where, "use mode='nearest'")
    _require(size is None and scale_factor is not None, "upsampling to a size", where, "state scale_factor instead")
    factors = scale_factor if isinstance(scale_factor, (tuple, list)) else (scale_factor, scale_factor)
    _require(all(float(f).is_integer() and f >= 1 for f in factors), f"upsampling by {scale_factor}", where,
             "use a whole factor")
    return "upsample_nearest", {"factor": _pair(factors)}, []


def _unflatten(module: nn.Unflatten, where: str) -> Converted:
    return unflatten(module.dim, tuple(module.unflattened_size), where)


def unflatten(dim: Any, sizes: Tuple[int, ...], where: str) -> Converted:
    _require(dim in (1, -1) and len(sizes) == 3 and min(sizes) > 0, f"unflatten of dimension {dim} to {sizes}", where,
             "use dimension 1 and three positive sizes (C, H, W)")
    return "unflatten", {"height": sizes[1], "width": sizes[2], "channels": sizes[0]}, []


def _flatten(module: nn.Flatten, where: str) -> Converted:
    return flatten(module.start_dim, module.end_dim, where)


def flatten(start_dim: int, end_dim: int, where: str) -> Converted:
    _require(start_dim == 1 and end_dim in (-1, 3), f"flatten of dimensions {start_dim} to {end_dim}", where,
             "flatten from dimension 1 to the last")
    return "flatten", {}, []


_MODULES: Dict[Type[nn.Module], Callable[[Any, str], Converted]] = {
    nn.Conv2d: _conv2d,
    nn.ConvTranspose2d: _conv_transpose2d,
    nn.Linear: _linear,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.ReLU: lambda module, where: ("relu", {}, []),
    nn.LeakyReLU: lambda module, where: leaky_relu(module.negative_slope, where),
    nn.Sigmoid: lambda module, where: ("sigmoid", {}, []),
    nn.Tanh: lambda module, where: ("tanh", {}, []),
    nn.MaxPool2d: _max_pool,
    nn.Upsample: lambda module, where: upsample(module.size, module.scale_factor, module.mode, where),
    nn.UpsamplingNearest2d: lambda module, where: upsample(module.size, module.scale_factor, module.mode, where),
    nn.PixelShuffle: lambda module, where: ("pixel_shuffle", {"factor": module.upscale_factor}, []),
    nn.PixelUnshuffle: lambda module, where: ("pixel_unshuffle", {"factor": module.downscale_factor}, []),
    nn.Flatten: _flatten,
    nn.Unflatten: _unflatten,
}


def convert_module(module: nn.Module, where: str) -> Converted:
    """The layer that a leaf module is; ConvertError for a module or an option that .pinhole files cannot hold."""
    convert = _MODULES.get(type(module))
    if convert is None:
        known = ", ".join(sorted({kind.__name__ for kind in _MODULES}))
        raise ConvertError(f"unsupported module {type(module).__name__}, '{where}', replace it by one of: {known}")
    return convert(module, where)
