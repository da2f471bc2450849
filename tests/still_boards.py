#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boards with real defects to choose by, none of which the test data shows: the other groups of DeepPCB.

  still_boards.py SOURCE OUT

SOURCE is a checkout of github.com/tangsanli5201/DeepPCB (MIT, "for research purpose"). OUT/GROUP gets, as
anomaly/deeppcb_44000 of the test data has it, template, test and boxes of the first 100 pairs of each group below; group
44000 is left out. As there, 0-49 are for training (templates alone) and 50-99 for judging:

  pinhole train RECIPE --data OUT/12100/template --range 0-49 --seed 0 --out M.pinhole
  pinhole eval M.pinhole --data OUT/12100 --range 50-99
"""

import argparse
import pathlib
import shutil

GROUPS = ("12100", "00041", "13000", "77000")
PAIRS = 100


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    if args.out.exists():
        parser.error(f"{args.out} is there already")
    for group in GROUPS:
        pictures = args.source / "PCBData" / f"group{group}" / group
        marks = pictures.parent / f"{group}_not"
        pairs = sorted(path.name.removesuffix("_temp.jpg") for path in pictures.glob("*_temp.jpg"))
        pairs = [pair for pair in pairs if (pictures / f"{pair}_test.jpg").exists() and (marks / f"{pair}.txt").exists()]
        if len(pairs) < PAIRS:
            parser.error(f"{pictures} has {len(pairs)} pairs with boxes: not the checkout that is meant")
        to = args.out / group
        for folder in ("template", "test", "boxes"):
            (to / folder).mkdir(parents=True)
        for pair in pairs[:PAIRS]:
            shutil.copy(pictures / f"{pair}_temp.jpg", to / "template")
            shutil.copy(pictures / f"{pair}_test.jpg", to / "test")
            boxes = (marks / f"{pair}.txt").read_text().replace(",", " ")
            (to / "boxes" / f"{pair}.txt").write_text(boxes)
        print(f"{group}: {len(pairs)} pairs, the first {PAIRS} taken")


if __name__ == "__main__":
    main()
