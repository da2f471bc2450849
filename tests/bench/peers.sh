#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Speed beside ONNX Runtime and PyTorch on this machine: prints a table and writes tests/results/peers.txt.
# Needs a build with -DPINHOLE_BENCH=ON, and for the peers a Python with onnx, onnxruntime and torch; a peer whose
# package is missing is skipped, and the table says so.
#
#   tests/bench/peers.sh [--blocks N] [--threads N...] [--compile]
#   PINHOLE_BUILD   the build folder (build/host-release)       PINHOLE_PYTHON   the Python (python3)
#   PINHOLE_PEERS   the file to write (tests/results/peers.txt)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
bench=${PINHOLE_BUILD:-build/host-release}/bin/engine_bench
python=${PINHOLE_PYTHON:-python3}
[ -x "$bench" ] || { echo "peers.sh: $bench is missing: configure with -DPINHOLE_BENCH=ON and build engine_bench" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Random parameters: speed does not depend on them.
"$bench" infer denoise-rgb --size 640x480 --write "$work/denoise-rgb.pinhole"
if "$python" -c 'import onnx' 2>/dev/null; then
  "$python" tools/convert/to_onnx.py "$work/denoise-rgb.pinhole" --out "$work/denoise-rgb.onnx"
fi
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- src tests/bench 2>/dev/null || commit="$commit with changes"
"$python" tests/bench/peers.py --bench "$bench" --work "$work" --commit "$commit" \
  --out "${PINHOLE_PEERS:-tests/results/peers.txt}" "$@"
