#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains every candidate of denoise_candidates.py for a few thousand steps and prints the table by which the network of
# denoise-gray was chosen. dB are those of the 20 training images that the recipe holds out; no test image is touched.
# A candidate that was trained before (out/candidates/NAME.result) is not trained again.
#
#   PINHOLE_DATA=... tools/choose_denoiser.sh [STEPS] > tests/results/denoise_candidates.md
set -euo pipefail
cd "$(dirname "$0")/.."
steps=${1:-4000}
program=${P:-build/host-release/bin/pinhole}
images=${PINHOLE_DATA:?"set PINHOLE_DATA to the folder with denoise/"}/denoise/train_gray_bsd400
folder=out/candidates
python3 tools/denoise_candidates.py --base recipes/denoise-gray.json --out "$folder"

field() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"; }

echo "Command: tools/choose_denoiser.sh $steps. Commit $(git rev-parse --short HEAD), $(date -I), $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores."
echo
echo "| network | parameters | multiply-adds per pixel | row lag | scratch at 1920x1080, bytes | dB after $steps steps (mean of sigma 15, 25, 50) |"
echo "|---|---|---|---|---|---|"
for recipe in "$folder"/*.json; do
  name=$(basename "$recipe" .json)
  [[ $name == *.inspect || $name == *.plan ]] && continue
  if [ ! -s "$folder/$name.result" ]; then
    "$program" train "$recipe" --data "$images" --steps "$steps" --seed 0 --out "$folder/$name.pinhole" --json \
      > "$folder/$name.part" && mv "$folder/$name.part" "$folder/$name.result"
  fi
  "$program" inspect "$folder/$name.pinhole" --width 64 --height 64 --json > "$folder/$name.inspect.json"
  "$program" plan "$folder/$name.pinhole" --size 1920x1080 --json > "$folder/$name.plan.json"
  echo "| $name | $(field "$folder/$name.inspect.json" parameters) | $(printf %.0f "$(field "$folder/$name.inspect.json" multiply_adds_per_pixel)") |" \
    "$(field "$folder/$name.plan.json" row_lag) | $(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["sizes"]["scratch"])' "$folder/$name.plan.json") |" \
    "$(printf %.3f "$(field "$folder/$name.result" validation_psnr)") |"
done
