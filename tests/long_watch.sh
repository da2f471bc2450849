#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Days and nights: is one false alarm a day kept by a camera that learned its scene in a morning, and is everybody seen who
# comes? Simulated scenes (tests/bench/long_watch), a frame a second, two scenes at a time; writes tests/results/long_watch.md.
# Needs a build with -DPINHOLE_BENCH=ON. About five minutes for each day of each two scenes.
#
#   tests/long_watch.sh [SCENES] [FIRST SEED] [DAYS] [FRAMES TO COLLECT]...     4 scenes, seed 3, 2 days; 1024 and 86400
#   PINHOLE_BUILD   the build folder (build/host-release)
set -euo pipefail
cd "$(dirname "$0")/.."
scenes=${1:-4} first=${2:-3} days=${3:-2}
collected=("${@:4}")
[ ${#collected[@]} -gt 0 ] || collected=(1024 86400)
bench=${PINHOLE_BUILD:-build/host-release}/bin/long_watch
result=tests/results/long_watch.md
[ -x "$bench" ] || { echo "long_watch.sh: $bench is missing: configure with -DPINHOLE_BENCH=ON and build long_watch" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS commit=$(git rev-parse --short HEAD)
git diff --quiet HEAD -- src include weights firmware_demo tests/bench || commit="$commit with changes"

watch_scene() { # SEED FRAMES
  local total=$days
  [ "$2" -lt 43200 ] || total=$((days + ($2 + 86399) / 86400)) # so many days are left to watch
  "$bench" weights/scene.pinhole "$1" "$total" "$2" >"$work/$2.$1.md" 2>"$work/$2.$1.log" ||
    { echo "long_watch.sh: seed $1 failed:" >&2; tail -n 3 "$work/$2.$1.log" >&2; return 1; }
  echo "seed $1, $2 frames collected: done" >&2
}
export -f watch_scene
export bench days work
for frames in "${collected[@]}"; do
  seq "$first" $((first + scenes - 1)) | sed "s/\$/ $frames/"
done | xargs -P 2 -L 1 bash -c 'watch_scene $0 $1'

{
  echo "# Days and nights"
  echo
  echo "    command  tests/long_watch.sh $scenes $first $days ${collected[*]}"
  echo "    commit   $commit"
  echo "    date     $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "    machine  $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $((SECONDS - start)) s"
  cat <<'TEXT'

A simulated camera (320x240, gray, a frame a second) is set up at nine in the morning, learns, calibrates on 1,024 frames and
watches, one false alarm a day asked for. The sun rises and sets, clouds come in minutes, the shadow of something high wanders
over the view, a lamp is lit at dusk; the camera's exposure follows, its noise grows with its gain, up to ten times. A walker,
a dog or a cart of 1 to 3 % of the frame comes through about eight times in 24 hours; the operator confirms alerts that are of
them, and dismisses the others. "Camera": its own events, none of which is right here. The scores are those of frames with nobody in them. "Supported":
false alarms a day that the calibration has seen enough frames to promise.
TEXT
  for frames in "${collected[@]}"; do
    echo
    echo "## $frames frames collected to learn from"
    echo
    echo "| scene | | visits | caught | false anomalies | camera | drifts | scores: median | 99.9 % | threshold | supported |"
    echo "|---|---|---|---|---|---|---|---|---|---|---|"
    cat "$work/$frames".*.md
    cat "$work/$frames".*.md | awk -F '|' '
      { night = $3 ~ /night/; visits[night] += $4; caught[night] += $5; false_alarms += $6; camera += $7 }
      END { printf "\nBy day %d of %d visits caught, by night %d of %d; %d false anomalies and %d events of the camera.\n",
                   caught[0], visits[0], caught[1], visits[1], false_alarms, camera }'
  done
} >"$result.new"
mv "$result.new" "$result"
echo "long_watch.sh: wrote $result" >&2
