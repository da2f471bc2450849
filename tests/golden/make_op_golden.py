#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes op_golden.txt and op_golden.f32 beside itself: every layer's outputs and gradients as PyTorch computes them.

    /usr/bin/python3 tests/golden/make_op_golden.py        (Debian's python3-torch 1.13; seeded, same bytes every time)

op_golden.txt has one block per case, and op_golden.f32 the numbers of its tensors one after the other, little-endian:

    case LAYER NAME inference|training
    ints KEY VALUE...      floats KEY VALUE...        attributes
    in|parameter|d_out N H W C                        operands, exact in f32
    out|d_in|d_parameter|after I N H W C              results of tensor I, computed in double; `after` is a parameter
                                                      after the pass (running statistics)
Layout: images N,H,W,C; vectors {n,1,1,c}; tokens {n,1,t,c}; convolution weights {O,KH,KW,I}, transposed {I,KH,KW,O}.
"""
import pathlib
import zlib

import torch
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

from latent_noise import noise

torch.set_num_threads(1)
SEED, STEP = 7, 3  # of the run that the tests make up
HERE = pathlib.Path(__file__).resolve().parent
text, numbers = [], bytearray()


def layout(t):
    """PyTorch's tensor in Pinhole's order of memory."""
    if t.dim() == 4:
        return t.permute(0, 2, 3, 1)
    if t.dim() == 3:
        return t[:, None]
    return t.reshape(t.shape[0] if t.dim() == 2 else 1, 1, 1, -1)


def write(words, t):
    t = layout(t.detach())
    text.append(" ".join(map(str, (words, *t.shape))))
    numbers.extend(t.contiguous().float().numpy().astype("<f4").tobytes())


def random(*shape, low=-1.0, high=1.0):
    return (low + (high - low) * torch.rand(shape)).float().double()


def f32(value):
    """The double nearest to what an f32 attribute holds."""
    return torch.tensor(value).float().item()


def case(layer, name, inputs, run, parameters=(), buffers=(), training=True, frozen=(), **attributes):
    """Runs run(*inputs) and writes all there is; inputs may be shapes. `frozen` inputs get no gradient."""
    torch.manual_seed(zlib.crc32(f"{layer} {name}".encode()))
    text.append(f"case {layer} {name} {'training' if training else 'inference'}")
    for key, value in attributes.items():
        values = value if isinstance(value, tuple) else (value,)
        kind = "floats" if isinstance(values[0], float) else "ints"
        text.append(f"{kind} {key} " + " ".join(repr(v) for v in values))
    inputs = [(random(*t) if isinstance(t, tuple) else t).clone().requires_grad_() for t in inputs]
    parameters = [(random(*t) if isinstance(t, tuple) else t).clone().requires_grad_() for t in parameters]
    buffers = [random(*t, low=0.5, high=1.5) for t in buffers]
    for t in inputs:
        write("in", t)
    for t in (*parameters, *buffers):
        write("parameter", t)
    out = run(*inputs, *parameters, *buffers)
    d_out = random(*out.shape)
    if training:
        write("d_out", d_out)
        wanted = [t for i, t in enumerate(inputs) if i not in frozen] + parameters
        gradients = list(torch.autograd.grad(out, wanted, d_out))
    write("out 0", out)
    if not training:
        return
    for i in range(len(inputs)):
        if i not in frozen:
            write(f"d_in {i}", gradients.pop(0))
    for i, gradient in enumerate(gradients):
        write(f"d_parameter {i}", gradient)
    for i, t in enumerate(buffers):
        write(f"after {len(parameters) + i}", t)


ACTIVATIONS = {
    "relu": (1, torch.relu), "leaky_relu": (2, lambda t: F.leaky_relu(t, f32(0.2))), "sigmoid": (3, torch.sigmoid),
    "tanh": (4, torch.tanh),
}


def pad(t, padding):
    top, left, bottom, right = padding
    return F.pad(t, (left, right, top, bottom))


def conv(name, shape, out_channels, kernel, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1, bias=1,
         activation=None):
    code, function = ACTIVATIONS[activation] if activation else (0, lambda t: t)
    extra = {"activation": code, "slope": 0.2} if activation else {}

    def run(x, weight, b=None):
        return function(F.conv2d(pad(x, padding), weight, b, stride, 0, dilation, groups))

    case("conv2d", name, [shape], run, [(out_channels, shape[1] // groups, *kernel)] + [(out_channels,)] * bias,
         training=not activation, out_channels=out_channels, kernel=kernel, stride=stride, padding=padding,
         dilation=dilation, groups=groups, bias=bias, **extra)


def conv_transpose(name, shape, out_channels, kernel, stride=(1, 1), padding=(0, 0), output_padding=(0, 0),
                   dilation=(1, 1), groups=1, bias=1, activation=None):
    code, function = ACTIVATIONS[activation] if activation else (0, lambda t: t)
    extra = {"activation": code, "slope": 0.2} if activation else {}

    def run(x, weight, b=None):
        return function(F.conv_transpose2d(x, weight, b, stride, padding, output_padding, groups, dilation))

    case("conv_transpose2d", name, [shape], run,
         [(shape[1], out_channels // groups, *kernel)] + [(out_channels,)] * bias, training=not activation,
         out_channels=out_channels, kernel=kernel, stride=stride, padding=padding * 2, dilation=dilation,
         groups=groups, bias=bias, output_padding=output_padding, **extra)


def convolutions():
    conv("k3_same", (2, 3, 5, 7), 4, (3, 3), padding=(1, 1, 1, 1))
    conv("k3_stride2_odd", (1, 2, 7, 5), 3, (3, 3), stride=(2, 2), padding=(1, 1, 1, 1))
    conv("k4_same_extra_bottom_right", (1, 2, 6, 5), 3, (4, 4), padding=(1, 1, 2, 2))
    conv("k2x3_everything", (2, 4, 8, 9), 6, (2, 3), stride=(2, 3), padding=(1, 0, 1, 2), dilation=(2, 3), groups=2)
    conv("depthwise_no_bias", (1, 5, 6, 6), 5, (3, 3), padding=(1, 1, 1, 1), groups=5, bias=0)
    conv("pointwise", (2, 9, 3, 4), 17, (1, 1))
    conv("whole_image", (2, 3, 4, 4), 5, (4, 4))
    for activation in ACTIVATIONS:
        conv(f"fused_{activation}", (1, 3, 4, 5), 5, (3, 3), padding=(1, 1, 1, 1), activation=activation)
    conv_transpose("k2_stride2", (2, 3, 3, 4), 4, (2, 2), stride=(2, 2))
    conv_transpose("k3_stride2_output_padding", (1, 4, 3, 4), 3, (3, 3), stride=(2, 2), padding=(1, 1),
                   output_padding=(1, 1))
    conv_transpose("k4x3_everything", (2, 4, 4, 3), 6, (4, 3), stride=(3, 2), padding=(1, 2), output_padding=(2, 1),
                   dilation=(1, 2), groups=2)
    conv_transpose("unit_stride_padded", (1, 2, 6, 6), 3, (4, 4), padding=(2, 2), bias=0)
    conv_transpose("depthwise", (1, 4, 3, 3), 4, (3, 3), stride=(2, 2), padding=(1, 1), groups=4)
    for activation in ACTIVATIONS:
        conv_transpose(f"fused_{activation}", (1, 2, 3, 3), 5, (3, 3), stride=(2, 2), activation=activation)
    case("linear", "vectors", [(5, 7)], F.linear, [(11, 7), (11,)], out_channels=11)
    case("linear", "tokens_no_bias", [(2, 5, 6)], F.linear, [(3, 6)], out_channels=3, bias=0)
    case("linear", "fused_sigmoid", [(3, 9)], lambda x, w, b: torch.sigmoid(F.linear(x, w, b)), [(4, 9), (4,)],
         training=False, out_channels=4, activation=3)


def batch_norms():
    def norm(training, momentum, epsilon):
        return lambda x, weight, bias, mean, var: F.batch_norm(x, mean, var, weight, bias, training,
                                                                     f32(momentum), f32(epsilon))

    four = [(3,)] * 2
    case("batch_norm", "images", [(2, 3, 5, 4)], norm(True, 0.1, 1e-5), four, four, epsilon=1e-5, momentum=0.1)
    case("batch_norm", "vectors", [(7, 3)], norm(True, 0.3, 1e-2), four, four, epsilon=1e-2, momentum=0.3)
    case("batch_norm", "far_from_zero", [random(2, 3, 3, 3, low=99, high=101)], norm(True, 0.1, 1e-5), four, four)
    case("batch_norm", "frozen", [(2, 3, 3, 5)], norm(False, 0.1, 1e-3), four, four, training=False, epsilon=1e-3,
         momentum=0.1)


def elementwise():
    edges = torch.tensor([-40.0, -1.0, -1e-6, 0.0, 1e-6, 0.5, 3.0, 40.0]).double().reshape(1, 2, 2, 2)
    for layer, function in (("relu", torch.relu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh)):
        case(layer, "images", [(2, 3, 3, 5)], function)
        case(layer, "edges", [edges], function)
        case(layer, "vectors", [(3, 5)], function)
    case("leaky_relu", "images", [(2, 3, 3, 5)], lambda t: F.leaky_relu(t, f32(0.01)))
    case("leaky_relu", "edges", [edges], lambda t: F.leaky_relu(t, 0.25), slope=0.25)
    case("add", "two", [(2, 3, 3, 5)] * 2, torch.add)
    case("add", "four", [(1, 3, 4, 3)] * 4, lambda a, b, c, d: a + b + c + d)
    case("add", "fused_relu", [(1, 3, 4, 3)] * 2, lambda a, b: torch.relu(a + b), training=False, activation=1)
    case("add", "fused_leaky", [(1, 3, 4, 3)] * 3, lambda a, b, c: F.leaky_relu(a + b + c, f32(0.2)), training=False,
         activation=2, slope=0.2)
    case("concat", "two", [(2, 3, 3, 5), (2, 4, 3, 5)], lambda *t: torch.cat(t, 1))
    case("concat", "four", [(1, c, 2, 3) for c in (1, 5, 2, 3)], lambda *t: torch.cat(t, 1))


def rearranging():
    case("max_pool2d", "k2", [(2, 3, 6, 4)], lambda t: F.max_pool2d(t, 2), kernel=(2, 2), stride=(2, 2))
    case("max_pool2d", "overlapping_padded", [(1, 3, 7, 6)], lambda t: F.max_pool2d(t, (3, 2), (2, 1), (1, 1)),
         kernel=(3, 2), stride=(2, 1), padding=(1, 1, 1, 1))
    case("max_pool2d", "odd_size", [(1, 2, 5, 7)], lambda t: F.max_pool2d(t, 2), kernel=(2, 2), stride=(2, 2))
    infinite = float("-inf")
    case("max_pool2d", "same_extra_bottom_right", [(1, 2, 7, 7)],
         lambda t: F.max_pool2d(F.pad(t, (0, 1, 0, 1), value=infinite), 2), kernel=(2, 2), stride=(2, 2),
         padding=(0, 0, 1, 1))
    ties = (torch.arange(50).reshape(1, 2, 5, 5) * 7 % 3).double()
    case("max_pool2d", "ties_go_to_the_first", [ties], lambda t: F.max_pool2d(t, 3, 1), kernel=(3, 3), stride=(1, 1))
    lecture = torch.arange(1, 17).double().reshape(1, 1, 4, 4)
    case("max_pool2d", "one_to_sixteen", [lecture], lambda t: F.max_pool2d(t, 2), kernel=(2, 2), stride=(2, 2))
    case("upsample_nearest", "by_2", [(2, 3, 3, 4)], lambda t: F.interpolate(t, scale_factor=2), factor=(2, 2))
    case("upsample_nearest", "by_3x1", [(1, 2, 2, 3)], lambda t: F.interpolate(t, scale_factor=(3, 1)), factor=(3, 1))
    case("pixel_shuffle", "by_2", [(2, 12, 2, 3)], lambda t: F.pixel_shuffle(t, 2), factor=2)
    case("pixel_shuffle", "by_3", [(1, 18, 3, 2)], lambda t: F.pixel_shuffle(t, 3), factor=3)
    case("pixel_unshuffle", "by_2", [(2, 3, 4, 6)], lambda t: F.pixel_unshuffle(t, 2), factor=2)
    case("pixel_unshuffle", "by_3", [(1, 2, 6, 3)], lambda t: F.pixel_unshuffle(t, 3), factor=3)
    case("flatten", "images", [(2, 3, 4, 5)], lambda t: t.permute(0, 2, 3, 1).flatten(1))
    case("unflatten", "images", [(2, 60)], lambda t: t.reshape(2, 4, 5, 3).permute(0, 3, 1, 2), height=4, width=5,
         channels=3)
    case("expand", "to_images", [(2, 3), random(2, 4, 3, 5)],
         lambda vector, like: vector[:, :, None, None].expand(-1, -1, 3, 5), frozen=(1,))
    case("expand", "to_a_column", [(3, 2), random(3, 1, 4, 1)],
         lambda vector, like: vector[:, :, None, None].expand(-1, -1, 4, 1), frozen=(1,))


def losses():
    def loss(layer, name, function, low=-1.0, **attributes):
        shape = (2, 3, 5, 3)
        pair = [random(*shape, low=low), random(*shape, low=low)]
        case(layer, name, pair, function, frozen=(1,), **attributes)

    def charbonnier(epsilon):
        return lambda x, y: torch.sqrt((x - y) ** 2 + f32(epsilon) ** 2).mean()

    loss("mse_loss", "images", F.mse_loss)
    loss("mse_loss", "weighted", lambda x, y: 0.25 * F.mse_loss(x, y), weight=0.25)
    loss("l1_loss", "images", F.l1_loss)
    loss("charbonnier_loss", "images", charbonnier(1e-3), epsilon=1e-3)
    loss("charbonnier_loss", "wide", charbonnier(0.5), epsilon=0.5)
    loss("bce_loss", "images", F.binary_cross_entropy, low=0.01)
    same = random(1, 2, 3, 4)
    for layer, function in (("mse_loss", F.mse_loss), ("l1_loss", F.l1_loss)):
        case(layer, "equal", [same, same], function, frozen=(1,))
    ends = torch.tensor([0.0, 0.0, 1.0, 1.0, 0.5, 0.0, 1e-7, 1.0]).double().reshape(1, 2, 2, 2)
    target = torch.tensor([0.0, 1.0, 0.0, 1.0, 0.25, 0.5, 1.0, 0.75]).double().reshape(1, 2, 2, 2)
    case("bce_loss", "zero_and_one", [ends.float().double(), target], F.binary_cross_entropy, frozen=(1,))


def reductions():
    """Sums over everything, or per image; the mean is in losses()."""
    shape = (2, 3, 5, 3)
    pair = [random(*shape, low=0.01), random(*shape, low=0.01)]
    for layer, function in (("mse_loss", F.mse_loss), ("l1_loss", F.l1_loss), ("bce_loss", F.binary_cross_entropy)):
        case(layer, "sum", pair, lambda x, y: function(x, y, reduction="sum"), frozen=(1,), reduction=1)
        case(layer, "batchmean", pair, lambda x, y: 0.5 * function(x, y, reduction="sum") / 2, frozen=(1,), weight=0.5,
             reduction=2)


def variational():
    def divergence(mean, log_variance):
        return kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0))

    def sample(stream=0):
        def run(mean, log_variance):
            drawn = torch.tensor(noise(SEED, STEP, mean.shape[0], mean[0].numel(), stream)).double()
            if mean.dim() == 4:
                n, c, h, w = mean.shape
                drawn = drawn.reshape(n, h, w, c).permute(0, 3, 1, 2)
            return mean + (0.5 * log_variance).exp() * drawn
        return run

    codes = [random(5, 7, low=-3.0, high=3.0), random(5, 7, low=-4.0, high=2.0)]
    images = [(2, 3, 3, 5)] * 2
    case("kl_loss", "codes", codes, lambda *t: divergence(*t).sum() / 5)
    case("kl_loss", "images", images, lambda *t: divergence(*t).sum() / 2)
    case("kl_loss", "sum", codes, lambda *t: divergence(*t).sum(), reduction=1)
    case("kl_loss", "weighted_mean", codes, lambda *t: 0.25 * divergence(*t).mean(), weight=0.25, reduction=0)
    case("reparameterize", "codes", codes, sample())
    case("reparameterize", "images", images, sample())
    case("reparameterize", "other_stream", codes, sample(3), stream=3)
    case("reparameterize", "is_the_mean", codes, lambda mean, log_variance: mean, training=False)


for index, group in enumerate((convolutions, batch_norms, elementwise, rearranging, losses, reductions, variational)):
    torch.manual_seed(index)
    group()
(HERE / "op_golden.txt").write_text("# Made by make_op_golden.py\n" + "\n".join(text) + "\n")
(HERE / "op_golden.f32").write_bytes(numbers)
print(f"{sum(line.startswith('case') for line in text)} cases, {len(numbers)} bytes")
