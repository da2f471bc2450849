# SPDX-License-Identifier: Apache-2.0
"""Reading, checking and writing .pinhole files in Python. Needs numpy alone; exits 77 (skipped) without it."""
import copy
import os
import random
import re
import struct
import subprocess
import shutil
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools", "convert"))
GOLDEN = os.path.join(ROOT, "tests", "golden", "every_op")

try:
    import numpy as np
except ImportError:
    print("numpy is not installed: skipped")
    sys.exit(77)

import flat_schema  # noqa: E402
from crc32c import crc32c  # noqa: E402
from errors import ConvertError  # noqa: E402
from layers import LAYERS  # noqa: E402
from pinhole_file import model_from_bytes, model_to_bytes, read_file, write_file  # noqa: E402
from pinhole_model import Attribute, EntryPoint, Model, Preprocessing  # noqa: E402
from run_numpy import run_entry  # noqa: E402

# What PyTorch modules do not become; the C++ tests hold them against PyTorch.
NOT_IMPORTED = {"mse_loss", "l1_loss", "bce_loss", "kl_loss", "reparameterize"}
FIXED_HEADER = 60  # bytes that the header's own checksum covers


def golden_bytes() -> bytes:
    with open(os.path.join(GOLDEN, "every_op.pinhole"), "rb") as file:
        return file.read()


def tiny_model() -> Model:
    """conv2d then relu on 4x5 gray."""
    model = Model("tiny")
    image = model.add_input("image", (1, 4, 5, 1))
    weight, bias = np.arange(18.0) / 7, np.array([1.0, -1.0])
    options = {"out_channels": 2, "kernel": (3, 3), "padding": (1, 1, 1, 1)}
    features = model.add_node("conv2d", "conv", [image], options, [weight, bias])
    result = model.add_node("relu", "act", [features], {})
    model.entries.append(EntryPoint("reconstruct", "inference", [image], [result]))
    return model


def with_new_checksums(data: bytearray) -> bytes:
    """The file after its header and graph checksums were made to fit the bytes again."""
    graph_bytes = struct.unpack_from("<Q", data, 32)[0]
    struct.pack_into("<I", data, 48, crc32c(bytes(data[64:64 + graph_bytes])))
    struct.pack_into("<I", data, FIXED_HEADER, crc32c(bytes(data[:FIXED_HEADER])))
    return bytes(data)


class Checksum(unittest.TestCase):
    def test_published_values(self) -> None:
        self.assertEqual(crc32c(b"123456789"), 0xE3069283)
        self.assertEqual(crc32c(bytes(32)), 0x8A9136AA)  # RFC 3720, B.4
        self.assertEqual(crc32c(b"\xff" * 32), 0x62A8AB43)
        self.assertEqual(crc32c(b""), 0)

    def test_lanes_equal_the_plain_loop(self) -> None:
        for size in (2047, 2048, 2049, 4096, 12345):
            data = np.random.default_rng(size).bytes(size)
            register = 0xFFFFFFFF
            for byte in data:
                register ^= byte
                for _ in range(8):
                    register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
            self.assertEqual(crc32c(data), register ^ 0xFFFFFFFF, size)


class SameAsTheSources(unittest.TestCase):
    def test_schema(self) -> None:
        with open(os.path.join(ROOT, "src", "weights", "pinhole.fbs"), encoding="utf-8") as file:
            text = re.sub(r"//.*", "", file.read())
        tables = {
            name: [
                (field, kind, float(default or 0), bool(required))
                for field, kind, default, required in re.findall(
                    r"(\w+)\s*:\s*([\w\[\]]+)(?:\s*=\s*([\d.]+))?\s*(\(required\))?\s*;", body)
            ]
            for name, body in re.findall(r"table\s+(\w+)\s*{([^}]*)}", text)
        }
        self.assertEqual(tables, {
            name: [(f.name, f.type, float(f.default), f.required) for f in fields]
            for name, fields in flat_schema.TABLES.items()
        })
        enums = {
            name: tuple(re.findall(r"(\w+)\s*=\s*\d+", body))
            for name, body in re.findall(r"enum\s+(\w+)\s*:\s*ubyte\s*{([^}]*)}", text)
        }
        self.assertEqual(enums, flat_schema.ENUMS)
        self.assertIn("struct Shape { n:int; h:int; w:int; c:int; }", text)
        self.assertIn("struct Storage { offset:ulong; byte_size:ulong; crc32c:uint; }", text)

    def test_layer_numbers(self) -> None:
        with open(os.path.join(ROOT, "src", "ops", "ops.def"), encoding="utf-8") as file:
            lines = re.findall(r"^PINHOLE_OP\((\d+), (\w+)\)", file.read(), re.M)
        numbers = {name: int(number) for number, name in lines}
        self.assertEqual({name: layer.id for name, layer in LAYERS.items()}, numbers)

    @unittest.skipUnless(shutil.which("flatc"), "flatc is not installed")
    def test_flatc_reads_the_graph(self) -> None:
        data = model_to_bytes(tiny_model())
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "graph.bin"), "wb") as file:
                file.write(data[64:64 + struct.unpack_from("<Q", data, 32)[0]])
            schema = os.path.abspath(os.path.join(ROOT, "src", "weights", "pinhole.fbs"))
            subprocess.run(["flatc", "--json", "--raw-binary", "--strict-json", schema, "--", "graph.bin"], cwd=folder,
                           check=True)
            with open(os.path.join(folder, "graph.json"), encoding="utf-8") as file:
                text = file.read()
        for part in ('"name": "conv.weight"', '"byte_size": 72', '"key": "out_channels"', '"name": "reconstruct"'):
            self.assertIn(part, text)


