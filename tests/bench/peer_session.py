# SPDX-License-Identifier: Apache-2.0
"""The measured side of peers.py: as engine_bench, numbers come in, seconds go out."""
import json
import sys
import time
from typing import Callable


def serve(run_pass: Callable[[], object]) -> None:
    """Each line of standard input holds a number N: runs N passes and prints {"wall": [..], "cpu": [..]}, seconds of
    each; cpu is the time of all threads together."""
    for line in sys.stdin:
        seconds = {"wall": [], "cpu": []}
        for _ in range(int(line)):
            wall, cpu = time.perf_counter(), time.process_time()
            run_pass()
            seconds["wall"].append(time.perf_counter() - wall)
            seconds["cpu"].append(time.process_time() - cpu)
        print(json.dumps(seconds), flush=True)
