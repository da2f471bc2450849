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
exec "$program" train "denoise-$name" --data "$images" --seed 0 --licence "BSDS: non-commercial research and education" \
  --checkpoint "weights/denoise-$name.checkpoint" --resume --out "weights/denoise-$name.pinhole" "$@"
