#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains the denoisers that are shipped in weights/. Interrupted, it goes on where it was: run it again.
#
#   PINHOLE_DATA=... tools/train_denoise.sh gray|rgb|fast [option of pinhole train...]
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?"usage: tools/train_denoise.sh gray|rgb|fast [option...]"}
shift
program=${P:-build/host-release/bin/pinhole}
data=${PINHOLE_DATA:?"set PINHOLE_DATA to the folder with denoise/"}/denoise
case $name in
  gray) images=$data/train_gray_bsd400 ;;
  rgb | fast) images=$data/train_color_bsds500 ;;
  *) echo "train_denoise.sh: '$name' is none of gray, rgb, fast" >&2; exit 2 ;;
esac

# stage RECIPE SEED OUT OPTION...
stage() {
  local recipe=$1 seed=$2 result=$3
  shift 3
  [ -s "$result" ] && [ ! -s "${result%.pinhole}.checkpoint" ] && return # trained before
  "$program" train "$recipe" --data "$images" --seed "$seed" --licence "BSDS: non-commercial research and education" \
    --checkpoint "${result%.pinhole}.checkpoint" --resume --out "$result" "$@"
  rm -f "${result%.pinhole}.checkpoint"
}

mkdir -p out
if [ "$name" = gray ]; then # in two stages: first every level alike, then the low ones more often
  stage denoise-gray 0 out/denoise-gray-1.pinhole "$@"
  stage denoise-gray-finish 1 out/denoise-gray.pinhole --initial out/denoise-gray-1.pinhole "$@"
else
  stage "denoise-$name" 0 "out/denoise-$name.pinhole" "$@"
fi
echo "trained: out/denoise-$name.pinhole; to ship it, copy it and its history and plot to weights/"
