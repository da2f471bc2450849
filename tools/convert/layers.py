# SPDX-License-Identifier: Apache-2.0
"""What a file may say about each layer: id, attributes with defaults, inputs, and the shapes that follow.

The C++ side states the same in src/ops/<layer>.cpp. Shapes are (n, h, w, c); a vector is (n, 1, 1, c).
"""
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

from errors import ConvertError

Shape = Tuple[int, int, int, int]
Options = Dict[str, Any]  # key -> int or float, or a tuple of them where the layer wants several

ACTIVATIONS = ("none", "relu", "leaky_relu", "sigmoid", "tanh")  # the numbers of the attribute "activation"


class Layer(NamedTuple):
    id: int
    defaults: Options  # also fixes order, count and type of the attributes; None: no default
    inputs: Tuple[int, int]  # fewest and most
    infer: Callable[[Options, Sequence[Shape]], Shape]
    parameters: Callable[[Options, Sequence[Shape]], List[Tuple[str, Shape]]]  # PyTorch's names and file shapes
    buffers: int = 0  # how many of the last parameters are buffers


class _Wrong(Exception):
    """The inputs do not fit the layer."""


def _require(condition: bool, text: str) -> None:
    if not condition:
        raise _Wrong(text)


def _same(options: Options, inputs: Sequence[Shape]) -> Shape:
    return inputs[0]


