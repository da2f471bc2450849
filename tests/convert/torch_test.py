# SPDX-License-Identifier: Apache-2.0
"""PyTorch -> .pinhole -> numpy and ONNX Runtime: all agree. Needs torch, onnx and onnxruntime; exits 77 (skipped)
without them."""
import contextlib
import io
import os
import re
import runpy
import subprocess
import sys
import tempfile
import unittest
import warnings
from typing import Callable, List, Sequence, Tuple
from unittest import mock

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TOOLS = os.path.join(ROOT, "tools", "convert")
sys.path.insert(0, TOOLS)

try:
    import numpy as np
    import onnx
    import onnxruntime  # noqa: F401
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as missing:
    print(f"{missing}: skipped")
    sys.exit(77)

from errors import ConvertError  # noqa: E402
from every_op import example_inputs, network, pinhole_model  # noqa: E402
from from_torch import convert  # noqa: E402
from layers import ACTIVATIONS, Options  # noqa: E402
from pinhole_file import model_from_bytes, model_to_bytes, read_file  # noqa: E402
from pinhole_model import EntryPoint, Model, Preprocessing  # noqa: E402
from run_numpy import run_entry  # noqa: E402
from to_onnx import choose_entry, run_onnx, to_onnx  # noqa: E402

LIMIT = 1e-5  # of max|a - b| / max|b|
warnings.filterwarnings("ignore", message="Using padding='same'")


def to_map(array: np.ndarray) -> np.ndarray:
    """PyTorch's (N, C) as (N, C, 1, 1)."""
    return array[:, :, None, None] if array.ndim == 2 else array


