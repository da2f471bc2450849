#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same bytes from any number of threads, and after any number of crashes: trains with 1, 2 and 3 threads, then RUNS
# times with kill -9 at random moments until the training is through, and compares all files.
#
#   PINHOLE_DATA=... tests/train/kill_resume.sh PROGRAM [RUNS [RECIPE [STEPS [IMAGES [RANGE]]]]]
#
# Exit 77: PINHOLE_DATA is not set, nothing was tested.
set -euo pipefail
program=$1 runs=${2:-20} recipe=${3:-$(dirname "$0")/small_denoiser.json} steps=${4:-200}
[ -n "${PINHOLE_DATA:-}" ] || { echo "PINHOLE_DATA is not set: skipped"; exit 77; }
images=$PINHOLE_DATA/${5:-denoise/train_gray_bsd400} range=${6:-0-19}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RANDOM=20 # the moments of the kills are the same in every call, as far as the machine's speed is
milliseconds() { date +%s%3N; }
arguments() { # name threads
  arguments=(train "$recipe" --data "$images" --range "$range" --steps "$steps" --out "$folder/$1.pinhole" --threads "$2")
}
same() {
  cmp "$folder/whole.pinhole" "$folder/$1.pinhole"
  cmp "$folder/whole.history.csv" "$folder/$1.history.csv"
}

start=$(milliseconds)
arguments whole 1
"$program" "${arguments[@]}" > "$folder/log" 2>&1
duration=$(($(milliseconds) - start))
for threads in 2 3; do
  arguments "threads$threads" "$threads"
  "$program" "${arguments[@]}" > "$folder/log" 2>&1
  same "threads$threads"
done
echo "1, 2 and 3 threads: the same bytes"

kills=0
for run in $(seq "$runs"); do
  arguments "run$run" 1
  ended=no
  while [ $ended = no ]; do
    "$program" "${arguments[@]}" --checkpoint "$folder/checkpoint$run" --checkpoint-steps 5 --resume > "$folder/log" 2>&1 &
    job=$!
    sleep "$(awk -v d="$duration" -v r=$RANDOM 'BEGIN {printf "%.3f", d / 1000 * (0.05 + r / 32768)}')"
    if kill -9 $job 2> "$folder/kill.log"; then
      kills=$((kills + 1))
      wait $job 2> "$folder/kill.log" || true
    else
      wait $job || { cat "$folder/log"; exit 1; }
      ended=yes
    fi
  done
  same "run$run"
done
echo "$runs runs with $kills kills: the same bytes"
