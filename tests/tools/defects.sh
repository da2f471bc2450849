#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Still pictures with known defects: train surface and eval on made-up folders of both layouts, and what is said when
# something is missing or wrong there.
#
#   tests/tools/defects.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Pictures are PGM whatever their name says: the content decides.
python3 - <<'PYTHON'
import os, random
random.seed(1)

def write(path, width, height, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pixels = bytes(max(0, min(255, int(value(x, y)))) for y in range(height) for x in range(width))
    open(path, "wb").write(b"P5\n%d %d\n255\n" % (width, height) + pixels)

def good(x, y):
    return 120 + 20 * (x % 8 < 4) + random.randrange(10)

for i in range(3):
    write(f"tiles/train/good/{i}.jpg", 110, 100, good)
    write(f"tiles/test/good/{i}.jpg", 100 + 9 * i, 97, good)
for i in range(2):
    inside = lambda x, y: (x - 40) ** 2 + (y - 50) ** 2 < 90 or (i == 1 and x > 90 and y < 12)
    write(f"tiles/test/hole/{i}.jpg", 101, 99, lambda x, y: 10 if inside(x, y) else good(x, y))
    write(f"tiles/ground_truth/hole/{i}_mask.png", 101, 99, lambda x, y: 255 * inside(x, y))
    write(f"boards/test/{i}_test.jpg", 101, 99, lambda x, y: 10 if inside(x, y) else good(x, y))
ink = lambda x, y: 20 if x % 24 < 9 or (y // 5) % 7 == 0 else 230
spot = lambda x, y: 230 if (x - 61) ** 2 + (y - 33) ** 2 < 40 else ink(x, y)
write("prints/train/good/0.jpg", 205, 193, ink)
write("prints/test/good/0.jpg", 205, 193, ink)
for i, turned in enumerate((lambda x: x, lambda x: 204 - x)):
    write(f"prints/test/spot/{i}.jpg", 205, 193, lambda x, y: spot(turned(x), y))
    write(f"prints/ground_truth/spot/{i}_mask.png", 205, 193, lambda x, y: 255 * (spot(turned(x), y) != ink(turned(x), y)))
os.makedirs("boards/boxes")
open("boards/boxes/0.txt", "w").write("28 38 52 62 1\n")
open("boards/boxes/1.txt", "w").write("28 38 52 62 1\n91 0 101 11 2\n")
PYTHON

"$program" train surface --data tiles/train/good --steps 3 --batch 2 --out m.pinhole > /dev/null
"$program" eval m.pinhole --data tiles --heatmaps maps --json > tiles.json
"$program" eval m.pinhole --data tiles | grep -q "^all  *2  *3 "
"$program" eval m.pinhole --data boards --json > boards.json
# A network that has learned next to nothing says little; the dark hole on the streaks counts all the same.
"$program" train surface-brushed --data tiles/train/good --steps 3 --batch 2 --out brushed.pinhole > /dev/null
"$program" eval brushed.pinhole --data tiles --json > brushed.json
"$program" eval m.pinhole --data boards --range 1 | grep -q "of 2 boxes hit"
# A model that was trained on mirrored and transposed patches is asked in all these ways: of a picture and its mirror image it
# says the same.
"$program" train surface-printed --data prints/train/good --steps 3 --batch 2 --out printed.pinhole > /dev/null
"$program" eval printed.pinhole --data prints --json > printed.json
# Where one template is missing, the comparison with the templates is left out, and it is said which.
cp -r boards templated
mkdir templated/template
cp boards/test/0_test.jpg templated/template/0_temp.jpg
"$program" eval m.pinhole --data templated > one.txt
grep -q "difference to template .*template/1_temp.jpg is missing" one.txt
"$program" eval m.pinhole --data templated --json | grep -A 1 templates_missing | grep -q "template/1_temp.jpg"
cp boards/test/1_test.jpg templated/template/1_temp.jpg
"$program" eval m.pinhole --data templated --json > both.json
grep -q template_difference both.json && ! grep -q templates_missing both.json
! grep -q template boards.json
python3 - <<'PYTHON'
import json, os
tiles, boards = json.load(open("tiles.json")), json.load(open("boards.json"))
assert tiles["good_pictures"] == 3 and len(tiles["per_image"]) == 5, tiles
assert [row["kind"] for row in tiles["kinds"]] == ["hole", "all"], tiles
row = tiles["kinds"][0]
assert row["pictures"] == 2 and row["regions"] == 3, row
# The image figures again, from the scores.
scores = {kind: [i["score"] for i in tiles["per_image"] if i["kind"] == kind] for kind in ("good", "hole")}
pairs = [(a > g) + (a == g) / 2 for a in scores["hole"] for g in scores["good"]]
assert abs(row["image_auroc"] - sum(pairs) / len(pairs)) < 1e-12, row
for key in ("image_auroc", "image_average_precision", "pixel_auroc", "aupro", "pixel_average_precision"):
    assert 0 <= row[key] <= 1 and tiles["kinds"][1][key] == row[key], key
assert boards["pictures"] == 2 and boards["boxes"] == 3, boards
assert boards["false_regions_per_picture"] <= 1 and 0 <= boards["hit_share"] <= 1, boards
once, mirrored = [i["score"] for i in json.load(open("printed.json"))["per_image"] if i["kind"] == "spot"]
assert 0 < once < 1 and abs(once - mirrored) < 1e-5 * once, (once, mirrored)
brushed = json.load(open("brushed.json"))["kinds"][0]
assert brushed["image_auroc"] == 1 and brushed["pixel_average_precision"] > 0.5 + row["pixel_average_precision"], (brushed, row)
assert sorted(os.listdir("maps")) == ["contact.png", "good_0.png", "good_1.png", "good_2.png", "hole_0.png", "hole_1.png"]
width, height = (int.from_bytes(open("maps/contact.png", "rb").read(24)[at:at + 4], "big") for at in (16, 20))
assert 700 < width <= 1600 and 400 < height < 1000, (width, height)
PYTHON

# Pictures that are smaller than what the model was trained on: told of, once, and judged all the same; training on such
# is refused.
python3 - <<'PYTHON'
import os, shutil
shutil.copytree("tiles", "small")
for path, width, height in (("test/good/0.jpg", 110, 95), ("test/good/1.jpg", 60, 50), ("test/hole/0.jpg", 9, 7),
                            ("ground_truth/hole/0_mask.png", 9, 7)):
    pixels = bytes(255 if "mask" in path and i < 9 else i * 7 % 90 + 80 for i in range(width * height))
    open("small/" + path, "wb").write(b"P5\n%d %d\n255\n" % (width, height) + pixels)
os.makedirs("small_boards/boxes")
os.makedirs("small_boards/test")
shutil.copy("small/test/good/1.jpg", "small_boards/test/0_test.jpg")
open("small_boards/boxes/0.txt", "w").write("8 8 22 22 1\n")
PYTHON
for model in m brushed; do
  "$program" eval $model.pinhole --data small --json > small.json 2> err
  [ "$(wc -l < err)" -eq 1 ]
  grep -q '^pinhole: warning: small/test/good/0.jpg: 110x95, smaller than the 96x96 that the model was trained on: .*"patch"' err
  grep -q image_auroc small.json
done
# What a score is made of: the pixels are a whole number, and paths that do not fit into a picture have no darkness.
python3 - <<'PYTHON'
import json
parts = {i["image"]: i["parts"] for i in json.load(open("small.json"))["per_image"] if i["kind"] == "good"}
assert parts["0.jpg"]["pixels"] == 110 * 95 and isinstance(parts["0.jpg"]["pixels"], int), parts
assert isinstance(parts["0.jpg"]["odds"], float), parts
ways = ["across", "down", "falling", "rising"]
assert all(list(parts["0.jpg"][key]) == ways for key in ("near", "far", "wide")), parts
assert all(isinstance(parts["0.jpg"][key][way], float) for key in ("near", "far") for way in ways), parts
tiny = [i["parts"] for i in json.load(open("small.json"))["per_image"] if i["kind"] == "hole"][0]
assert tiny["pixels"] == 63 and all(tiny[key][way] is None for key in ("far", "wide") for way in ways), tiny
PYTHON
"$program" eval m.pinhole --data small_boards > /dev/null 2> err
grep -q '^pinhole: warning: small_boards/test/0_test.jpg: 60x50, smaller' err
"$program" eval m.pinhole --data tiles --json 2> err > /dev/null
[ ! -s err ]
if "$program" train surface --data small/test/good --steps 3 --batch 2 --out small.pinhole 2> err; then
  echo "trained on patches that are larger than their pictures"
  exit 1
fi
grep -q '^pinhole: 0.jpg is 110x95, smaller than the recipe.s patches of 96x96: leave it out, or .*"patch"' err

# refused WORDS: eval of `case` fails with one line that says WORDS.
refused() {
  if "$program" eval m.pinhole --data case "${@:2}" > out 2> err; then
    echo "accepted, not refused with: $1"
    exit 1
  fi
  [ "$(wc -l < err)" -eq 1 ] && grep -q '^pinhole: ' err && grep -Eq -- "$1" err || { echo "wanted: $1"; cat err; exit 1; }
}
fresh() { rm -rf case; cp -r "$1" case; }

fresh tiles; rm case/ground_truth/hole/1_mask.png
refused 'hole/1_mask.png is missing: every picture of test/hole needs a mask'
fresh tiles; cp case/test/good/0.jpg case/ground_truth/hole/1_mask.png
refused '1_mask.png is 100x97, its picture 101x99'
fresh tiles; { printf 'P5\n101 99\n255\n'; head -c 9999 /dev/zero; } > case/ground_truth/hole/0_mask.png
refused '0_mask.png marks nothing'
fresh tiles; echo text > case/ground_truth/hole/0_mask.png
refused '0_mask.png'
fresh tiles; rm -r case/test/good
refused 'no folder good'
fresh tiles; rm case/test/good/*
refused 'test/good'
fresh tiles; rm case/test/hole/*
refused 'test/hole'
fresh tiles; rm -r case/test/hole
refused 'good pictures alone'
fresh tiles; head -c 500 tiles/test/hole/0.jpg > case/test/hole/0.jpg
refused 'hole/0.jpg'
fresh tiles
refused 'judged whole' --range 0-1
fresh boards; rm case/boxes/1.txt
refused 'boxes/1.txt is missing'
for line in '1 2 3' '1 2 3 4 x' '1 2 3 4 5 6' 'box'; do
  fresh boards; printf '28 38 52 62 1\n%s\n' "$line" > case/boxes/1.txt
  refused '1.txt, line 2: a defect is five whole numbers'
done
fresh boards; echo '50 2 3 4 1' > case/boxes/0.txt
refused '0.txt, line 1: x2 and y2'
fresh boards; echo '200 2 230 40 1' > case/boxes/0.txt
refused 'outside of the picture of 101x99'
fresh boards; : > case/boxes/0.txt; : > case/boxes/1.txt
refused 'names no defect'
fresh boards; mv case/test/0_test.jpg case/test/0.jpg
refused 'NAME_test.jpg'
fresh boards
refused 'range' --range 0-7
# Of other pictures nothing is known but how they score, and how many good ones score as high.
rm -rf case; mkdir case; cp tiles/test/hole/0.jpg case/hole.jpg; cp tiles/test/good/1.jpg case/good.jpg
"$program" eval m.pinhole --data case --good tiles/test/good --heatmaps judged --json > judged.json
"$program" eval m.pinhole --data case --good tiles/test/good | grep -q "^p: .* 3 good ones"
"$program" eval m.pinhole --data case | grep -q "scale of the model's own: --good"
[ -s judged/contact.png ] && [ -s judged/picture_hole.png ]
python3 - <<'PYTHON'
import json
result = json.load(open("judged.json"))
assert result["good_pictures"] == 3 and [row["image"] for row in result["per_image"]] == ["good.jpg", "hole.jpg"], result
for row in result["per_image"]:
    assert abs(row["p"] - (row["good_as_high"] + 1) / 4) < 1e-9, row
scores = {row["image"]: row["score"] for row in json.load(open("tiles.json"))["per_image"] if row["kind"] == "hole"}
assert result["per_image"][1]["score"] == scores["0.jpg"], "the score is the one that a labelled picture has"
PYTHON
refused 'm.pinhole is a model of surface: it cleans no picture.*eval with a folder of test.KIND' --noise gaussian:25
rm case/*
refused 'case: the folder holds no'
"$program" train denoise-gray --untrained --out clean.pinhole > /dev/null
cp tiles/test/good/* case
for option in "--good case" "--heatmaps maps"; do
  # shellcheck disable=SC2086 # options
  "$program" eval clean.pinhole --data case $option 2> err && exit 1
  grep -Eq "^pinhole: ${option%% *}: .*(only for a model that says where|leave --heatmaps out)" err || { cat err; exit 1; }
done
fresh tiles; : > file
refused '--heatmaps file: is there and no folder: name another one' --heatmaps file/maps
echo "still pictures: both layouts and every refusal"
