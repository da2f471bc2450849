#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A camera's scene from the first frame to the alert: train, calibrate, watch, eval on a car lot of 377 frames.
#
#   PINHOLE_DATA=... tests/tools/scene.sh PROGRAM [STEPS [LAST]]
#
# LAST: the last frame that is watched and judged; the first of the three cars leaves before frame 130.
set -euo pipefail
program=$(realpath "$1")
steps=${2:-400}
last=${3:-376}
watched=(--range "0-$last")
sequence=${PINHOLE_DATA:-}/sequence/car_lot
if [ ! -d "$sequence/frames" ]; then
  echo "PINHOLE_DATA has no sequence/car_lot: skipped"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
normal=(--range 0-53,243-312)
"$program" train scene --data "$sequence/frames" "${normal[@]}" --steps "$steps" --out car.pinhole
"$program" calibrate car.pinhole --normal "$sequence/frames" "${normal[@]}" --false-alarms 1/day --fps 12.5 --out car.json
"$program" watch car.pinhole --input "$sequence/frames" "${watched[@]}" --calibration car.json --alerts a.jsonl --scores s.csv
"$program" eval --scores s.csv --labels "$sequence/labels.csv" --json > eval.json
cat a.jsonl eval.json
cat > all_caught.py <<'PYTHON'
import json, sys
result, last = json.load(open("eval.json")), int(sys.argv[1])
assert result["auroc"] > 0.995, result
alerts = result["alerts"]
due = [event["delay_frames"] for event in alerts["per_event"]]
watched = 3 if last == 376 else 1
assert alerts["events"] == alerts["caught"] == len(due) == watched, alerts
assert alerts["events_without_scores"] == 3 - watched, alerts
assert all(delay is not None and delay < 12 for delay in due), alerts
PYTHON
python3 all_caught.py "$last"
grep -q '"false_alerts": 0' eval.json
# Frames that the network knows are no ground for a threshold.
if "$program" calibrate car.pinhole --normal "$sequence/frames" --range 0-20 --false-alarms 1/day --fps 12.5 \
  --out trained.json 2> err; then
  echo "calibrated on frames of the training"
  exit 1
fi
grep -q "trained on every one" err
# Nor is another model's calibration accepted.
"$program" train scene --data "$sequence/frames" "${normal[@]}" --steps 2 --seed 1 --out other.pinhole
if "$program" watch other.pinhole --input "$sequence/frames" --range 0-1 --calibration car.json 2> err; then
  echo "another model's calibration was accepted"
  exit 1
fi
grep -q "model" err

# A calibration that is cut short, changed or emptied of a key is refused, never used.
refused() {
  if "$program" watch car.pinhole --input "$sequence/frames" --range 0-1 --calibration "$1" > out 2> err; then
    echo "$1 was accepted"
    exit 1
  fi
  grep -q "^pinhole: .*$1" err || { cat err; exit 1; }
}
for bytes in 0 1 100 3000 9000; do
  head -c $bytes car.json > cut.json
  refused cut.json
done
for key in calibration map least_cells frames mean square ignored width kl; do
  sed "s/\"$key\":/\"other\":/" car.json > renamed.json
  refused renamed.json
done
sed -E 's/^(  "frames": )([0-9]+)/\19\2/' car.json > more.json
refused more.json
sed 's/"calibration": "5043414c/"calibration": "5043414d/' car.json > flipped.json
refused flipped.json
grep -q 'its part "calibration" is not as it was written; calibrate again' err
sed -E 's/("mean": ")[0-9a-f]{8}/\1ffffffff/' car.json > nan.json
refused nan.json
sed -E 's/"least_cells": [0-9]+/"least_cells": 99999999999/' car.json > large.json
refused large.json
sed 's/"pinhole_calibration": [0-9]*/"pinhole_calibration": 3/' car.json > older.json
refused older.json
grep -q "another version, 3, where this program writes and reads 6; calibrate again" err

# Each part is checked, and one that was cut, edited or taken from another file is named. So no frame counts twice.
"$program" calibrate car.pinhole --normal "$sequence/frames" --range 0-50,243-312 --false-alarms 1/day --fps 12.5 --out few.json
python3 - <<'PYTHON'
import json
car, few = json.load(open("car.json")), json.load(open("few.json"))
def write(name, **parts):
    json.dump({**car, **parts}, open(name + ".json", "w"))
def with_sum(part):
    return {part: few[part], "checksums": {**car["checksums"], part: few["checksums"][part]}}
write("laid_out_otherwise")
write("seen_cut", seen=car["seen"][:20])
write("seen_empty", seen="")
write("seen_longer", seen=car["seen"] + " ")
write("seen_of_another", **with_sum("seen"))
write("map_edited", map={**car["map"], "frames": car["map"]["frames"] + 1})
write("weights_edited", weights={**car["weights"], "ssim": 1})
write("least_cells_edited", least_cells=3)
write("code_edited", code={**car["code"], "mean": "0" * len(car["code"]["mean"])})
write("kl_edited", kl={"mean": 1, "square": 1})
write("calibration_of_another", **with_sum("calibration"))
write("summary_edited", summary={**car["summary"], "threshold": 1})
for part in car["checksums"]:
    write(part + "_unchecked", checksums={k: v for k, v in car["checksums"].items() if k != part})
write("checksums_gone", checksums=None)
PYTHON
for file in seen_cut seen_empty seen_longer seen_of_another {map,weights,least_cells,code,kl,summary}_edited \
  {summary,least_cells,weights,calibration,seen,map,code,kl}_unchecked; do
  refused $file.json
  part=${file%_cut} part=${part%_empty} part=${part%_longer} part=${part%_of_another} part=${part%_edited}
  grep -q "its part \"${part%_unchecked}\" is not as it was written; calibrate again" err || { cat err; exit 1; }
done
refused calibration_of_another.json
refused checksums_gone.json
grep -q '"checksums" are missing; calibrate again' err
python3 - <<'PYTHON'
deep = "[" * 200000 + "]" * 200000
for name, text in (("version", '"pinhole_calibration":' + deep), ("part", '"pinhole_calibration":5,"map":' + deep)):
    open(f"deep_{name}.json", "w").write("{" + text + "}")
PYTHON
for file in deep_version.json deep_part.json; do
  refused $file
  grep -q "no whole calibration file; calibrate again" err
done
"$program" watch car.pinhole --input "$sequence/frames" --range 0-1 --calibration laid_out_otherwise.json > out

# A variational autoencoder is watched by both parts of the negative ELBO; another network has but one.
if "$program" calibrate car.pinhole --normal "$sequence/frames" "${normal[@]}" --false-alarms 1/day --fps 12.5 \
  --kl-weight 1 --out kl.json 2> err; then
  echo "--kl-weight was accepted for a network without a log variance"
  exit 1
fi
grep -q "^pinhole: car.pinhole: .*log variance.*: leave its weight (kl) at 0, or train by recipe scene-vae" err
"$program" train scene-vae --data "$sequence/frames" "${normal[@]}" --steps "$steps" --out vae.pinhole
head -1 vae.history.csv | grep -q ",reconstruction_loss,kl_loss$"
"$program" calibrate vae.pinhole --normal "$sequence/frames" "${normal[@]}" --false-alarms 1/day --fps 12.5 \
  --kl-weight 1 --out vae.json
"$program" watch vae.pinhole --input "$sequence/frames" "${watched[@]}" --calibration vae.json --alerts vae.jsonl --scores vae.csv
"$program" eval --scores vae.csv --labels "$sequence/labels.csv" --json > eval.json
cat vae.jsonl eval.json
python3 all_caught.py "$last"
