#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Chooses the last stage of denoise-rgb as weights/CAMERA_NOISE.md says, and tests what was chosen. Some minutes.
#
#   PINHOLE_DATA=... tests/camera_noise.sh select BEFORE.pinhole [CANDIDATE.pinhole...] > tests/results/camera_noise.md
#   PINHOLE_DATA=... tests/camera_noise.sh test CHOSEN.pinhole >> tests/results/camera_noise.md
#
# select: the pictures that BEFORE's training held out (the candidates' must be the same), kinds of made-up noise, the
# estimated level. test: real camera noise and CBSD68; to be run once, after the choice.
#   P   the program (build/host-release/bin/pinhole)
set -euo pipefail
cd "$(dirname "$0")/.."
program=${P:-build/host-release/bin/pinhole}
data=${PINHOLE_DATA:?"set PINHOLE_DATA to the folder with denoise/"}/denoise
kinds=(
  'isp:150..10000,0..2,0..1'
  'isp:150..10000,3..5,0..1'
  'isp:83..150,0..5,0..1'
  'isp:150..10000,2..3,0..1'
  'isp:150..10000,5..7,0..1'
  'isp:150..10000,0..5,2'
  'camera:2..10,0.4..1.6'
)

field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
mean() { python3 -c 'import sys; v = [float(x) for x in sys.argv[1].split()]; print(sum(v) / len(v))' "$1"; }
quality() { "$program" eval "$@" --seed 0 --json | field psnr; } # MODEL --data D --noise N --level L
held_out() { # MODEL: names of the pictures that its training held out
  "$program" inspect "$1" --json | python3 -c '
import json, sys
note = json.load(sys.stdin)["provenance"]["note"]
print("\n".join(note.split("images: ")[1].split("; ")[0].split(", ")))'
}
row() { printf '|'; printf ' %s |' "$@"; echo; }
origin() {
  echo "Command: tests/camera_noise.sh $*."
  echo "Commit $(git rev-parse --short HEAD), $(date -u +%F), $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) cores."
}

select_best() {
  local before=$1 model name kind level noisy best="" best_figure=0 least=""
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  held_out "$before" | while read -r name; do
    ln -s "$(find "$data/train_color_bsds500" -name "$name")" "$folder/$name"
  done
  echo "# The last stage of denoise-rgb, chosen without the real camera"
  echo
  origin select "$(basename -a "$@" | paste -sd ' ')"
  echo
  echo "The protocol is weights/CAMERA_NOISE.md. Mean PSNR in dB over the $(find "$folder" -type l | wc -l) held-out pictures; level"
  echo "estimated for cameras, told for Gaussian noise."
  echo
  row kind noisy "$(basename -a "$@" | sed 's/.pinhole//' | paste -sd '|' | sed 's/|/ | /g')"
  printf '|%s\n' "$(printf -- '---|%.0s' kind noisy "$@")"
  declare -A camera=() gaussian=()
  for kind in "${kinds[@]}" gaussian:15 gaussian:25 gaussian:50; do
    level=auto
    [[ $kind == gaussian:* ]] && level=${kind#*:}
    local cells=()
    for model in "$@"; do
      name=$(quality "$model" --data "$folder" --noise "$kind" --level "$level")
      cells+=("$(printf %.2f "$name")")
      if [[ $level == auto ]]; then camera[$model]+=" $name"; else gaussian[$model]+=" $name"; fi
    done
    noisy=$("$program" eval "$before" --data "$folder" --noise "$kind" --level 0 --seed 0 --json | field psnr_in)
    row "$kind" "$(printf %.2f "$noisy")" "${cells[@]}"
  done
  local figures=() means=()
  for model in "$@"; do
    figures+=("$(mean "${camera[$model]}")")
    means+=("$(mean "${gaussian[$model]}")")
  done
  # shellcheck disable=SC2046 # the numbers are cells of their own
  row "**mean of the cameras**" "" $(printf '%.3f ' "${figures[@]}")
  # shellcheck disable=SC2046
  row "mean of Gaussian noise" "" $(printf '%.3f ' "${means[@]}")
  least=$(python3 -c 'import sys; print(float(sys.argv[1]) - 0.05)' "${means[0]}")
  for i in "${!figures[@]}"; do
    if python3 -c 'import sys; a = [float(x) for x in sys.argv[1:]]; sys.exit(not (a[0] >= a[1] and a[2] > a[3]))' \
      "${means[$i]}" "$least" "${figures[$i]}" "$best_figure"; then
      best_figure=${figures[$i]}
      best=$(basename "${*:$((i + 1)):1}" .pinhole)
    fi
  done
  echo
  echo "Chosen: **$best**, $(printf %.3f "$best_figure") dB, among those with at least $(printf %.4f "$least") dB on Gaussian noise."
}

test_chosen() {
  local sigma cells=()
  echo
  echo "## What was chosen, on the test sets"
  echo
  origin test "$(basename "$1")"
  echo
  for sigma in 15 25 50; do
    cells+=("$(printf %.2f "$(quality "$1" --data "$data/eval_color_cbsd68" --noise "gaussian:$sigma" --level "$sigma")")")
  done
  echo "CBSD68 at 15, 25, 50: ${cells[*]} dB."
  "$program" eval "$1" --data "$data/real_noise_polyu_canon5d2_600d" --level auto --json | python3 -c '
import json, sys
got = json.load(sys.stdin)
print("PolyU, %d pairs, level estimated: **%.2f dB**, SSIM %.3f (noisy: %.2f dB, %.3f)."
      % (got["images"], got["psnr"], got["ssim"], got["psnr_in"], got["ssim_in"]))'
}

case ${1:-} in
  select) shift && select_best "$@" ;;
  test) shift && test_chosen "$@" ;;
  *)
    echo "camera_noise.sh: select BEFORE [CANDIDATE...], or test CHOSEN" >&2
    exit 2
    ;;
esac
