#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a memory plan without any code of the planner: pinhole plan M --json | tools/plan_bound.py

Reads "steps", "sizes" {region: bytes} and "blocks" [{"region", "name", "bytes", "first", "last", "offset"}], where a
block is live during the steps first..last, both included. Scratch is the region that blocks share over time: its lower
bound is the most bytes live at one step. Exit status: 0 sound and within the limit, 1 not, 2 not a plan.
"""
import argparse
import json
import sys

ALIGNMENT = 64


def check_block(block, steps, size):
    """What is wrong with one block by itself."""
    first, last, offset, end = block["first"], block["last"], block["offset"], block["offset"] + block["bytes"]
    if not 0 <= first <= last < steps:
        yield f"lives from step {first} to {last} of {steps}"
    if offset < 0 or offset % ALIGNMENT:
        yield f"starts at byte {offset}, not a multiple of {ALIGNMENT}"
    if block["bytes"] < 0 or end > size:
        yield f"ends at byte {end} of a region of {size}"


def overlaps(blocks):
    """Pairs that share a step and a byte: a sweep over the bytes, each block against those not yet ended."""
    reached = []
    for block in sorted((b for b in blocks if b["bytes"] > 0), key=lambda b: b["offset"]):
        reached = [other for other in reached if other["offset"] + other["bytes"] > block["offset"]]
        for other in reached:
            if other["first"] <= block["last"] and block["first"] <= other["last"]:
                yield other, block
        reached.append(block)


def lower_bound(blocks, steps):
    """The most bytes live at one step, from running sums of what starts and what has ended."""
    change = [0] * (steps + 1)
    for block in blocks:
        change[block["first"]] += block["bytes"]
        change[block["last"] + 1] -= block["bytes"]
    live = most = 0
    for amount in change:
        live += amount
        most = max(most, live)
    return most


def check_plan(plan, limit):
    """The failures, as texts, and a line for people."""
    failures = []
    steps, sizes = plan["steps"], plan["sizes"]
    by_region = {}
    for block in plan["blocks"]:
        by_region.setdefault(block["region"], []).append(block)
    for region, blocks in by_region.items():
        for block in blocks:
            failures += [f"{region}: {block['name']} {text}" for text in check_block(block, steps, sizes[region])]
        failures += [f"{region}: {a['name']} and {b['name']} share bytes and steps" for a, b in overlaps(blocks)]
    if failures:
        return failures, None
    scratch = by_region.get("scratch", [])
    peak, bound = sizes["scratch"], lower_bound(scratch, steps)
    used = max((block["offset"] + block["bytes"] for block in scratch), default=0)
    if not used <= peak < used + ALIGNMENT:
        failures.append(f"scratch: planned {peak} bytes, the blocks end at {used}")
    if peak > limit * bound:
        failures.append(f"scratch: {peak} bytes are more than {limit} times the bound, {bound}")
    ratio = peak / bound if bound else 1.0
    return failures, f"scratch peak {peak} bound {bound} ratio {ratio:.4f} blocks {len(scratch)} steps {steps}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", type=argparse.FileType("r"), default=sys.stdin, help="JSON; default: input")
    parser.add_argument("--limit", type=float, default=1.05, help="most that peak / bound may be (default 1.05)")
    arguments = parser.parse_args()
    try:
        failures, line = check_plan(json.load(arguments.plan), arguments.limit)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"plan_bound.py: not a plan, {arguments.plan.name}, {error!r}", file=sys.stderr)
        return 2
    if line:
        print(line)
    for failure in failures:
        print(f"plan_bound.py: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