class RoundTrip(unittest.TestCase):
    def test_golden_file(self) -> None:
        data = golden_bytes()
        self.assertEqual(model_to_bytes(model_from_bytes(data)), data)

    def test_every_field(self) -> None:
        model = tiny_model()
        model.kind = "deploy"
        model.preprocessing = Preprocessing(3, 0.5, -1.0, 48, 64)
        model.provenance.recipe, model.provenance.seed, model.provenance.steps = "{\n}", 2**64 - 1, 7
        model.provenance.note = None
        again = model_from_bytes(model_to_bytes(model))
        for part in ("name", "kind", "preprocessing", "provenance", "nodes", "entries"):
            self.assertEqual(getattr(again, part), getattr(model, part))
        for one, other in zip(again.values, model.values):
            self.assertEqual((one.name, one.kind, one.dtype, tuple(one.shape)),
                             (other.name, other.kind, other.dtype, tuple(other.shape)))
            if other.data is not None:
                np.testing.assert_array_equal(one.data, other.data)

    def test_half_precision(self) -> None:
        model = tiny_model()
        for value in model.values:
            if value.data is not None:
                value.dtype, value.data = "f16", value.data.astype("<f2")
        again = model_from_bytes(model_to_bytes(model))
        self.assertEqual([v.dtype for v in again.values], [v.dtype for v in model.values])
        np.testing.assert_array_equal(again.values[1].data, model.values[1].data)

    def test_a_failed_write_leaves_the_old_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.pinhole")
            write_file(tiny_model(), path)
            broken = tiny_model()
            broken.values[1].data[0, 0, 0, 0] = np.nan
            with self.assertRaisesRegex(ConvertError, "not finite, 'conv.weight'"):
                write_file(broken, path)
            self.assertEqual(os.listdir(folder), ["m.pinhole"])
            self.assertEqual(read_file(path).name, "tiny")


