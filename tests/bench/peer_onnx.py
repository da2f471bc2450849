#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peer_onnx.py M.onnx THREADS: inference in ONNX Runtime, fp32, on the CPU. Measured through peer_session."""
import sys

import numpy as np
import onnxruntime

from peer_session import serve


def main() -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(sys.argv[2])
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    inputs = {place.name: generator.random(place.shape, dtype=np.float32) for place in session.get_inputs()}
    serve(lambda: session.run(None, inputs))


if __name__ == "__main__":
    main()
