#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
""".pinhole -> ONNX. Only the layers that the chosen entry point needs; inputs and outputs are (N, C, H, W)."""
from __future__ import annotations

import argparse
import sys
from typing import List, Optional

from errors import ConvertError, run_command

MISSING: Optional[ImportError] = None
try:
    import numpy as np
    import onnx
    from onnx import TensorProto, helper

    from model_check import needed_nodes
    from onnx_nodes import OnnxGraph, append_layer
    from pinhole_file import read_file
    from pinhole_model import EntryPoint, Model
    from run_numpy import run_entry
except ImportError as error:  # --help needs no package
    if __name__ != "__main__":
        raise
    MISSING = error

OPSET, IR_VERSION = 13, 7  # what every runtime since 2021 reads
CHECK_LIMIT = 1e-5  # of max|a - b| / max|b|


def choose_entry(model: Model, name: Optional[str]) -> EntryPoint:
    """The entry point called `name`, or the first of mode inference."""
    found = [e for e in model.entries if (e.name == name if name else e.mode == "inference")]
    if not found:
        known = ", ".join(entry.name for entry in model.entries)
        raise ConvertError(f"no entry point '{name or 'of mode inference'}', model '{model.name}', known are: {known}")
    return found[0]


def _describe(model: Model, index: int, dynamic: bool, any_size: bool) -> onnx.ValueInfoProto:
    value = model.values[index]
    n, h, w, c = value.shape
    vector = (h, w) == (1, 1)
    shape = [
        "batch" if dynamic else n, c,
        h if vector or not any_size else f"{value.name}_height", w if vector or not any_size else f"{value.name}_width",
    ]
    return helper.make_tensor_value_info(value.name, TensorProto.FLOAT, shape)


def to_onnx(model: Model, entry_name: Optional[str] = None, dynamic: bool = False) -> onnx.ModelProto:
    """The entry point as an ONNX model, opset 13, f32. `dynamic` leaves the batch open, and height and width too unless
    the model needs one size. Values keep their names."""
    entry = choose_entry(model, entry_name)
    nodes = needed_nodes(model, entry)
    graph = OnnxGraph()
    for node in nodes:
        inputs, parameters = ([model.values[i] for i in ids] for ids in (node.inputs, node.parameters))
        append_layer(graph, node.op, node.options(), inputs, model.values[node.outputs[0]], parameters)
    any_size = dynamic and not any(node.op in ("flatten", "unflatten") for node in nodes)
    proto = helper.make_graph(
        graph.nodes,
        model.name,
        [_describe(model, i, dynamic, any_size) for i in entry.inputs],
        [_describe(model, i, dynamic, any_size) for i in entry.outputs],
        list(graph.constants.values()),
    )
    result = helper.make_model(proto, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="pinhole",
                               ir_version=IR_VERSION)
    result.doc_string = f"{model.name}, entry point {entry.name}"
    onnx.checker.check_model(result, full_check=True)
    return result


def run_onnx(proto: onnx.ModelProto, inputs: List[np.ndarray]) -> List[np.ndarray]:
    """Outputs of the ONNX model in ONNX Runtime on the CPU; arrays are (N, C, H, W)."""
    import onnxruntime  # an optional package: only running needs it

    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {place.name: data for place, data in zip(session.get_inputs(), inputs)})


def compare(model: Model, entry: EntryPoint, proto: onnx.ModelProto) -> float:
    """Largest error, max|a - b| / max|b|, of ONNX Runtime against numpy in double precision, on random inputs."""
    generator = np.random.default_rng(0)
    inputs = [generator.random(model.values[i].shape, dtype=np.float32) for i in entry.inputs]
    expected = run_entry(model, entry, inputs)
    outputs = run_onnx(proto, [data.transpose(0, 3, 1, 2) for data in inputs])
    errors = [np.abs(a.transpose(0, 2, 3, 1) - b).max() / np.abs(b).max() for a, b in zip(outputs, expected)]
    return float(np.max(errors))  # a NaN stays one


def _main() -> None:
    parser = argparse.ArgumentParser(description="Convert a .pinhole file to ONNX (opset 13, N,C,H,W).")
    parser.add_argument("source", metavar="M.pinhole", help="the model")
    parser.add_argument("--out", required=True, metavar="M.onnx", help="the file to write")
    parser.add_argument("--entry", help="entry point (default: the first of mode inference)")
    parser.add_argument("--dynamic", action="store_true", help="leave batch, height and width open where the model can")
    parser.add_argument("--check", action="store_true",
                        help="run it in ONNX Runtime and compare with numpy, double precision")
    arguments = parser.parse_args()
    if MISSING:
        raise MISSING
    model = read_file(arguments.source)
    proto = to_onnx(model, arguments.entry, arguments.dynamic)
    onnx.save(proto, arguments.out)
    if arguments.check:
        error = compare(model, choose_entry(model, arguments.entry), proto)
        if not error <= CHECK_LIMIT:
            raise ConvertError(f"ONNX Runtime differs by {error:.2g}, {arguments.out}, report it with both files")
        print(f"ONNX Runtime agrees with the file: relative error {error:.2g}")


if __name__ == "__main__":
    sys.exit(run_command(_main))
