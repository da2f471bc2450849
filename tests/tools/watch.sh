#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Watching as it is in the field: pipes that stall and break, frames that cannot be read, a disk that is full, signals,
# a calibration that goes on. With the frames of a car lot.
#
#   PINHOLE_DATA=... tests/tools/watch.sh PROGRAM [STEPS]
set -euo pipefail
program=$(realpath "$1")
steps=${2:-300}
frames=${PINHOLE_DATA:-}/sequence/car_lot/frames
if [ ! -d "$frames" ]; then
  echo "PINHOLE_DATA has no sequence/car_lot: skipped"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() {
  echo "$1"
  shift
  [ $# -eq 0 ] || cat "$@"
  exit 1
}
await_rows() { # FILE LINES: of scores, while a watch writes them
  for _ in $(seq 100); do
    [ "$(wc -l < "$1" 2> /dev/null || echo 0)" = "$2" ] && return
    sleep 0.1
  done
  fail "the scores do not reach the disk" "$1"
}
expect() { # FILE PATTERN
  grep -q -e "$2" "$1" || fail "$1 has no '$2':" "$1"
}
picture() { printf '%s/%06d.jpg' "$frames" "$1"; }

# Recorded motion JPEG serves training, calibration and watching as a folder does, byte for byte. The first car is
# enough for what is not about all three.
first_car=(--range 0-129)
same_as_folder() { # ALERTS SCORES of the first car
  cmp <(head -n 2 a.jsonl) "$1" && cmp <(head -n 131 a.csv) "$2"
}
cat "$frames"/*.jpg > car.mjpeg
normal=(--range 0-53,243-312)
"$program" train scene --data "$frames" "${normal[@]}" --steps "$steps" --out car.pinhole
"$program" train scene --data car.mjpeg "${normal[@]}" --steps 3 --out from_stream.pinhole
"$program" train scene --data "$frames" "${normal[@]}" --steps 3 --out from_folder.pinhole
"$program" inspect from_stream.pinhole --json | grep -o 'packed checksums [A-Za-z0-9+/]*' > stream.txt
"$program" inspect from_folder.pinhole --json | grep -o 'packed checksums [A-Za-z0-9+/]*' > folder.txt
cmp stream.txt folder.txt
calibrate=(calibrate car.pinhole "${normal[@]}" --false-alarms 1/day --fps 12.5)
"$program" "${calibrate[@]}" --normal "$frames" --out car.json --plot promise.png > calibrated
expect calibrated "provisional, extrapolated by"
"$program" "${calibrate[@]}" --normal car.mjpeg --out stream.json > /dev/null
cmp car.json stream.json
cp car.json before.json
watch=("$program" watch car.pinhole --calibration car.json)
"${watch[@]}" --input "$frames" --alerts a.jsonl --scores a.csv --plot a.png --contact-sheet a.jpg > a.txt
cmp car.json before.json # it follows only when it is asked to
"${watch[@]}" --input car.mjpeg "${first_car[@]}" --alerts b.jsonl --scores b.csv > /dev/null
same_as_folder b.jsonl b.csv
cat "$frames"/000{0??,1[0-2]?}.jpg | "${watch[@]}" --input - --clock frames --alerts c.jsonl --scores c.csv > /dev/null
same_as_folder c.jsonl c.csv
head -c 4 a.png | grep -q PNG
[ "$(head -c 3 a.jpg | od -An -tx1 | tr -d ' ')" = ffd8ff ]

# No mean is taken over a gap in the positions, a cut frame in between is none.
"${watch[@]}" --input car.mjpeg --range 0-5,40-45 --scores gap.csv > /dev/null
python3 - << 'PYTHON'
import csv
rows = {int(r["frame"]): r for r in csv.DictReader(open("gap.csv"))}
assert list(rows) == [*range(6), *range(40, 46)], list(rows)
assert rows[40]["smoothed"] == rows[40]["score"] and rows[5]["smoothed"] != rows[5]["score"], rows[40]
PYTHON

# A file that is missing moves no other frame: numbers are those of the names, and the gap is told of.
mkdir lost
for i in $(seq 45 75); do cp "$(picture "$i")" lost/; done
rm lost/00005[789].jpg lost/000060.jpg
"${watch[@]}" --input lost --no-update --scores lost.csv > /dev/null 2> err
expect err "lost: frames 57-60 are missing"
"${watch[@]}" --input "$frames" --range 45-75 --no-update --scores whole.csv > /dev/null
python3 - << 'PYTHON'
import csv
lost, whole = ({int(r["frame"]): r for r in csv.DictReader(open(name))} for name in ("lost.csv", "whole.csv"))
assert list(lost) == [*range(45, 57), *range(61, 76)], list(lost)
assert all(lost[f][key] == whole[f][key] for f in lost for key in ("score", "time")), "a frame has moved"
assert lost[61]["smoothed"] == lost[61]["score"] != whole[61]["smoothed"], lost[61]
PYTHON
cp -r "$frames" numbered
rm numbered/000000.jpg numbered/000250.jpg
"$program" train scene --data numbered "${normal[@]}" --steps 3 --out lost.pinhole 2> err
expect err "numbered: frames 0 and 250 are missing"
"$program" inspect lost.pinhole --json > lost.txt
expect lost.txt 'held out for validation: 25 of 122 images: 000043.jpg, .*, 000053.jpg, 000299.jpg, .*, 000312.jpg'
"$program" "${calibrate[@]}" --normal numbered --out lost.json > /dev/null 2> err
expect err "numbered: frames 0 and 250 are missing"
grep -q '"frames": 21' lost.json || fail "other frames were calibrated on" lost.json
"$program" eval --scores a.csv --labels "$frames/../labels.csv" --frames numbered > eval.txt
expect eval.txt "^3 of 3 events caught"

# The clock of frames is their number by the calibration's rate; that of arrival is the time of day.
"${watch[@]}" --input "$frames" --range 0-3 --clock arrival --scores arrival.csv > /dev/null
[ "$(tail -n 1 a.csv | sed 's/.*,//; s/\..*//')" -lt 60 ] || fail "no time by the rate" a.csv
last=$(tail -n 1 arrival.csv | sed 's/.*,//; s/\..*//')
[ $(($(date +%s) - last)) -lt 60 ] || fail "no time of arrival" arrival.csv

# More anomalies than may be told of in a day are logged, and told as suppressed.
"${watch[@]}" --input "$frames" --range 90-190 --no-update --most-alerts 1 --alerts most.jsonl > most.txt
expect most.txt "1 anomalies, 1 suppressed"
expect most.txt "^suppressed: .*, or more than --most-alerts in a day"
[ "$(grep -c '"state":"open"' most.jsonl)" = 2 ] && [ "$(grep -c '"state":"open".*"suppressed":true' most.jsonl)" = 1 ] ||
  fail "not one anomaly and one that is suppressed" most.jsonl

# A camera's pipe: HTTP parts and garbage between the frames, cut frames, and a stall that is told of while it lasts.
(
  for i in 0 1 2 3; do
    printf -- '--part\r\nContent-Type: image/jpeg\r\n\r\n'
    cat "$(picture $i)"
  done
  head -c 9000 "$(picture 4)"
  cat "$(picture 5)"
  sleep 5
  [ "$(grep -c gone live.jsonl)" = 1 ] || echo "the stall was not told of in time" > late
  cat "$(picture 6)"
  head -c 9000 "$(picture 7)"
) | "${watch[@]}" --input - --alerts live.jsonl --scores live.csv --plot live.png > live.txt 2> err
[ ! -e late ] || fail "the stall was not told of while it lasted" live.jsonl
expect live.txt "^6 frames watched, 2 skipped"
expect live.txt "bytes of the stream belonged to no whole frame"
expect err "standard input, frame 4: cut short"
expect live.jsonl '"gone","state":"closed"'
now=$(date +%s)
last=$(tail -n 1 live.csv | sed 's/.*,//; s/\..*//')
[ $((now - last)) -lt 60 ] || fail "no time of day in the scores" live.csv

# Frames of a folder that are cut, no picture, or of another size are named and left out.
mkdir bad
for i in $(seq 0 30); do cp "$(picture "$i")" bad/; done
truncate -s 5000 bad/000010.jpg
echo hello > bad/000012.jpg
printf 'P5 32 20 255\n%640s' '' > bad/000020.jpg
"${watch[@]}" --input bad --scores bad.csv > bad.txt 2> err
expect bad.txt "^28 frames watched, 3 skipped"
for frame in 000010 000012; do expect err "bad/$frame.jpg: .*frame left out"; done
expect err "bad/000020.jpg, frame 20: .*768x432.*32x20"
cp "$(picture 20)" good.jpg
"$program" "${calibrate[@]/0-53,243-312/0-30}" --normal bad --out bad.json --allow-trained > bad.txt 2> err
expect bad.txt "^3 frames could not be used"
expect err "bad/000020.jpg, frame 20: 32x20"

# SIGINT and SIGTERM: open alerts are closed, everything is written, exit status 0. Scores are there meanwhile.
mkfifo camera
signals="INT TERM HUP"
{ (kill -HUP "$BASHPID"); } 2> /dev/null && signals="INT TERM" # below nohup, which a watch heeds
for signal in $signals; do
  rm -f stop.*
  "${watch[@]}" --input camera --alerts stop.jsonl --scores stop.csv --plot stop.png > stop.txt &
  watcher=$!
  exec 7> camera
  for i in $(seq 45 70); do cat "$(picture "$i")"; done >&7
  await_rows stop.csv.partial 27
  kill -$signal $watcher
  wait $watcher || fail "exit status $? after SIG$signal" stop.txt
  exec 7>&-
  expect stop.txt "until it was stopped"
  expect stop.jsonl '"state":"closed"'
  [ "$(wc -l < stop.csv)" = 27 ] && [ ! -e stop.csv.partial ] && [ -s stop.png ] || fail "not all was written" stop.txt
done

# What a killed watch has written is not lost to the next one.
rm -f stop.*
"${watch[@]}" --input camera --scores stop.csv > /dev/null &
watcher=$!
exec 7> camera
for i in $(seq 45 70); do cat "$(picture "$i")"; done >&7
await_rows stop.csv.partial 27
kill -KILL $watcher
wait $watcher 2> /dev/null || true
exec 7>&-
"${watch[@]}" --input "$frames" --range 0-5 --scores stop.csv > /dev/null 2> err
expect err "its scores are kept as stop.csv.partial.1"
[ "$(wc -l < stop.csv.partial.1)" = 27 ] && [ "$(wc -l < stop.csv)" = 7 ] || fail "the killed watch's scores are gone" err

# Heat maps of a recording lie under its numbers, so a second watch does not take the place of the first unasked; those of
# a live source have names of their own.
part() { for i in $(seq "$1" "$2"); do cat "$(picture "$i")"; done; }
part 45 60 | "${watch[@]}" --input - --clock frames --heatmaps maps > /dev/null
first=$(sha256sum maps/*)
if part 60 80 | "${watch[@]}" --input - --clock frames --heatmaps maps > /dev/null 2> err; then
  fail "heat maps of an earlier watch were drawn over" err
fi
expect err "maps: has heat maps of an earlier watch: .*--overwrite"
[ "$first" = "$(sha256sum maps/*)" ] || fail "and they are not what they were"
part 60 80 | "${watch[@]}" --input - --clock frames --heatmaps maps --overwrite > /dev/null
[ "$first" != "$(sha256sum maps/*)" ] || fail "--overwrite did nothing"
live_maps() {
  part 45 60 | "${watch[@]}" --input - --heatmaps live_maps > /dev/null
  find live_maps -type f | grep -Ec '/[0-9]{8}T[0-9]{6}\.[0-9]{3}Z-[0-9]{6}\.jpg$'
}
first=$(live_maps)
[ "$first" -gt 0 ] && [ "$(live_maps)" = $((2 * first)) ] || fail "live heat maps: $(ls live_maps)"

# A full disk: what could not be written is named, what was there stays, the watch goes on to its end.
mkdir full
head -n 3 a.csv > full/s.csv
if (
  ulimit -f 4
  "${watch[@]}" --input "$frames" "${first_car[@]}" --alerts full/a.jsonl --scores full/s.csv --heatmaps full/maps \
    --plot full/p.png --contact-sheet full/c.jpg > full.txt 2> err
); then
  fail "a full disk is no error" err
fi
expect full.txt "^130 frames watched"
for name in s.csv.partial maps/ p.png; do expect err "full/$name"; done
cmp full/s.csv <(head -n 3 a.csv) && [ ! -e full/p.png ] || fail "the old file is gone, or half of a new one there" err
cmp full/a.jsonl <(head -n 2 a.jsonl)
# Lines that did not get into the log are not counted as if they had: eight are more than the 1,024 bytes.
cp a.jsonl full/b.jsonl
if (
  ulimit -f 1
  "${watch[@]}" --input "$frames" "${first_car[@]}" --alerts full/b.jsonl --json 2> err
) | cat > lines.json; then
  fail "a full disk is no error" err
fi
expect err "^pinhole: full/b.jsonl: [0-9]* of 2 lines of alerts could not be written"
python3 - << 'PYTHON'
import json
told, before, lines = json.load(open("lines.json")), *(open(f).read().splitlines() for f in ("a.jsonl", "full/b.jsonl"))
new = len(lines) - len(before)
assert len(before) == 6 and 0 <= new < 2, lines
assert told["alert_lines"] == new and told["alert_lines_lost"] == 2 - new, told
PYTHON
tail -c 1 full/s.csv.partial | cmp - <(echo)

# Watching goes on calibrating; the file follows when it is asked to, and alerts that were real are confirmed.
"${watch[@]}" --input "$frames" --update-calibration > update.txt
! cmp -s car.json before.json || fail "the calibration was not updated" update.txt
python3 - << 'PYTHON'
import json
before, after = (json.load(open(name))["summary"] for name in ("before.json", "car.json"))
assert after["frames"] >= before["frames"] and after["alerts_left_out"] == 3, after
assert after["supported_per_day"] > before["supported_per_day"], "three alerts may have been false ones"
PYTHON
# Frames between alerts count, but for those near one, and it is said what became of each: the frames between the first
# two cars that are further than two seconds from either, less what fills the first mean.
expect update.txt "^[1-9] frames calibrated; left out: [0-9]* under an alert, [0-9]* near one, [0-9]* too few yet for a mean"
cp before.json told.json
"$program" watch car.pinhole --calibration told.json --input "$frames" --range 100-260 --update-calibration \
  --json > told.txt
python3 - << 'PYTHON'
import json
told, before, after = (json.load(open(name)) for name in ("told.txt", "before.json", "told.json"))
sums = told["calibrating"]
assert sum(sums.values()) + told["known_frames"] == told["frames"] == 161, told
assert sums["added"] == after["summary"]["frames"] - before["summary"]["frames"] > 0, sums
assert sums["near_alert"] >= 40 and sums["under_alert"] > 60, sums
PYTHON
# What the calibration knows does not count again: neither what it was made from, nor what was watched before.
cp car.json once.json
"${watch[@]}" --input "$frames" --range 125-170 --update-calibration > again.txt
expect again.txt "^46 frames did not count: "
expect again.txt "car.json is as it was: nothing was added to it"
cmp car.json once.json
cp before.json given.json
"$program" watch car.pinhole --calibration given.json --input "$frames" --range 43-53,299-312 --update-calibration > /dev/null
cmp given.json before.json
for _ in 1 2; do
  "$program" watch car.pinhole --calibration given.json --input "$frames" --range 125-170 --update-calibration > /dev/null
  [ -e new.json ] || cp given.json new.json
done
cmp given.json new.json
python3 - << 'PYTHON'
import json
before, after = (json.load(open(name))["summary"] for name in ("before.json", "new.json"))
assert after["frames"] == before["frames"] + 44, "46 new frames, smoothed over 3"
assert after["supported_per_day"] < before["supported_per_day"], after
PYTHON
cp once.json car.json
"$program" calibrate car.pinhole --confirm-alerts 3 --out car.json > confirmed
expect confirmed "^3 alerts confirmed; before: threshold"
grep -q '"alerts_left_out": 0' car.json
python3 - << 'PYTHON'
import json
before, after, confirmed = (json.load(open(name))["summary"] for name in ("before.json", "once.json", "car.json"))
assert confirmed["supported_per_day"] <= before["supported_per_day"] < after["supported_per_day"], confirmed
assert confirmed["seconds_missing"] < after["seconds_missing"], confirmed
PYTHON
if "$program" calibrate car.pinhole --confirm-alerts 1 --out car.json 2> err; then
  fail "more alerts were confirmed than there were" err
fi
expect err "car.json: it has left out no alerts.*watch --update-calibration"
cp once.json car.json
if "$program" calibrate car.pinhole --confirm-alerts 4 --out car.json 2> err; then
  fail "four of three alerts were confirmed" err
fi
expect err "car.json: .*4 alerts confirmed, but 3 were left out: confirm no more"
# What a person says was false counts at its height.
"$program" calibrate car.pinhole --dismiss-alerts 1e4,20000.5 --out car.json > dismissed
expect dismissed "^2 alerts dismissed; before: threshold"
grep -q '"alerts_left_out": 1' car.json
python3 - << 'PYTHON'
import json
before, after = (json.load(open(name))["summary"] for name in ("once.json", "car.json"))
assert 40001 > after["threshold"] > 20000 > before["threshold"], after
assert after["alerts_dismissed"] == 2 and before["alerts_dismissed"] == 0, after
PYTHON
cp once.json car.json
not_dismissed() { # STATUS PATTERN OPTION...
  local status=0
  "$program" calibrate car.pinhole --out car.json "${@:3}" > /dev/null 2> err || status=$?
  [ $status -eq "$1" ] || fail "${*:3}: exit $status instead of $1" err
  expect err "$2"
}
not_dismissed 1 "car.json: .*no alert has a score of 2, .*above 25" --dismiss-alerts 2 # a number of alerts it is not
not_dismissed 1 "car.json: .*no alert has a score of 5, " --dismiss-alerts 92,5 # nor is a comma a point
not_dismissed 1 "car.json: .*no alert has a score of 1e+40" --dismiss-alerts 1e40
not_dismissed 1 "car.json: .*4 alerts to dismiss, but 3 left out .*dismiss no more" --dismiss-alerts 100,200,300,400
for wrong in nan 1,,2 "1;2" ""; do
  not_dismissed 2 "dismiss-alerts" --dismiss-alerts "$wrong"
done
not_dismissed 2 "strict" --dismiss-alerts 100 --strict
not_dismissed 2 "plot" --confirm-alerts 1 --plot promise.png
cmp once.json car.json
# A watch that goes on while a person confirms alerts, or while another one updates the same file: what the first has
# written stays, what the other adds lies beside it, and the exit status says so.
cp before.json both.json
"$program" watch car.pinhole --calibration both.json --input "$frames" --range 54-110 --update-calibration > /dev/null
cp both.json alerted.json
"$program" watch car.pinhole --calibration both.json --input camera --scores both.csv --update-calibration > both.txt 2> err &
watcher=$!
exec 7> camera
for i in $(seq 125 170); do cat "$(picture "$i")"; done >&7
await_rows both.csv.partial 47
"$program" calibrate car.pinhole --confirm-alerts 1 --out both.json > /dev/null
cp both.json confirmed.json
exec 7>&-
status=0
wait $watcher || status=$?
[ $status -eq 1 ] || fail "exit status $status, where what a watch adds did not get into its file" both.txt
cmp both.json confirmed.json
expect err "^pinhole: both.json.new has what is added here, .*both.json: another program has written it meanwhile"
expect both.txt "^written: both.json.new"
python3 - << 'PYTHON'
import json
before, added = (json.load(open(name))["summary"] for name in ("alerted.json", "both.json.new"))
assert added["frames"] == before["frames"] + 44 and added["alerts_left_out"] == 1, added
PYTHON
"$program" calibrate car.pinhole --confirm-alerts 1 --out both.json.new > /dev/null
cp before.json car.json
"${watch[@]}" --input "$frames" --range 125-170 --no-update --json > fixed.json
python3 -c 'import json; r = json.load(open("fixed.json")); assert r["first_threshold"] == r["threshold"] and r["calibrating"] is None, r'

# The same frame again and again: a camera that hangs is no evidence for a threshold, and is told of; one that gives
# every frame twice counts as it watches.
mkdir frozen twice
for i in $(seq 0 42); do cp "$(picture "$i")" frozen/; done
for i in $(seq 43 142); do cp "$(picture 45)" "$(printf 'frozen/%06d.jpg' "$i")"; done
"$program" calibrate car.pinhole --normal frozen --false-alarms 1/day --fps 12.5 --out frozen.json 2> err &&
  fail "a frozen camera was calibrated on" frozen.json
expect err "frozen: 92 of 143 frames are the same as an earlier one.*was the camera frozen"
for i in $(seq 0 53) $(seq 288 312); do
  for k in 0 1; do cp "$(picture "$i")" "$(printf 'twice/%06d.jpg' $((2 * i + k)))"; done
done
"$program" calibrate car.pinhole --normal twice --false-alarms 1/day --fps 12.5 --out twice.json > /dev/null 2> err
grep -q '"frames": 46' twice.json || fail "frames that came twice were not counted twice" twice.json
mkdir looped
for i in $(seq 0 53) $(seq 288 312); do cp "$(picture "$i")" looped/; done
for i in $(seq 288 312); do cp "$(picture "$i")" "$(printf 'looped/%06d.jpg' $((i + 25)))"; done
"$program" calibrate car.pinhole --normal looped --false-alarms 1/day --fps 12.5 --out looped.json > /dev/null 2> err
expect err "looped: 25 of 104 frames are the same"
grep -q '"frames": 21' looped.json || fail "frames of an earlier round counted" looped.json

# A camera that is covered from the first frame on is told of, and calibrates nothing; what it sees afterwards does.
mkdir covered
python3 - << 'PYTHON'
import os
noise = bytes(18 + (byte & 3) for byte in range(256))
for i in range(60):
    with open(f"covered/{400 + i:06d}.ppm", "wb") as file:
        file.write(b"P6 768 432 255\n" + os.urandom(768 * 432 * 3).translate(noise))
PYTHON
cp before.json covered.json
mkdir shaded # normal frames, and the covered ones for normal ones
for i in $(seq 0 53) $(seq 243 312); do cp "$(picture "$i")" shaded/; done
cp covered/* shaded/
"$program" calibrate car.pinhole --normal shaded --false-alarms 1/day --fps 12.5 --out shaded.json > /dev/null 2> err
expect err "shaded: 60 of 85 frames that were to count are left out: a third.*covered or moved"
python3 -c 'import json; a, b = (json.load(open(f))["calibration"] for f in ("before.json", "shaded.json")); assert a == b'
"$program" watch car.pinhole --calibration covered.json --input covered --alerts covered.jsonl --update-calibration > covered.txt
expect covered.jsonl '"event":"covered","state":"open","first":400,"peak":[0-9]*,"last":403'
expect covered.txt "0 anomalies, 0 suppressed, 1 events of the camera"
cmp covered.json before.json
for i in $(seq 125 170); do cp "$(picture "$i")" "covered/$(printf %06d $((i + 335))).jpg"; done
rm covered.jsonl
"$program" watch car.pinhole --calibration covered.json --input covered --alerts covered.jsonl --update-calibration > covered.txt
expect covered.jsonl '"event":"covered","state":"closed","first":400,.*,"last":459'
expect covered.txt "0 anomalies, 0 suppressed, 1 events of the camera"
python3 - << 'PYTHON'
import json
before, after = (json.load(open(name))["summary"] for name in ("before.json", "covered.json"))
assert after["frames"] == before["frames"] + 32, "46 frames, of which four decide that the cover is gone, eight settle, smoothed over 3"
PYTHON

# Outputs that would destroy something are refused before anything starts.
refused() {
  if "${watch[@]}" --input "$frames" "$@" > /dev/null 2> err; then
    fail "accepted: $*"
  fi
  expect err "^pinhole: "
}
echo "a diary" > diary
refused --alerts diary
[ "$(cat diary)" = "a diary" ]
refused --scores ./car.json
refused --plot a.png --contact-sheet ./a.png
refused --heatmaps "$frames" # would be drawn over
refused --plot a.tiff
refused --scores /dev/full
refused --scores a.jsonl
refused --update-calibration --no-update
refused --range 0-9999
for input in /dev/null "$folder/nothing" "$folder/nothing.mjpeg"; do
  "$program" watch car.pinhole --calibration car.json --input "$input" 2> err && fail "watched $input"
  expect err "^pinhole: .*$input"
done
"$program" "${calibrate[@]}" --normal - --out x.json < <(cat car.mjpeg) 2> err && fail "calibrated from a pipe"
expect err "read twice"
"$program" "${calibrate[@]}" --normal - --out x.json < car.mjpeg 2> err && fail "calibrated from a redirection"
expect err "read twice"
if "$program" "${calibrate[@]/0-53,243-312/33-53,299-312}" --normal "$frames" --strict --out strict.json 2> err; then
  fail "--strict was satisfied by 21 frames" err
fi
expect err "nothing was written"
[ ! -e strict.json ]

# Frames that the model was trained on are no evidence, in watching as in calibrating.
"${watch[@]}" --input "$frames" --range 33-42 --json > trained.json
python3 -c 'import json; r = json.load(open("trained.json")); assert r["first_threshold"] == r["threshold"], r'
