#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains the denoisers that are shipped in weights/. Interrupted, it goes on where it was: run it again.
#
#   PINHOLE_DATA=... tools/train_denoise.sh gray|rgb|fast [option of pinhole train...]
#
# On one free core of an AMD EPYC (AVX-512): gray about three hours, rgb one and a half, fast half an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?"usage: tools/train_denoise.sh gray|rgb|fast [option...]"}
shift
program=${P:-build/host-release/bin/pinhole}
data=${PINHOLE_DATA:?"set PINHOLE_DATA to the folder with denoise/"}/denoise
small=$data/train_gray_bsd400  # 180x180, gray
whole=$data/train_color_bsds500 # 481x321, colour
extra=("$@")

# stage RECIPE SEED IMAGES OUT OPTION...
stage() {
  local recipe=$1 seed=$2 images=$3 result=$4
  shift 4
  [ -s "$result" ] && [ ! -s "${result%.pinhole}.checkpoint" ] && return # trained before
  "$program" train "$recipe" --data "$images" --seed "$seed" --licence "BSDS: non-commercial research and education" \
    --checkpoint "${result%.pinhole}.checkpoint" --resume --out "$result" "$@" "${extra[@]}"
  rm -f "${result%.pinhole}.checkpoint"
}

mkdir -p out
case $name in
  gray) # every level alike; low ones more often; the same on whole pictures; then with three layers applied twice
    stage denoise-gray 0 "$small" out/denoise-gray-1.pinhole
    stage denoise-gray-finish 1 "$small" out/denoise-gray-2.pinhole --initial out/denoise-gray-1.pinhole
    stage denoise-gray-finish 2 "$whole" out/denoise-gray-3.pinhole --initial out/denoise-gray-2.pinhole --steps 80000
    stage denoise-gray-grown 3 "$whole" out/denoise-gray.pinhole --initial out/denoise-gray-3.pinhole
    ;;
  rgb) # white noise and a sensor's; then smoothed noise; then pictures as a camera takes them
    stage denoise-rgb 1 "$whole" out/denoise-rgb-1.pinhole
    stage denoise-rgb-finish 1 "$whole" out/denoise-rgb-2.pinhole --initial out/denoise-rgb-1.pinhole
    stage denoise-rgb-isp 3 "$whole" out/denoise-rgb.pinhole --initial out/denoise-rgb-2.pinhole
    ;;
  fast)
    stage denoise-fast 0 "$whole" out/denoise-fast-1.pinhole --steps 40000
    stage denoise-fast-finish 1 "$whole" out/denoise-fast.pinhole --initial out/denoise-fast-1.pinhole
    ;;
  *)
    echo "train_denoise.sh: '$name' is none of gray, rgb, fast" >&2
    exit 2
    ;;
esac
echo "trained: out/denoise-$name.pinhole; to ship it, copy it and its history and plot to weights/"
