#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What watching costs beside denoising (tests/bench/watch_latency); writes tests/results/watch_latency.md. Needs a build with
# -DPINHOLE_BENCH=ON. A minute or two.
#
#   tests/watch_latency.sh [FRAMES]     400 of each kind
#   PINHOLE_BUILD   the build folder (build/host-release)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
bench=${PINHOLE_BUILD:-build/host-release}/bin/watch_latency
result=tests/results/watch_latency.md
[ -x "$bench" ] || { echo "watch_latency.sh: $bench is missing: configure with -DPINHOLE_BENCH=ON and build watch_latency" >&2; exit 1; }

table=$(mktemp)
trap 'rm -f "$table"' EXIT
for threads in 1 2; do
  "$bench" weights "${1:-400}" "$threads" >>"$table"
  echo >>"$table"
done
{
  echo "Command: tests/watch_latency.sh${*:+ $*}"
  echo "Commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores."
  cat <<'TEXT'

denoise-rgb on RGB24 frames of 640x480 by rows, with and without `pinhole_scene_push` of the same frame (camera's events, score,
alerts, the calibration that goes on), in turn. In brackets: the lowest and highest of ten parts of the measurement.

TEXT
  cat "$table"
} >"$result.new"
mv "$result.new" "$result"
echo "watch_latency.sh: wrote $result" >&2
