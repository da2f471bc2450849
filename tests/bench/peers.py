#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pinhole beside its peers on the same work, block by block in turn, so that both meet the same machine. Called by
peers.sh. Wall time is what a user waits; CPU time, of all threads, is what is left when other programs disturb."""
import argparse
import importlib.util
import json
import platform
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

HERE = Path(__file__).resolve().parent
PAUSE = 0.05  # seconds between blocks: threads of the other side that spin fall asleep
BOOTSTRAPS = 2000


@dataclass
class Case:
    name: str
    peer: str
    package: str  # of Python
    pinhole: List[str]
    other: List[str]
    passes: int  # of one block


@dataclass
class Figure:
    median: float
    low: float  # p10
    high: float  # p90

    def __str__(self) -> str:
        return f"{1e3 * self.median:9.3f} ({1e3 * self.low:.3f}..{1e3 * self.high:.3f})"


class Session:
    """A program that answers a number of passes with their seconds."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, passes: int) -> Dict[str, List[float]]:
        self._process.stdin.write(f"{passes}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{' '.join(self._process.args)} ended")
        return json.loads(answer)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def quantiles(samples: List[float]) -> Figure:
    ordered = sorted(samples)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return Figure(statistics.median(ordered), at(0.1), at(0.9))


def ratio_interval(ours: List[float], theirs: List[float]) -> Tuple[float, float, float]:
    """Median of the blocks' ratios, with its 95 % bootstrap interval over blocks."""
    ratios = [a / b for a, b in zip(ours, theirs)]
    generator = random.Random(0)
    medians = sorted(statistics.median(generator.choices(ratios, k=len(ratios))) for _ in range(BOOTSTRAPS))
    return statistics.median(ratios), medians[int(0.025 * BOOTSTRAPS)], medians[int(0.975 * BOOTSTRAPS)]


def measure(case: Case, blocks: int) -> List[str]:
    sessions = [Session(case.pinhole), Session(case.other)]
    for session in sessions:
        session.ask(max(3, case.passes))  # warm-up
    answers = ([], [])
    for _ in range(blocks):
        for session, kept in zip(sessions, answers):
            time.sleep(PAUSE)
            kept.append(session.ask(case.passes))
    for session in sessions:
        session.close()
    lines = []
    for clock in ("wall", "cpu"):
        ours, theirs = ([block[clock] for block in side] for side in answers)
        ratio, low, high = ratio_interval(*([statistics.median(block) for block in side] for side in (ours, theirs)))
        figures = [quantiles([second for block in side for second in block]) for side in (ours, theirs)]
        lines.append(f"{case.name:34} {case.peer:20} {clock:4} {figures[0]!s:32} {figures[1]!s:32} "
                     f"{ratio:5.2f} ({low:.2f}..{high:.2f})")
    return lines


def cases(bench: str, work: Path, compiled: bool, thread_counts: Sequence[str]) -> List[Case]:
    python = sys.executable
    found = []
    for threads in thread_counts:
        many = f"{threads} thread" + ("s" if threads != "1" else "")
        found.append(Case(f"denoise-rgb 640x480, {many}", "ONNX Runtime", "onnxruntime",
                          [bench, "infer", str(work / "denoise-rgb.pinhole"), "--size", "640x480", "--threads", threads],
                          [python, str(HERE / "peer_onnx.py"), str(work / "denoise-rgb.onnx"), threads], 3))
    for recipe, what, passes in (("deep-ae", "step deep-ae 32x784", 30), ("denoise-rgb", "step denoise-rgb 16x64x64", 3)):
        for threads in thread_counts:
            many = f"{threads} thread" + ("s" if threads != "1" else "")
            for variant in ["eager"] + (["compile"] if compiled else []):
                found.append(Case(f"{what}, {many}", f"PyTorch {variant}", "torch",
                                  [bench, "train", recipe, "--threads", threads],
                                  [python, str(HERE / "peer_torch.py"), recipe, threads, variant], passes))
    return found


def machine() -> str:
    facts = {}
    for line in subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout.splitlines():
        key, _, value = line.partition(":")
        facts[key.strip()] = value.strip()
    return f"{facts.get('Model name', platform.machine())}, family {facts.get('CPU family', '?')}, " \
           f"{facts.get('CPU(s)', '?')} cores"


def versions(packages: Sequence[str]) -> str:
    texts = []
    for package in packages:
        if importlib.util.find_spec(package):
            texts.append(f"{package} {__import__(package).__version__}")
    return ", ".join(texts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True, help="engine_bench")
    parser.add_argument("--work", required=True, type=Path, help="folder with denoise-rgb.pinhole and denoise-rgb.onnx")
    parser.add_argument("--commit", default="unknown")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--blocks", type=int, default=15, help="of each side and case")
    parser.add_argument("--threads", nargs="+", default=["1", "2"], metavar="N")
    parser.add_argument("--compile", action="store_true", help="torch.compile beside eager PyTorch")
    arguments = parser.parse_args()
    lines = [
        "Pinhole beside its peers: milliseconds of one pass, median (p10..p90), and Pinhole's time divided by the peer's",
        f"(below 1: Pinhole is faster), median of {arguments.blocks} blocks (95 % bootstrap interval). fp32; cpu: all "
        "threads together.",
        "command  tests/bench/peers.sh",
        f"commit   {arguments.commit}",
        f"date     {time.strftime('%Y-%m-%d')}",
        f"machine  {machine()}",
        f"peers    {versions(('onnxruntime', 'torch'))}",
        "",
        f"{'work':34} {'peer':20} {'time':4} {'Pinhole':>32} {'peer':>32} ratio",
    ]
    print("\n".join(lines), flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    for case in cases(arguments.bench, arguments.work, arguments.compile, arguments.threads):
        if not importlib.util.find_spec(case.package):
            result = [f"{case.name:34} {case.peer:20} SKIPPED: Python's package {case.package} is missing"]
        elif case.package == "onnxruntime" and not (arguments.work / "denoise-rgb.onnx").exists():
            result = [f"{case.name:34} {case.peer:20} SKIPPED: no ONNX file, the package onnx is missing"]
        else:
            result = measure(case, arguments.blocks)
        print("\n".join(result), flush=True)
        lines += result
        arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
