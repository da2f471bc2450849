#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A weights file cut at every 64th byte, and with one bit flipped 10,000 times: each must be refused with a message that
# names the file and a reason.
#
#   tests/tools/hostile_weights.sh DAMAGE_MODEL PROGRAM [FILE.pinhole [RESULT]]
#
# Without a file, a fresh model of the recipe denoise-fast. RESULT gets what is printed.
set -euo pipefail
damage_model=$1 program=$2 file=${3:-} result=${4:-/dev/null}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "$file" ]; then
  mkdir "$folder/pictures"
  for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
    { printf 'P5\n80 80\n255\n'; head -c 6400 /dev/zero | tr '\0' 'a'; } > "$folder/pictures/$i.pgm"
  done
  "$program" train denoise-fast --data "$folder/pictures" --out "$folder/model.pinhole" --steps 1 --batch 1 \
    > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
else
  cp "$file" "$folder/model.pinhole"
fi
cd "$folder"
"$damage_model" model.pinhole 10000 | tee report
cp report "$result" 2> "$folder/log" || [ "$result" = /dev/null ]