def _none(options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    return []


def _vector(count: int) -> Shape:
    return (1, 1, 1, count)


def _window(options: Options, shape: Shape, axis: int) -> int:
    """Output size of a convolution or pooling along axis 0 (height) or 1 (width)."""
    before, after = options["padding"][axis], options["padding"][axis + 2]
    reach = options.get("dilation", (1, 1))[axis] * (options["kernel"][axis] - 1) + 1
    free = shape[1 + axis] + before + after - reach
    _require(free >= 0, f"kernel larger than the padded input {shape}")
    return free // options["stride"][axis] + 1


def _check_conv(options: Options, channels: int) -> None:
    _require(min(options["kernel"]) >= 1, "the kernel must be given")
    _require(channels % options["groups"] == 0 and options["out_channels"] % options["groups"] == 0,
             "groups do not divide the channels")
    extents = [d * (k - 1) + 1 for d, k in zip(options["dilation"], options["kernel"])] * 2
    _require(all(0 <= p < e for p, e in zip(options["padding"], extents)),
             "padding must be less than the kernel's extent")


def _conv(options: Options, inputs: Sequence[Shape]) -> Shape:
    x = inputs[0]
    _check_conv(options, x[3])
    return (x[0], _window(options, x, 0), _window(options, x, 1), options["out_channels"])


def _conv_parameters(options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    out = options["out_channels"]
    weight = ("weight", (out, *options["kernel"], inputs[0][3] // options["groups"]))
    return [weight, ("bias", _vector(out))] if options["bias"] else [weight]


def _transposed(options: Options, inputs: Sequence[Shape]) -> Shape:
    n, h, w, c = inputs[0]
    _check_conv(options, c)
    _require(all(p < max(s, d) for p, s, d in zip(options["output_padding"], options["stride"], options["dilation"])),
             "output_padding must be less than the stride or the dilation")
    sizes = [
        options["stride"][axis] * (size - 1) + options["dilation"][axis] * (options["kernel"][axis] - 1) + 1
        - options["padding"][axis] - options["padding"][axis + 2] + options["output_padding"][axis]
        for axis, size in enumerate((h, w))
    ]
    _require(min(sizes) >= 1, "padding eats the whole output")
    return (n, sizes[0], sizes[1], options["out_channels"])


def _transposed_parameters(options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    out = options["out_channels"]
    weight = ("weight", (inputs[0][3], *options["kernel"], out // options["groups"]))
    return [weight, ("bias", _vector(out))] if options["bias"] else [weight]


def _linear(options: Options, inputs: Sequence[Shape]) -> Shape:
    _require(inputs[0][1] == 1, f"{inputs[0]} is not a vector, flatten it first")
    return (*inputs[0][:3], options["out_channels"])


def _linear_parameters(options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    out = options["out_channels"]
    weight = ("weight", (out, 1, 1, inputs[0][3]))
    return [weight, ("bias", _vector(out))] if options["bias"] else [weight]


def _norm_parameters(options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    return [(name, _vector(inputs[0][3])) for name in ("weight", "bias", "running_mean", "running_var")]


def _pool(options: Options, inputs: Sequence[Shape]) -> Shape:
    x = inputs[0]
    _require(all(0 <= p < k for p, k in zip(options["padding"], options["kernel"] * 2)),
             "padding must be less than the kernel")
    return (x[0], _window(options, x, 0), _window(options, x, 1), x[3])


def _upsample(options: Options, inputs: Sequence[Shape]) -> Shape:
    n, h, w, c = inputs[0]
    return (n, h * options["factor"][0], w * options["factor"][1], c)


def _shuffle(options: Options, inputs: Sequence[Shape]) -> Shape:
    (n, h, w, c), factor = inputs[0], options["factor"]
    _require(c % (factor * factor) == 0, f"{c} channels are not a multiple of factor squared")
    return (n, h * factor, w * factor, c // (factor * factor))


def _unshuffle(options: Options, inputs: Sequence[Shape]) -> Shape:
    (n, h, w, c), factor = inputs[0], options["factor"]
    _require(h % factor == 0 and w % factor == 0, f"{h}x{w} is not a multiple of the factor {factor}")
    return (n, h // factor, w // factor, c * factor * factor)


def _add(options: Options, inputs: Sequence[Shape]) -> Shape:
    _require(all(shape == inputs[0] for shape in inputs), f"inputs differ: {list(inputs)}")
    return inputs[0]


def _concat(options: Options, inputs: Sequence[Shape]) -> Shape:
    _require(all(shape[:3] == inputs[0][:3] for shape in inputs), f"inputs differ beyond channels: {list(inputs)}")
    return (*inputs[0][:3], sum(shape[3] for shape in inputs))


def _flatten(options: Options, inputs: Sequence[Shape]) -> Shape:
    n, h, w, c = inputs[0]
    return (n, 1, 1, h * w * c)


def _unflatten(options: Options, inputs: Sequence[Shape]) -> Shape:
    shape = (inputs[0][0], options["height"], options["width"], options["channels"])
    _require(inputs[0][1:3] == (1, 1) and inputs[0][3] == shape[1] * shape[2] * shape[3],
             f"{inputs[0]} does not hold {shape[1:]}")
    return shape


def _expand(options: Options, inputs: Sequence[Shape]) -> Shape:
    vector, like = inputs
    _require(vector[:3] == (like[0], 1, 1), f"{vector} is not a vector for {like}")
    return (*like[:3], vector[3])


def _loss(options: Options, inputs: Sequence[Shape]) -> Shape:
    _require(inputs[0] == inputs[1], f"prediction and target differ: {list(inputs)}")
    return (1, 1, 1, 1)


_FUSED: Options = {"activation": 0, "slope": 0.01}
_CONV: Options = {
    "out_channels": None, "kernel": (0, 0), "stride": (1, 1), "padding": (0, 0, 0, 0), "dilation": (1, 1), "groups": 1,
    "bias": 1, **_FUSED,
}
_POOL: Options = {"kernel": (2, 2), "stride": (0, 0), "padding": (0, 0, 0, 0)}  # stride 0: the kernel's size
REDUCTIONS = ("mean", "sum", "batchmean")  # the numbers of the attribute "reduction"
_LOSS: Options = {"weight": 1.0, "reduction": 0}

LAYERS: Dict[str, Layer] = {
    "conv2d": Layer(1, _CONV, (1, 1), _conv, _conv_parameters),
    "conv_transpose2d": Layer(2, {**_CONV, "output_padding": (0, 0)}, (1, 1), _transposed, _transposed_parameters),
    "linear": Layer(3, {"out_channels": None, "bias": 1, **_FUSED}, (1, 1), _linear, _linear_parameters),
    "batch_norm": Layer(4, {"epsilon": 1e-5, "momentum": 0.1}, (1, 1), _same, _norm_parameters, buffers=2),
    "relu": Layer(5, {}, (1, 1), _same, _none),
    "leaky_relu": Layer(6, {"slope": 0.01}, (1, 1), _same, _none),
    "sigmoid": Layer(7, {}, (1, 1), _same, _none),
    "tanh": Layer(8, {}, (1, 1), _same, _none),
    "max_pool2d": Layer(9, _POOL, (1, 1), _pool, _none),
    "upsample_nearest": Layer(10, {"factor": (2, 2)}, (1, 1), _upsample, _none),
    "pixel_shuffle": Layer(11, {"factor": 2}, (1, 1), _shuffle, _none),
    "pixel_unshuffle": Layer(12, {"factor": 2}, (1, 1), _unshuffle, _none),
    "add": Layer(13, _FUSED, (2, 4), _add, _none),
    "concat": Layer(14, {}, (1, 4), _concat, _none),
    "flatten": Layer(15, {}, (1, 1), _flatten, _none),
    "unflatten": Layer(16, {"height": None, "width": None, "channels": None}, (1, 1), _unflatten, _none),
    "expand": Layer(17, {}, (2, 2), _expand, _none),
    "reparameterize": Layer(18, {"stream": 0}, (2, 2), _add, _none),
    "mse_loss": Layer(64, _LOSS, (2, 2), _loss, _none),
    "l1_loss": Layer(65, _LOSS, (2, 2), _loss, _none),
    "charbonnier_loss": Layer(66, {**_LOSS, "epsilon": 1e-3}, (2, 2), _loss, _none),
    "bce_loss": Layer(67, _LOSS, (2, 2), _loss, _none),
    "kl_loss": Layer(68, {**_LOSS, "reduction": 2}, (2, 2), _loss, _none),
}
NAME_OF_ID: Dict[int, str] = {layer.id: name for name, layer in LAYERS.items()}


def complete_options(op: str, given: Options) -> Options:
    """`given` with the defaults filled in, in the canonical order. ConvertError for a key or count that is wrong."""
    if op not in LAYERS:
        raise ConvertError(f"unknown layer '{op}', known are {', '.join(LAYERS)}, use one of them")
    defaults = LAYERS[op].defaults
    for key, value in given.items():
        if key not in defaults:
            raise ConvertError(f"unknown attribute '{key}', {op}, known are: {', '.join(defaults) or 'none'}")
        wanted = len(defaults[key]) if isinstance(defaults[key], tuple) else 1
        if (len(value) if isinstance(value, (tuple, list)) else 1) != wanted:
            raise ConvertError(f"attribute '{key}' needs {wanted} number(s), {op}, not {value}")
    options = {**defaults, **given}
    missing = [key for key in defaults if options[key] is None]
    if missing:
        raise ConvertError(f"attribute '{missing[0]}' is missing, {op}, state it")
    if op == "max_pool2d":
        options["stride"] = tuple(s or k for s, k in zip(options["stride"], options["kernel"]))
    return {key: options[key] for key in defaults}


def infer_shape(op: str, options: Options, inputs: Sequence[Shape], where: str) -> Shape:
    """Shape of the output; ConvertError when the inputs do not fit."""
    fewest, most = LAYERS[op].inputs
    if not fewest <= len(inputs) <= most:
        raise ConvertError(f"{op} takes {fewest} to {most} inputs, '{where}', not {len(inputs)}")
    try:
        return LAYERS[op].infer(options, inputs)
    except _Wrong as error:
        raise ConvertError(f"{op}: {error}, '{where}', correct the layer or its input") from None
    except ZeroDivisionError:
        raise ConvertError(f"{op}: an attribute is zero, '{where}', correct the layer") from None


def parameter_shapes(op: str, options: Options, inputs: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    """Name and stored shape of every parameter, learned ones first, then buffers."""
    return LAYERS[op].parameters(options, inputs)