class HostileFiles(unittest.TestCase):
    def test_every_cut(self) -> None:
        data = golden_bytes()
        for size in list(range(0, len(data), 64)) + [len(data) - 1, len(data) + 1]:
            with self.assertRaises(ConvertError, msg=f"cut at {size}"):
                model_from_bytes((data + b"\0")[:size])

    def test_single_bits(self) -> None:
        data = golden_bytes()
        generator = random.Random(1)
        bits = list(range(64 * 8)) + [generator.randrange(len(data) * 8) for _ in range(400)]
        for bit in bits:
            damaged = bytearray(data)
            damaged[bit // 8] ^= 1 << bit % 8
            with self.assertRaises(ConvertError, msg=f"bit {bit}"):
                model_from_bytes(bytes(damaged))

    def test_damaged_graphs_with_good_checksums(self) -> None:
        """Whatever the graph says, the answer is a model or a ConvertError."""
        data = model_to_bytes(tiny_model())
        graph_bytes = struct.unpack_from("<Q", data, 32)[0]
        generator, refused = random.Random(2), 0
        for position in range(64, 64 + graph_bytes):
            damaged = bytearray(data)
            damaged[position] = generator.randrange(256)
            try:
                model_from_bytes(with_new_checksums(damaged))
            except ConvertError:
                refused += 1
        self.assertGreater(refused, graph_bytes // 2)


class Checks(unittest.TestCase):
    def refused(self, change, message: str) -> None:
        model = copy.deepcopy(tiny_model())
        change(model)
        with self.assertRaisesRegex(ConvertError, message):
            model_to_bytes(model)

    def test_names(self) -> None:
        self.refused(lambda m: setattr(m.values[0], "name", "conv"), "two values have one name, 'conv'")
        self.refused(lambda m: setattr(m.nodes[0], "name", "a\n"), "name of a node is not")
        self.refused(lambda m: setattr(m, "name", ""), "name of a model is not")

    def test_graph(self) -> None:
        self.refused(lambda m: m.nodes.reverse(), "'conv' is read before it is computed, 'act'")
        self.refused(lambda m: setattr(m.nodes[1], "inputs", [99]), "value 99 does not exist, 'act'")
        self.refused(lambda m: setattr(m.nodes[1], "outputs", [3]), "'conv' is written twice")
        self.refused(lambda m: m.nodes[0].parameters.pop(), "1 parameters instead of 2")
        self.refused(lambda m: setattr(m.values[2], "kind", "buffer"), "bias is a buffer .* instead of a parameter")
        self.refused(lambda m: m.nodes.pop(), "an activation that no layer computes, 'act'")

    def test_attributes(self) -> None:
        self.refused(lambda m: m.nodes[0].attributes.append(Attribute("size", (1,))), "unknown attribute 'size'")
        self.refused(lambda m: setattr(m.nodes[0].attributes[1], "ints", (3,)), "'kernel' needs 2 number")
        self.refused(lambda m: m.nodes[0].attributes.append(Attribute("kernel", (3, 3))), "given twice")
        self.refused(lambda m: m.nodes[0].attributes.pop(0), "'out_channels' is missing")
        self.refused(lambda m: setattr(m.nodes[0].attributes[3], "ints", (1, 1, 1, 3)), "padding must be less")

    def test_values(self) -> None:
        self.refused(lambda m: setattr(m.values[0], "shape", (1, 4, 0, 1)), "not positive")
        self.refused(lambda m: setattr(m.values[3], "shape", (1, 4, 4, 2)), "does not follow")
        self.refused(lambda m: setattr(m.values[2], "data", None), "parameter without bytes, 'conv.bias'")
        self.refused(lambda m: setattr(m.values[2], "dtype", "f16"), "array float32")

    def test_entries(self) -> None:
        self.refused(lambda m: m.entries.clear(), "entry points must be 1")
        self.refused(lambda m: setattr(m.entries[0], "outputs", [0]), "'image' cannot be an output")
        self.refused(lambda m: setattr(m.entries[0], "inputs", [m.add_input("other", (1, 1, 1, 1))]),
                     "'image' is not among the entry point's inputs")
        self.refused(lambda m: setattr(m.entries[0], "mode", "training"), "the loss and its summands")
        self.refused(lambda m: setattr(m.preprocessing, "channels", 2), "2 frame channels")
        self.refused(lambda m: setattr(m.preprocessing, "fixed_height", 5), "fixed size 0x5")


class GoldenValues(unittest.TestCase):
    def setUp(self) -> None:
        self.model = model_from_bytes(golden_bytes())
        data = np.fromfile(os.path.join(GOLDEN, "input.f32"), "<f4")
        self.inputs = [data[:-1].reshape(1, 16, 24, 3), data[-1:].reshape(1, 1, 1, 1)]
        expected = np.fromfile(os.path.join(GOLDEN, "output.f32"), "<f4")
        self.expected = {"reconstruct": expected[:-6], "encode": expected[-6:]}

    def run_model(self, name: str) -> np.ndarray:
        entry = next(entry for entry in self.model.entries if entry.name == name)
        return run_entry(self.model, entry, self.inputs)[0].ravel()

    def test_numpy_agrees_with_pytorch(self) -> None:
        for name, expected in self.expected.items():
            error = np.abs(self.run_model(name) - expected).max() / np.abs(expected).max()
            self.assertLess(error, 2e-7, name)

    def test_every_layer_is_there(self) -> None:
        self.assertEqual({n.op for n in self.model.nodes} | NOT_IMPORTED, set(LAYERS))

    def test_every_parameter_counts(self) -> None:
        """No layer of the golden network may be idle, or its values would prove nothing."""
        for value in self.model.values:
            if value.data is None:
                continue
            original = value.data
            value.data = original * np.float32(1.5) + np.float32(0.1)
            change = np.abs(self.run_model("reconstruct") - self.expected["reconstruct"]).max()
            value.data = original
            self.assertGreater(change, 1e-3, value.name)


if __name__ == "__main__":
    unittest.main()
