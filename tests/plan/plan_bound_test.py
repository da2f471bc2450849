#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/plan_bound.py accepts a right plan and refuses one that is a single unit off, either way."""
import copy
import json
import pathlib
import subprocess
import sys
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "plan_bound.py"
PLAN = {
    "steps": 3,
    "sizes": {"scratch": 320, "state": 64},
    "blocks": [
        {"region": "scratch", "name": "a", "bytes": 128, "first": 0, "last": 1, "offset": 192},
        {"region": "scratch", "name": "b", "bytes": 192, "first": 1, "last": 2, "offset": 0},
        {"region": "scratch", "name": "c", "bytes": 64, "first": 0, "last": 0, "offset": 0},
        {"region": "state", "name": "w", "bytes": 60, "first": 0, "last": 2, "offset": 0},
    ],
}


def run(plan, *options):
    return subprocess.run([sys.executable, SCRIPT, *options], input=json.dumps(plan), text=True, capture_output=True)


class PlanBound(unittest.TestCase):
    def test_accepts_a_right_plan(self):
        result = run(PLAN)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("peak 320 bound 320 ratio 1.0000", result.stdout)

    def refused(self, text, block=None, **changes):
        plan = copy.deepcopy(PLAN)
        (plan["sizes"] if block is None else plan["blocks"][block]).update(changes)
        result = run(plan)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn(text, result.stderr)

    def test_refuses_spacing_off_by_64(self):
        self.refused("b and a share bytes and steps", block=0, offset=128)
        self.refused("a ends at byte 384", block=0, offset=256)

    def test_refuses_a_size_off_by_64(self):
        self.refused("a ends at byte 320 of a region of 256", scratch=256)
        self.refused("planned 384 bytes, the blocks end at 320", scratch=384)

    def test_refuses_waste(self):
        plan = copy.deepcopy(PLAN)
        plan["blocks"][0]["offset"], plan["sizes"]["scratch"] = 256, 384
        result = run(plan)
        self.assertEqual(result.returncode, 1)
        self.assertIn("1.05 times the bound, 320", result.stderr)
        self.assertEqual(run(plan, "--limit", "1.2").returncode, 0)

    def test_refuses_bad_blocks(self):
        self.refused("lives from step 1 to 3 of 3", block=1, last=3)
        self.refused("not a multiple of 64", block=2, offset=1)

    def test_refuses_what_is_no_plan(self):
        for plan in ([], {}, {"steps": 1, "sizes": {}, "blocks": [{}]}):
            self.assertEqual(run(plan).returncode, 2)


if __name__ == "__main__":
    unittest.main()
