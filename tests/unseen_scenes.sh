#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Row 4 of the watching: simulated scenes that nobody has looked at while the code was made, no setting touched. Each learns,
# calibrates, and watches all the demo knows: intruders, a camera covered, frozen, blurred, pushed and ageing, and four
# happenings that are worth no alert. Two scenes at a time, one thread each. Tuning and diagnosis use seeds 1 to 140 and
# those of earlier records; this one's, 21001 to 21020, were fixed before they were run (1001 to 1020 and so on up to 20001
# to 20020 were the ones before). They may be run again where a change keeps every score; any other takes new ones.
#   tests/unseen_scenes.sh [SCENES] [FIRST SEED] [RESULT]   default: 20 21001 tests/results/unseen_scenes.md
# DEMO=FILE: the demo's program, else the one of build/host-release. Fails when fewer than 95 % of the events are caught.
set -euo pipefail
cd "$(dirname "$0")/.."
scenes=${1:-20} first=${2:-21001} result=${3:-tests/results/unseen_scenes.md}
demo=${DEMO:-build/host-release/bin/firmware_demo}
if [ ! -x "$demo" ]; then
  echo "unseen_scenes: no $demo: build target firmware_demo, or name it: DEMO=FILE $0" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS commit=$(git rev-parse HEAD)

watch_scene() {
  "$demo" --only-watch --all-events --threads 1 --seed "$1" --out "$work/$1" --record "$work/$1.tsv" >"$work/$1.log" 2>&1 ||
    { echo "unseen_scenes: seed $1 failed:" >&2; tail -n 3 "$work/$1.log" >&2; return 1; }
  echo "seed $1: $(grep '  events' "$work/$1.log")" >&2
}
export -f watch_scene
export demo work
seq "$first" $((first + scenes - 1)) | xargs -P 2 -I '{}' bash -c 'watch_scene {}'
for seed in $(seq "$first" $((first + scenes - 1))); do
  cat "$work/$seed.tsv"
done >"$work/all.tsv"

{
  echo "# Unseen scenes"
  echo
  echo "What the demo's camera raises in $scenes simulated scenes of seeds $first to $((first + scenes - 1))."
  echo
  echo "    command  tests/unseen_scenes.sh $scenes $first"
  echo "    commit   $commit"
  echo "    date     $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "    machine  $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $((SECONDS - start)) s"
  echo
  awk -F '\t' '
    $1 == "happening" {
      if (!($3 in seen)) { order[++kinds] = $3; seen[$3] = 1 }
      expected[$3] = $4; count[$3]++; caught[$3] += $5; anomalies[$3] += $7; others[$3] += $8
      if ($5) delays[$3] = delays[$3] " " $6
    }
    function by_delay(text, share,   list, n, i, j, t) {
      n = split(text, list, " ")
      if (n == 0) return "-"
      for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) {
        t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
      }
      return list[int((n - 1) * share) + 1]
    }
    $1 == "scene" { seconds += $3; asked = $4; state[$5]++; alerts += $6; false_alarms += $7; false_events += $8; n++ }
    END {
      print "| what happens | must raise | scenes | raised | frames until then: median, most | anomalies beside it | other events beside it |"
      print "|---|---|---|---|---|---|---|"
      for (k = 1; k <= kinds; k++) {
        name = order[k]
        if (expected[name] != "nothing") { events += count[name]; found += caught[name] }
        printf "| %s | %s | %d | %s | %s, %s | %d | %d |\n", name, expected[name], count[name],
          expected[name] == "nothing" ? "-" : caught[name], by_delay(delays[name], 0.5), by_delay(delays[name], 1),
          anomalies[name], others[name]
      }
      printf "\nEvents caught: %d of %d, %.1f %%. Anomaly alerts: %d, of them false: %d. Other false events: %d.\n",
        found, events, 100 * found / events, alerts, false_alarms, false_events
      printf "Watched: %.0f seconds; asked: at most %g false alarms a day, which makes %.3f in that time;", seconds, asked,
        asked * seconds / 86400
      for (s in state) printf " %s in %d scenes;", s, state[s]
      printf " an anomaly is false when it overlaps no intruder.\n"
    }' "$work/all.tsv"
  if grep -q '^complaint' "$work/all.tsv"; then
    echo
    echo "What was missed or false:"
    echo
    awk -F '\t' '$1 == "complaint" { printf "- seed %s: %s\n", $2, $3 }' "$work/all.tsv"
  fi
} >"$work/result.md"
mkdir -p "$(dirname "$result")"
cp "$work/result.md" "$result"
cat "$result"
awk -F '\t' '$1 == "happening" && $4 != "nothing" { n++; caught += $5 } END { exit !(caught >= 0.95 * n) }' "$work/all.tsv"