def randomise(module: nn.Module, seed: int = 3) -> nn.Module:
    """Weights and batch statistics that are not the start values."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point():
                start = 0.3 if name.endswith("running_var") else -0.3
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.8 + start)
    return module.eval()


class _Layers(nn.Module):
    """A network from a plain function run(self, inputs...) over named layers; forward has the number of inputs."""

    def __init__(self, run: Callable, **layers: nn.Module) -> None:
        super().__init__()
        self.run = run
        for name, layer in layers.items():
            self.add_module(name, layer)


class Layers1(_Layers):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.run(self, x)


class Layers2(_Layers):
    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.run(self, x, y)


class Agreement(unittest.TestCase):
    def agree(self, module: nn.Module, *shapes: Sequence[int], model: Model = None, batch: int = 2) -> Model:
        """Converts, passes through file bytes, and compares numpy and ONNX Runtime with PyTorch in double precision."""
        model = model_from_bytes(model_to_bytes(model or convert(module, shapes)))
        generator = torch.Generator().manual_seed(5)
        inputs = [torch.rand((batch, *shape[1:]), generator=generator) - 0.3 for shape in shapes]
        with torch.no_grad():
            expected = to_map(module.double()(*[x.double() for x in inputs]).numpy())
        module.float()
        arrays = [to_map(x.numpy()) for x in inputs]
        entry = choose_entry(model, None)
        by_numpy = run_entry(model, entry, [a.transpose(0, 2, 3, 1) for a in arrays])[0].transpose(0, 3, 1, 2)
        by_onnx = run_onnx(to_onnx(model, dynamic=True), arrays)[0]
        self.assertGreater(expected.std(), 1e-4)
        for name, result, limit in (("numpy", by_numpy, 1e-6), ("ONNX Runtime", by_onnx, LIMIT)):
            self.assertEqual(result.shape, expected.shape, name)
            self.assertLess(np.abs(result - expected).max() / np.abs(expected).max(), limit, f"{name}: {module}")
        return model

    def test_every_layer(self) -> None:
        model = self.agree(network(), (1, 3, 16, 24), (1, 1), model=pinhole_model(), batch=1)
        self.assertEqual(model.preprocessing.fixed_height, 16)
        inputs = [to_map(x.numpy()) for x in example_inputs()]
        proto = to_onnx(model, "encode")
        code = run_onnx(proto, inputs)[0]
        expected = run_entry(model, choose_entry(model, "encode"), [x.transpose(0, 2, 3, 1) for x in inputs])[0]
        self.assertLess(np.abs(code.ravel() - expected.ravel()).max(), LIMIT)
        self.assertNotIn("ConvTranspose", {node.op_type for node in proto.graph.node})

    def test_convolutions(self) -> None:
        for options in (
            {"kernel_size": 3, "padding": 1}, {"kernel_size": (1, 4), "stride": (2, 1), "bias": False},
            {"kernel_size": (4, 2), "padding": "same"}, {"kernel_size": 3, "padding": "valid", "dilation": (1, 2)},
            {"kernel_size": 3, "groups": 4, "padding": (2, 0), "stride": 2},
        ):
            self.agree(randomise(nn.Sequential(nn.Conv2d(4, 8, **options))), (1, 4, 9, 11))

    def test_transposed_convolutions(self) -> None:
        for options in (
            {"kernel_size": 2, "stride": 2},
            {"kernel_size": (3, 4), "stride": (3, 2), "padding": (0, 2), "bias": False},
            {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": (1, 0)},
            {"kernel_size": 3, "dilation": 2, "groups": 2, "padding": 1, "output_padding": (0, 1)},
            {"kernel_size": 2, "stride": 3},
        ):
            self.agree(randomise(nn.Sequential(nn.ConvTranspose2d(4, 6, **options))), (1, 4, 5, 7))
        beyond = convert(nn.Sequential(nn.ConvTranspose2d(4, 6, 3, dilation=2, output_padding=1)), [(1, 4, 5, 7)])
        with self.assertRaisesRegex(ConvertError, "beyond stride and padding"):
            to_onnx(beyond)

    def test_pooling_and_resampling(self) -> None:
        for layer in (nn.MaxPool2d(2), nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0)), nn.PixelShuffle(2),
                      nn.Upsample(scale_factor=(3, 2)), nn.UpsamplingNearest2d(scale_factor=2), nn.PixelUnshuffle(3)):
            self.agree(nn.Sequential(layer), (1, 8, 6, 9))

    def test_functions_and_methods(self) -> None:
        def run(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
            a = F.leaky_relu(x, 0.2) + torch.tanh(x)
            b = torch.add(x.relu(), F.relu(x)).sigmoid()
            c = F.pixel_shuffle(F.interpolate(F.max_pool2d(torch.cat([a, b, x], dim=1), 2), scale_factor=2), 2)
            return F.pixel_unshuffle(c, 2).contiguous().tanh()

        self.agree(Layers1(run), (1, 4, 6, 8))

    def test_flattened_maps(self) -> None:
        def run(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
            code = m.into(m.norm(torch.flatten(x, 1)).relu())
            left, right = m.left(code), m.right(code)
            return (left + right).relu().unflatten(1, (3, 4, 5)) + x

        layers = {"norm": nn.BatchNorm1d(60), "into": nn.Linear(60, 4), "left": nn.Linear(4, 60),
                  "right": nn.Linear(4, 60, bias=False)}
        self.agree(randomise(Layers1(run, **layers)), (1, 3, 4, 5))
        straight = nn.Sequential(nn.Flatten(), nn.Linear(60, 60), nn.Tanh(), nn.Unflatten(1, (5, 3, 4)),
                                 nn.Conv2d(5, 2, 1))
        self.agree(randomise(straight), (1, 3, 4, 5))
        self.agree(nn.Sequential(nn.Unflatten(1, (1, 4, 5)), nn.ReLU(), nn.Flatten()), (1, 20))

    def test_linear_output_read_twice(self) -> None:
        """The vector before Unflatten is in the file's order; another linear layer must read it so."""
        def run(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
            wide = m.wide(x)
            return m.conv(wide.unflatten(1, (2, 3, 4))) + m.other(wide).unflatten(1, (2, 3, 4))

        layers = {"wide": nn.Linear(5, 24), "other": nn.Linear(24, 24), "conv": nn.Conv2d(2, 2, 3, padding=1)}
        self.agree(randomise(Layers1(run, **layers)), (1, 5))

    def test_expand(self) -> None:
        for run in (lambda m, x, y: x + y[:, :, None, None].expand_as(x),
                    lambda m, x, y: x + y.unsqueeze(-1).unsqueeze(-1).expand(-1, -1, x.size(2), x.size(3)),
                    lambda m, x, y: x + y[..., None, None].expand((-1, -1, x.size()[2], x.shape[3]))):
            self.agree(Layers2(run), (1, 3, 4, 5), (1, 3))

    def test_called_twice(self) -> None:
        def run(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
            return m.act(m.conv(m.act(m.conv(x))))

        model = self.agree(randomise(Layers1(run, conv=nn.Conv2d(3, 3, 3, padding=1), act=nn.ReLU())), (1, 3, 5, 6))
        self.assertEqual([n.name for n in model.nodes], ["conv", "act", "conv_1", "act_1"])
        self.assertEqual(sum(value.data is not None for value in model.values), 2)

    def test_half_precision_parameters(self) -> None:
        module = randomise(nn.Sequential(nn.Conv2d(2, 3, 3)))
        model = convert(module, [(1, 2, 6, 6)])
        with torch.no_grad():
            stored = [value for value in model.values if value.data is not None]
            for value, tensor in zip(stored, (module[0].weight, module[0].bias)):
                value.dtype, value.data = "f16", value.data.astype("<f2")
                tensor.copy_(tensor.half())
        self.agree(module, (1, 2, 6, 6), model=model)


class Frames(unittest.TestCase):
    def frame(self, module: nn.Module, *shapes: Sequence[int]) -> Preprocessing:
        return convert(module, shapes, scale=2.0, offset=-1.0).preprocessing

    def test_size_and_channels(self) -> None:
        to_point = nn.Sequential(nn.Conv2d(3, 8, 4), nn.Flatten(), nn.Linear(8, 2))
        self.assertEqual(self.frame(to_point, (1, 3, 4, 4)), Preprocessing(3, 2.0, -1.0, 4, 4))
        self.assertEqual(self.frame(nn.Sequential(nn.Conv2d(1, 3, 4)), (1, 1, 4, 5)), Preprocessing(1, 2.0, -1.0, 0, 0))
        decoder = nn.Sequential(nn.Linear(2, 20), nn.Unflatten(1, (1, 4, 5)))
        self.assertEqual(self.frame(decoder, (1, 2)), Preprocessing(1, 2.0, -1.0, 0, 0))
        later = Layers2(lambda m, x, y: x[:, :, None, None].expand(-1, -1, y.shape[2], y.shape[3]) + y)
        self.assertEqual(self.frame(later, (1, 3), (1, 3, 6, 7)), Preprocessing(3, 2.0, -1.0, 0, 0))


class FusedActivations(unittest.TestCase):
    def build(self, activation: int, fused: bool) -> Model:
        """Convolution, add of three and transposed convolution, each with the activation fused or as its own layer."""
        model, generator = Model("net"), np.random.default_rng(4)
        image = model.add_input("image", (1, 6, 7, 3))
        name = ACTIVATIONS[activation]

        def add(op: str, layer: str, inputs: List[int], options: Options, count: int) -> int:
            tensors = [generator.normal(size=count)] if count else []
            if fused:
                return model.add_node(op, layer, inputs, {**options, "activation": activation, "slope": 0.25}, tensors)
            value = model.add_node(op, layer, inputs, options, tensors)
            return model.add_node(name, f"{layer}.act", [value], {"slope": 0.25} if name == "leaky_relu" else {})

        conv = {"out_channels": 3, "kernel": (3, 3), "padding": (1, 1, 1, 1), "bias": 0}
        one = add("conv2d", "a", [image], conv, 81)
        two = add("add", "b", [one, image, one], {}, 0)
        three = add("conv_transpose2d", "c", [two], {"out_channels": 3, "kernel": (2, 2), "bias": 0}, 36)
        model.entries.append(EntryPoint("reconstruct", "inference", [image], [three]))
        return model

    def test_nodes_of_their_own(self) -> None:
        image = np.random.default_rng(9).random((1, 3, 6, 7), dtype=np.float32) - 0.5
        for activation in range(1, len(ACTIVATIONS)):
            outputs = []
            for fused in (False, True):
                model = self.build(activation, fused)
                outputs.append(run_onnx(to_onnx(model), [image])[0])
                by_numpy = run_entry(model, model.entries[0], [image.transpose(0, 2, 3, 1)])[0]
                outputs.append(by_numpy.transpose(0, 3, 1, 2))
            for output in outputs[1:]:
                np.testing.assert_allclose(output, outputs[0], rtol=0, atol=1e-5 * np.abs(outputs[0]).max())


class Refusals(unittest.TestCase):
    def refused(self, message: str, module: nn.Module, *shapes: Sequence[int]) -> None:
        with self.assertRaisesRegex(ConvertError, message):
            convert(module, shapes or [(1, 4, 8, 8)])

    def test_modules(self) -> None:
        self.refused("unsupported module GELU, '0', replace it by one of: .*ReLU", nn.Sequential(nn.GELU()))
        self.refused("padding mode 'reflect', '0'", nn.Sequential(nn.Conv2d(4, 4, 3, padding_mode="reflect")))
        self.refused("upsampling mode 'bilinear'", nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear")))
        self.refused("upsampling to a size", nn.Sequential(nn.Upsample(size=16)))
        self.refused("upsampling by 1.5", nn.Sequential(nn.Upsample(scale_factor=1.5)))
        self.refused("ceil_mode", nn.Sequential(nn.MaxPool2d(3, ceil_mode=True)))
        self.refused("without running statistics", nn.Sequential(nn.BatchNorm2d(4, track_running_stats=False)))
        self.refused("cumulative average", nn.Sequential(nn.BatchNorm2d(4, momentum=None)))
        self.refused("slope 0", nn.Sequential(nn.LeakyReLU(0.0)))

    def test_functions(self) -> None:
        self.refused("unsupported function mul", Layers1(lambda m, x: x * x))
        self.refused("add of a constant", Layers1(lambda m, x: x + 1))
        self.refused("cat of dimension 2", Layers1(lambda m, x: torch.cat((x, x), 2)))
        self.refused("cannot trace", Layers1(lambda m, x: x if x.sum() > 0 else x.relu()))
        self.refused("expand to", Layers1(lambda m, x: x.expand(-1, -1, 8, 8)))
        self.refused("unsupported arguments of cat", Layers1(lambda m, x: torch.cat((x, x), dim=1, out=None)))
        self.refused("inputs differ", Layers1(lambda m, x: x.relu() + F.max_pool2d(x, 8)))

    def test_graphs(self) -> None:
        self.refused("the output is a flattened map", nn.Sequential(nn.Conv2d(4, 4, 1), nn.Flatten()))
        self.refused("not in this map's order", nn.Sequential(nn.Unflatten(1, (2, 2, 2))), (1, 8))
        self.refused("the output is an input", nn.Sequential(nn.Identity()))
        self.refused("the network takes 1", nn.Sequential(nn.ReLU()), (1, 4, 8, 8), (1, 1))
        self.refused("does not run", nn.Sequential(nn.Conv2d(3, 4, 1)))
        self.refused("a tensor with 3 dimensions", nn.Sequential(nn.ReLU()), (1, 4, 8))


class Commands(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        os.symlink(os.path.join(ROOT, "tools"), os.path.join(self.folder.name, "tools"))
        with open(os.path.join(TOOLS, "README.md"), encoding="utf-8") as file:
            self.blocks = re.findall(r"```(python|sh)\n(.*?)```", file.read(), re.S)
        with open(os.path.join(self.folder.name, "net.py"), "w", encoding="utf-8") as file:
            file.write(self.blocks[0][1])

    def run_in_folder(self, command: List[str]) -> subprocess.CompletedProcess:
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
        return subprocess.run(command, cwd=self.folder.name, capture_output=True, text=True, check=False,
                              env={**os.environ, "PATH": path})

    def run_program(self, name: str, *arguments: str) -> Tuple[int, str]:
        """Exit status and standard error of a program, run in this process: starting PyTorch anew takes seconds."""
        stderr, before = io.StringIO(), os.getcwd()
        os.chdir(self.folder.name)
        try:
            with mock.patch.object(sys, "argv", [name, *arguments]), contextlib.redirect_stderr(stderr), \
                    self.assertRaises(SystemExit) as exit_status:
                runpy.run_path(os.path.join(TOOLS, name), run_name="__main__")
        finally:
            os.chdir(before)
        return exit_status.exception.code, stderr.getvalue()

    def test_readme(self) -> None:
        save = "import torch, net; torch.save(net.network().state_dict(), 'state.pt')"
        self.assertEqual(self.run_in_folder([sys.executable, "-c", save]).returncode, 0)
        (kind, commands), (library_kind, library) = self.blocks[1:]
        self.assertEqual((kind, library_kind), ("sh", "python"))
        done = self.run_in_folder(["bash", "-euc", commands])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("entry train (training): image, level, target -> loss", done.stdout)
        self.assertIn("ONNX Runtime agrees", done.stdout)
        model = read_file(os.path.join(self.folder.name, "net.pinhole"))
        self.assertEqual((model.provenance.data_licence, model.preprocessing.fixed_height), ("mine", 0))
        proto = onnx.load(os.path.join(self.folder.name, "net.onnx"))
        image = np.random.default_rng(0).random((2, 3, 22, 34), dtype=np.float32)
        self.assertEqual(run_onnx(proto, [image, np.zeros((2, 1, 1, 1), np.float32)])[0].shape, image.shape)
        before = "import sys; sys.path.insert(0, 'tools/convert')\nfrom net import network\n"
        program = f"{before}{library}\nprint(model.name)"
        done = self.run_in_folder([sys.executable, "-c", program])
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "net"), done.stderr)

    def test_failures(self) -> None:
        with open(os.path.join(self.folder.name, "bad.pt"), "wb") as file:
            file.write(b"garbage")
        with open(os.path.join(self.folder.name, "broken.py"), "w", encoding="utf-8") as file:
            file.write("def network():\n    return 1 / 0\n")
        torch.save({"other": torch.zeros(1)}, os.path.join(self.folder.name, "other.pt"))
        golden = os.path.join(ROOT, "tests/golden/every_op/every_op.pinhole")
        convert_net = ("net.py:network", "--input", "1,3,8,8", "--input", "1,1", "--out", "x.pinhole")
        for status, message, command in (
            (2, "the following arguments are required", ("from_torch.py", "net.py:network")),
            (2, "is not N,C,H,W", ("from_torch.py", "net.py:network", "--input", "3,8", "--input", "a", "--out", "x")),
            (1, "give MODULE.py:FUNCTION", ("from_torch.py", "none.py:network", *convert_net[1:])),
            (1, "ZeroDivisionError: division by zero, .*broken.py:2", (
                "from_torch.py", "broken.py:network", *convert_net[1:])),
            (1, "does not return a torch.nn.Module", ("from_torch.py", "net.py:absent", *convert_net[1:])),
            (1, "No such file or directory, absent.pt", ("from_torch.py", *convert_net, "--weights", "absent.pt")),
            (1, "not a file of weights", ("from_torch.py", *convert_net, "--weights", "bad.pt")),
            (1, "the weights do not fit", ("from_torch.py", *convert_net, "--weights", "other.pt")),
            (1, "No such file or directory", ("from_torch.py", *convert_net[:-1], "absent/x.pinhole")),
            (1, "not a .pinhole file", ("to_onnx.py", "net.py", "--out", "x.onnx")),
            (1, "no entry point 'absent'.*known are: reconstruct", (
                "to_onnx.py", golden, "--out", "x", "--entry", "absent")),
            (1, "for training only", ("to_onnx.py", golden, "--out", "x", "--entry", "train")),
        ):
            returned, text = self.run_program(*command)
            self.assertEqual(returned, status, f"{command}: {text}")
            self.assertRegex(text, message)
            if status == 1:
                self.assertRegex(text, f"\\A{command[0]}: [^\n]*\n\\Z")
        self.assertFalse([name for name in os.listdir(self.folder.name) if name.startswith("x")])

    def test_golden_files_are_what_the_script_makes(self) -> None:
        script = os.path.join(ROOT, "tests", "convert", "make_every_op.py")
        done = self.run_in_folder([sys.executable, script, "--out", "golden"])
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("every_op.pinhole", "input.f32"):
            with open(os.path.join(self.folder.name, "golden", name), "rb") as made, \
                    open(os.path.join(ROOT, "tests", "golden", "every_op", name), "rb") as kept:
                self.assertEqual(made.read(), kept.read(), name)
        made, kept = (np.fromfile(os.path.join(folder, "output.f32"), "<f4") for folder in (
            os.path.join(self.folder.name, "golden"), os.path.join(ROOT, "tests", "golden", "every_op")))
        np.testing.assert_allclose(made, kept, rtol=0, atol=1e-7)


if __name__ == "__main__":
    unittest.main()
