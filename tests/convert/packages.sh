#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh PYTHON TOOLS: the converters without the packages that they need. --help works, the rest says what is
# missing in one line.
set -eu
for program in from_torch to_onnx; do
  # -S: no installed package is found
  "$1" -S "$2/$program.py" --help | grep -q -- "--out" || { echo "$program.py --help failed"; exit 1; }
  status=0
  # shellcheck disable=SC2046 # words
  said=$("$1" -S "$2/$program.py" a.py:b --out c $([ $program = to_onnx ] || echo --input 1,3,8,8) 2>&1) || status=$?
  [ $status -eq 1 ] || { echo "$program.py: exit $status: $said"; exit 1; }
  printf '%s\n' "$said" | grep -qx "$program.py: No module named '[a-z]*', .*, install the package for this Python" ||
    { echo "$program.py: $said"; exit 1; }
done
