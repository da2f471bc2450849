#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Is the promised rate of alerts kept? Simulated calibrations of score streams with known laws (tests/bench/promised_rate);
# writes tests/results/promised_rate.md. Needs a build with -DPINHOLE_BENCH=ON. Some minutes.
#
#   tests/promised_rate.sh [CALIBRATIONS]     200 for each law and length
#   PINHOLE_BUILD   the build folder (build/host-release)
#   PINHOLE_RESULT  the file to write (tests/results/promised_rate.md)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
bench=${PINHOLE_BUILD:-build/host-release}/bin/promised_rate
result=${PINHOLE_RESULT:-tests/results/promised_rate.md}
[ -x "$bench" ] || { echo "promised_rate.sh: $bench is missing: configure with -DPINHOLE_BENCH=ON and build promised_rate" >&2; exit 1; }

table=$(mktemp)
trap 'rm -f "$table"' EXIT
status=0
"$bench" "$@" >"$table" || status=$?
[ "$status" -le 1 ] || exit "$status"
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- include/pinhole/calibration.h 'src/anomaly/calibration*' 'src/anomaly/declustering*' \
  'src/anomaly/peaks*' 'src/anomaly/poisson*' 'src/anomaly/tail_fit*' 'tests/bench/promised_*' \
  'tests/bench/score_laws*' 2>/dev/null || commit="$commit with changes"
{
  echo "Command: tests/promised_rate.sh${*:+ $*}"
  echo "Commit $commit, $(date -u +%F), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores."
  cat <<'TEXT'

How often a calibration keeps the rate of alerts that was asked of it, when the law of the scores is known. One alert is a
cluster: a frame above the threshold after `run_length` frames that were not. "Kept": the threshold is at least the
oracle's, that is the true rate is at most the asked one there and everywhere above. Loss: threshold over the oracle's.
"-": at this run length no threshold gives so many alerts. Gamma has shape 4, Student's t 4 degrees of freedom.

TEXT
  cat "$table"
} >"$result.new"
mv "$result.new" "$result"
echo "promised_rate.sh: wrote $result" >&2
exit "$status"
