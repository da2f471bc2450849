#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What train says and keeps: its pictures, a training that is stopped or killed, the stages of a training, folders that
# are not meant to be learned.
#
#   tests/tools/train_tool.sh PROGRAM
source "$(dirname "$0")/calls.sh" # PROGRAM
mkdir pictures
for i in 0 1 2 3; do pgm pictures/$i.pgm 48 40; done
tiny_recipe > tiny.json
train=(train tiny.json --data pictures --threads 1)

echo "== which pictures"
succeeds "train" "${train[@]}" --out m.pinhole
has "^4 pictures from pictures: 4 to train on, 0 held out$"
mkdir -p nested/deep/er nested/other
cp pictures/[01].pgm nested
cp pictures/2.pgm nested/deep
cp pictures/3.pgm nested/deep/er
succeeds "train below" train tiny.json --data nested/ --out x.pinhole
has "^4 pictures from nested/ and 2 folders in it: 4 to train on, 0 held out$"
sed 's/"training"/"validation": {"files": 4}, &/' tiny.json > held.json
refused "^pinhole: pictures: 4 images, and the recipe holds 4 out.*give more than 4, or.*fewer in \"validation\"" \
  train held.json --data pictures --out x.pinhole
mkdir -p parts/train/good parts/test/good parts/test/bent parts/ground_truth/bent
for folder_of in train/good test/good test/bent; do cp pictures/0.pgm parts/$folder_of; done
cp pictures/1.pgm parts/ground_truth/bent/0_mask.pgm
refused "^pinhole: --data parts: holds pictures with known defects.*: give parts/train/good$" \
  train tiny.json --data parts --out x.pinhole
succeeds "the good ones" train tiny.json --data parts/train/good --out x.pinhole
succeeds "other good ones" train tiny.json --data parts/test/good --out x.pinhole
for part in test test/bent ground_truth; do
  refused "^pinhole: --data parts/$part: .*known defects" train tiny.json --data "parts/$part" --out x.pinhole
done
mkdir -p all only/train/good
cp -r parts all/kind
refused "^pinhole: --data all: .*: give all/kind/train/good$" train tiny.json --data all --out x.pinhole
cp pictures/0.pgm only/train/good
succeeds "good ones without others" train tiny.json --data only --out x.pinhole
rm -r parts/train
refused "^pinhole: --data parts: .*: give a folder of good ones alone$" train surface --data parts --out x.pinhole
mkdir -p boards/test boards/boxes
cp pictures/0.pgm boards/test/0_test.pgm
refused "^pinhole: --data boards: .*: give a folder of good ones alone$" train tiny.json --data boards --out x.pinhole

echo "== stages"
refused "denoise-gray-finish.json: goes on from trained weights: give a file of recipe denoise-gray with --initial" \
  train denoise-gray-finish --data pictures --out x.pinhole
sed 's/"training": {/&"starts_from": "tiny", /' tiny.json > later.json
refused "later.json: goes on from trained weights: give a file of recipe tiny with --initial" \
  train later.json --data pictures --out x.pinhole --checkpoint later.checkpoint
succeeds "a later stage" train later.json --data pictures --out x.pinhole --checkpoint later.checkpoint --initial m.pinhole
succeeds "which goes on by itself" train later.json --data pictures --out x.pinhole --checkpoint later.checkpoint --resume

echo "== stopped and killed"
# long ROWS ARGUMENT...: a training that does not end by itself, as $job, once its history has so many lines.
long() {
  local rows=$1
  shift
  checks=$((checks + 1))
  "$program" "$@" > out 2> err &
  job=$!
  for _ in $(seq 3000); do
    [ "$(cat m.history.csv.partial 2> cat.log | wc -l)" -lt "$rows" ] || return
    sleep 0.02
  done
  complain "no $rows rows from: $*"
}
exits() { # STATUS: of the training
  local status=0
  wait $job 2> wait.log || status=$?
  [ $status -eq "$1" ] || complain "exit $status, not $1"
}
cp m.history.csv earlier.csv
same_history() {
  cmp -s m.history.csv earlier.csv || complain "$1: the history of the model that is there is gone"
}
long 2 "${train[@]}" --out m.pinhole --steps 500000
kill -9 $job
exits 137
same_history "killed"
[ -e m.history.csv.partial ] || complain "killed: its rows are gone"
rm m.history.csv.partial
long 1 "${train[@]}" --out m.pinhole --steps 500000
kill -INT $job
exits 1
grep -q "without --checkpoint nothing was kept" err || complain "what is kept"
same_history "stopped"
[ ! -e m.history.csv.partial ] || complain "stopped: rows were kept that nothing goes on from"
long 1 "${train[@]}" --out m.pinhole --steps 5000000000 --checkpoint c --json
kill -TERM $job
exits 1
has '"stopped": true' '"loss": null' '"validation_psnr": null' '"validation_loss": null' '"checkpoint": "c"'
! grep -q '"out"' out || complain "a file that was not written is named"
same_history "stopped with a checkpoint"
[ -e m.history.csv.partial ] || complain "stopped with a checkpoint: its rows are gone"
rm c m.history.csv.partial
succeeds "without held-out pictures" "${train[@]}" --out m.pinhole --json
has '"validation_psnr": null' '"out": "m.pinhole"'
! grep -q '"loss": null' out || complain "the loss was measured"

echo "== a loss that rises"
sed 's/"steps": 3/"steps": 300/' tiny.json > long.json
succeeds "one that falls" train long.json --data pictures --out x.pinhole --json
has '"diverged": false'
sed 's/"loss": {/"schedule": {"warmup_steps": 300},\n "optimizer": {"kind": "sgd", "learning_rate": 10, "clip_norm": 1},\n &/' \
  long.json > risen.json
checks=$((checks + 1))
"$program" train risen.json --data pictures --out x.pinhole --json > out 2> err || complain "exit $?"
has '"diverged": true'
[ "$(wc -l < err)" -eq 1 ] && grep -q "^pinhole: warning: the loss .* is far above what it was: lower" err || complain "no warning"

echo "== a terminal that is closed"
long 1 "${train[@]}" --out m.pinhole --steps 500000 --checkpoint c --resume
grep -q "^pinhole: c is not there: the training begins anew$" err || complain "resumed from nothing without a word"
# Below nohup, which a training heeds, the other signal stands for it.
{ (kill -HUP "$BASHPID"); } 2> kill.log && kill -TERM $job || kill -HUP $job
exits 1
[ -s c ] || complain "no checkpoint"
rm c m.history.csv.partial
cat > unhung <<'S2'
#!/usr/bin/env bash
trap '' HUP
exec "$@"
S2
chmod +x unhung
real=$program
program=./unhung
long 1 "$real" "${train[@]}" --out m.pinhole --steps 500000
program=$real
kill -HUP $job
sleep 0.2
kill -0 $job 2> kill.log || complain "nohup did not help"
kill -TERM $job
exits 1
ended
