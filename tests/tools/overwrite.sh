#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No command writes over what it reads, nor two outputs to one file, by whatever name: links, hard links, detours.
#
#   tests/tools/overwrite.sh PROGRAM
source "$(dirname "$0")/calls.sh" # PROGRAM
mkdir pictures apart
for i in 0 1 2 3; do pgm pictures/$i.pgm 48 40; done
cat pictures/0.pgm pictures/1.pgm > stream.mjpeg # never read: what is refused is refused before
: > train-images-idx3-ubyte
tiny_recipe > tiny.json
"$program" train tiny.json --data pictures --out m.pinhole --threads 1 > out 2> err || complain "a model"
cp m.pinhole m.history.csv m.loss.png apart

# kept FILE WORDS ARGUMENT...: refused, and the file is what it was.
kept() {
  cp "$1" apart/before
  refused "${@:2}"
  cmp -s "$1" apart/before || complain "$1 is another file now"
}

echo "== over what is read"
over="would be overwritten: give the output another name"
ln m.pinhole hard.pinhole
ln -s m.pinhole soft.pinhole
for to in m.pinhole ./m.pinhole "$PWD/m.pinhole" apart/../m.pinhole hard.pinhole soft.pinhole; do
  kept m.pinhole "^pinhole: m.pinhole $over" pack m.pinhole --out "$to"
  kept m.pinhole "^pinhole: m.pinhole $over" quantize m.pinhole --to f16 --out "$to"
  kept m.pinhole "^pinhole: m.pinhole $over" plan m.pinhole --size 40x24 --header "$to"
  kept m.pinhole "^pinhole: m.pinhole $over" plan m.pinhole --size 40x24 --picture "$to"
  kept m.pinhole "^pinhole: m.pinhole $over" train tiny.json --data pictures --initial m.pinhole --out "$to"
  kept m.pinhole "^pinhole: m.pinhole $over" calibrate m.pinhole --normal pictures --false-alarms 1/day --fps 25 --out "$to"
done
kept m.pinhole "^pinhole: m.pinhole $over" plan m.pinhole --scene --size 64x48 --header m.pinhole
train=(train tiny.json --data pictures)
kept tiny.json "^pinhole: tiny.json $over" "${train[@]}" --out tiny.json
kept tiny.json "^pinhole: tiny.json $over" "${train[@]}" --out x.pinhole --checkpoint ./tiny.json
kept tiny.json "^pinhole: tiny.json $over" train tiny.json --untrained --out tiny.json
kept stream.mjpeg "^pinhole: stream.mjpeg $over" train tiny.json --data stream.mjpeg --out ./stream.mjpeg
kept stream.mjpeg "^pinhole: stream.mjpeg $over" train tiny.json --data stream.mjpeg --out x.pinhole --checkpoint stream.mjpeg
for data in . train-images-idx3-ubyte; do
  kept train-images-idx3-ubyte "train-images-idx3-ubyte $over" train tiny.json --data $data --out train-images-idx3-ubyte
done
kept m.pinhole "^pinhole: m.pinhole $over" "${train[@]}" --initial m.pinhole --out x.pinhole --checkpoint m.pinhole
ln -s m.pinhole x.history.csv
kept m.pinhole "^pinhole: m.pinhole $over" "${train[@]}" --initial m.pinhole --out x.pinhole
rm x.history.csv
cp m.pinhole h.history.csv
kept h.history.csv "^pinhole: h.history.csv $over" "${train[@]}" --initial h.history.csv --out h.pinhole
cp tiny.json r.history.csv
kept r.history.csv "^pinhole: r.history.csv $over" train r.history.csv --data pictures --out r.pinhole
kept pictures/0.pgm "^pinhole: pictures/0.pgm $over" quantize m.pinhole --to f16 --data pictures/0.pgm --out pictures/0.pgm
for command in "quantize m.pinhole --to f16" "pack m.pinhole"; do
  cp pictures/0.pgm apart/before
  # shellcheck disable=SC2086 # options
  misused "^pinhole: --out: pictures/0.pgm would lie among the pictures of pictures" $command --data pictures \
    --noise gaussian:25 --out pictures/0.pgm
  cmp -s pictures/0.pgm apart/before || complain "pictures/0.pgm is another file now"
done

echo "== over one another"
twice="is named twice: give every file a name of its own"
for name in n.pinhole ./n.pinhole n.history.csv apart/../n.history.csv n.history.csv.partial n.loss.png; do
  refused "n\.[a-z.]* $twice" "${train[@]}" --out n.pinhole --checkpoint $name
done
refused "p.h $twice" plan m.pinhole --size 40x24 --header p.h --picture ./p.h
refused "c.png $twice" calibrate m.pinhole --normal pictures --false-alarms 1/day --fps 25 --out c.png --plot ./c.png
# Watch, which opens the model first, is held to the same in watch.sh.
[ "$(echo n.* p.h c.png)" = "n.* p.h c.png" ] || complain "something was written"

echo "== what may be"
succeeds "a second training to the same files" "${train[@]}" --out m.pinhole --threads 1
cmp -s m.history.csv apart/m.history.csv || complain "the same training has another history"
succeeds "from one file to another" "${train[@]}" --initial m.pinhole --out x.pinhole --checkpoint x.checkpoint
succeeds "a deploy file beside the pictures" pack m.pinhole --out pictures/q.pinhole --data pictures --noise gaussian:25
succeeds "plan" plan m.pinhole --size 40x24 --header p.h --picture p.png
ended
