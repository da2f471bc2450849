#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The real program as people misuse it: help, wrong usage (exit 2), and files, folders and numbers that cannot work
# (exit 1, with one line on standard error that starts with "pinhole: " and names the culprit).
#
#   tests/tools/command_line.sh PROGRAM
source "$(dirname "$0")/calls.sh" # PROGRAM

echo "== help"
succeeds "help" --help
has train denoise eval inspect plan quantize pack bench doctor
options_of() {
  case $1 in
    train) echo --data --out --range --steps --epochs --batch --budget --checkpoint --resume --list ;;
    denoise) echo --out --level --noise --reference --range ;;
    eval) echo --data --noise --level --range ;;
    inspect) echo --width --height ;;
    plan) echo --size --train --scene --batch --schedule --rows --budget --verify --header --picture ;;
    quantize) echo --to --out --calibrate --data --noise ;;
    pack) echo --target --out --data ;;
    bench) echo --size --frames --rows --schedule --csv ;;
  esac
}
for command in train denoise eval inspect plan quantize pack bench doctor; do
  succeeds "help of $command" $command --help
  # shellcheck disable=SC2046 # a list of words
  has $(options_of $command)
done
# The options that stand before any command, where they say something to it.
common_options_of() {
  case $1 in
    doctor) echo --json ;;
    inspect) echo --json --seed ;;
    plan | calibrate | watch) echo --json --threads --device ;;
    *) echo --json --threads --seed --device ;;
  esac
}
for command in train denoise calibrate watch eval inspect plan quantize pack bench doctor; do
  succeeds "help of $command" $command --help
  listed=$(sed -n '/^Options that also stand before the command:/,/^$/s/^  \(--[a-z]*\).*/\1/p' out | tr '\n' ' ')
  [ "$listed" = "$(common_options_of $command) " ] || complain "help of $command lists the common options: $listed"
done
succeeds "version" --version
for arguments in --help --version "train --help" "train --list"; do
  checks=$((checks + 1)) status=0
  # shellcheck disable=SC2086 # words
  "$program" $arguments > /dev/full 2> err || status=$?
  [ $status -eq 1 ] && grep -q "standard output could not be written" err || complain "a full disk: exit $status from: $arguments"
done

echo "== wrong usage"
checks=$((checks + 1)) status=0
"$program" > out 2> err || status=$?
[ $status -eq 2 ] && grep -q quantize err || complain "nothing: exit $status, not 2, or the help is not shown"
misused "paint" paint
misused "loud.*see pinhole doctor --help" doctor --loud
misused "^pinhole: RECIPE \(see --list\) and --data PATH and --out M.pinhole is required" train
misused "^pinhole: --data PATH is required" train tiny.json --out x.pinhole
misused "model" denoise
misused "--data" eval m.pinhole
misused "--threads: At Most 1" doctor --threads 1 --threads 2

echo "== values that an option does not take"
# wrong OPTION ALLOWED VALUE ARGUMENT...: the message names the option, the value and what is allowed.
wrong() {
  local option=$1 allowed=$2 value=$3
  shift 3
  if [ -z "$value" ]; then
    misused "^pinhole: $option: .*($allowed)" "$@" "$option" ""
  else
    misused "^pinhole: $option: .*${value//[.^*[]/.}.*($allowed)" "$@" "$option=$value"
  fi
}
for value in 0 65 1.5 -1 nan many 0x2 "" 99999999999999999999; do
  wrong --threads "whole number, 1 to 64" "$value" doctor
done
for value in -1 1.5 abc "" 18446744073709551616; do
  wrong --seed "whole number, 0 or more" "$value" doctor
done
wrong --device "auto,cpu,cuda" gpu doctor
succeeds "zeros in front" train --list --threads 008 --seed 18446744073709551615
for command in "denoise m.pinhole pictures --out clean" "eval m.pinhole --data pictures" "bench m.pinhole" \
  "quantize m.pinhole --to f16 --out q.pinhole --data pictures" "pack m.pinhole --out q.pinhole --data pictures"; do
  for value in abc nan inf -1 256 25,3 ""; do
    # shellcheck disable=SC2086 # options
    wrong --level "0 to 255, or auto" "$value" $command
  done
  [ "${command%% *}" != bench ] || continue
  for value in foo:1 fog "" gaussian: gaussian:nan gaussian:-1 gaussian:1e999 gaussian:0x10 "gaussian: 5" \
    gaussian:1,2 sensor:1 mask:2 jpeg:0; do
    # shellcheck disable=SC2086 # options
    wrong --noise "gaussian:SIGMA|takes [12] number" "$value" $command
  done
  for value in 5-2 a -1 - ""; do
    # shellcheck disable=SC2086 # options
    wrong --range "write numbers|end lies before" "$value" $command
  done
done
misused "^pinhole: --range: range '2': parts must ascend" train tiny.json --data . --out m.pinhole --range 0-3,2
for command in plan bench; do
  for value in 12x x12 0x24 40by24 99999x24 1x1x1 -4x4 " 4x4" 99999999999999999999x1; do
    wrong --size "WIDTHxHEIGHT, each 1 to 16384" "$value" $command m.pinhole
  done
  misused "^pinhole: --size: the size is empty" $command m.pinhole --size ""
  wrong --rows "whole number, 1 to 16384" 0 $command m.pinhole
  wrong --schedule "auto,rows,whole" columns $command m.pinhole
done
calibration=(calibrate m.pinhole --normal pictures --out c.json)
for value in nan inf -inf -1 0 1e9 0x10 1e999 "" " 5" 25fps 1,5; do
  wrong --fps "a number from 1e-06 to 10000" "$value" "${calibration[@]}" --false-alarms 1/day
done
for option in --residual-weight --ssim-weight --code-weight --kl-weight; do
  for value in nan inf -1 1e5 0x1 one ""; do
    wrong $option "a number from 0 to 10000" "$value" "${calibration[@]}" --false-alarms 1/day --fps 25
  done
done
for value in nan nan/day inf/day 0 -1/day 0x10/day 1/minute /day 1/ 1e9/day ""; do
  wrong --false-alarms "write a number from 0.000001 to 1000000" "$value" "${calibration[@]}" --fps 25
done
for value in nan 0 65 1.5 0x2 ""; do
  wrong --least-area "whole number, 1 to 64" "$value" "${calibration[@]}"
  wrong --confirm-alerts "whole number, 1 or more" "${value/65/-1}" calibrate m.pinhole --out c.json
done
for value in nan inf -1 1e10 0x10 ""; do
  wrong --longest-alert "a number from 0 to 1000000000" "$value" watch m.pinhole --input pictures --calibration c.json
done
wrong --most-alerts "whole number, 1 to 256" nan watch m.pinhole --input pictures --calibration c.json
wrong --batch "whole number, 1 to 65535" -1 plan m.pinhole
wrong --budget "whole number, 1 or more" 1k plan m.pinhole
wrong --frames "whole number, 1 to 1000000" 0 bench m.pinhole
wrong --to "f16,int8" f8 quantize m.pinhole --out q.pinhole
wrong --target "cpu,cuda" tpu pack m.pinhole --out q.pinhole
wrong --width "whole number, 1 to 16384" 0 inspect m.pinhole
wrong --height "whole number, 1 to 16384" tall inspect m.pinhole
training=(train denoise-fast --data . --out m.pinhole)
for option in --steps --epochs --batch --budget; do
  for value in 0 -3 1.5 nan three 99999999999999999999; do
    wrong $option "whole number, 1 " "$value" "${training[@]}"
  done
done
wrong --checkpoint-steps "whole number, 1 " 0 "${training[@]}" --checkpoint c
misused "steps excludes|excludes --steps" "${training[@]}" --steps 3 --epochs 3
misused "--resume requires --checkpoint" "${training[@]}" --resume
misused "--noise requires --data" pack m.pinhole --out d.pinhole --noise gaussian:25
for option in --out --data --checkpoint --initial --licence; do
  misused "^pinhole: $option: the value is empty" train denoise-fast --data . --out m.pinhole $option ""
done

echo "== options that would be ignored"
for command in plan bench; do
  misused "^pinhole: --rows: whole frames have no rounds of rows: leave it out" $command m.pinhole --schedule whole --rows 2
done
misused "--rows.*--train|--train.*--rows" plan m.pinhole --train --rows 2
misused "--schedule.*--train|--train.*--schedule" plan m.pinhole --train --schedule rows
for option in "--data ." "--range 0-1" "--epochs 1" "--steps 1" "--batch 1" "--budget 1" "--checkpoint c" "--initial m" "--licence l"; do
  for other in --untrained --list; do
    # shellcheck disable=SC2086 # an option and its value
    misused "${option% *} excludes $other|$other excludes ${option% *}" train $other $option
  done
done
misused "recipe excludes --list|--list excludes recipe" train --list scene
misused "--out excludes --list|--list excludes --out" train --list --out m.pinhole
for command in "${calibration[*]} --false-alarms 1/day --fps 25" "watch m.pinhole --input pictures --calibration c.json" doctor "plan m.pinhole"; do
  # shellcheck disable=SC2086 # options
  misused "^pinhole: --seed: pinhole ${command%% *} has no use for it: leave it out" $command --seed 3
done
misused "^pinhole: --threads: pinhole doctor has no use for it" --threads 3 doctor

echo "== a model to work with"
mkdir pictures empty
for i in 0 1 2 3 4 5 6 7; do pgm pictures/$i.pgm 48 40; done
tiny_recipe > tiny.json
succeeds "train" train tiny.json --data pictures --out m.pinhole --threads 1

echo "== every command on it"
succeeds "inspect" inspect m.pinhole
has batch_norm parameters
succeeds "plan" plan m.pinhole --size 40x24 --verify --json
has '"exact": true'
succeeds "denoise" denoise m.pinhole pictures --out clean --noise gaussian:25 --level 25
succeeds "eval" eval m.pinhole --data pictures --noise gaussian:0 --level 0 --json
! grep -qw -e inf -e nan out || complain "eval --json: inf or nan is no JSON"
succeeds "quantize" quantize m.pinhole --to f16 --out q.pinhole --data pictures --noise gaussian:25 --level 25 --json
has '"batch_norms_folded": 1' '"psnr_lost"'
succeeds "an untrained file" train scene --untrained --out scene.pinhole
succeeds "plan of a scene" plan scene.pinhole --scene --size 64x48 --verify --json
has '"exact": true'
succeeds "plan of a scene with fewer frames" plan scene.pinhole --scene --size 64x48 --pictures 16 --calibrate-frames 64 \
  --verify --header scene.h --json
has '"exact": true' '"pictures": 16' '"calibrate_frames": 64'
grep -q -e "--scene --size 64x48 --pictures 16 --calibrate-frames 64" scene.h || complain "the header does not name its command"
grep -q "PINHOLE_PLAN_THREADS [1-9]" scene.h || complain "the header does not say for how many threads it is"
grep -q "PINHOLE_PLAN_SAVED_BYTES [1-9]" scene.h || complain "the header does not say where a scene is saved"
misused --size plan scene.pinhole --scene
misused --scene plan scene.pinhole --size 64x48 --pictures 16
misused --pictures plan scene.pinhole --scene --size 64x48 --pictures 15
refused "scene.pinhole: .*weights of residual and ssim are both 0.*give one of them a weight" calibrate scene.pinhole \
  --normal pictures --false-alarms 1/day --fps 25 --out c.json --residual-weight 0
cat > frames.json <<'J'
{"name": "frames",
 "model": {"inputs": {"image": {"channels": 1, "height": 24, "width": 40}},
           "layers": [{"op": "conv2d", "name": "picture", "out_channels": 1, "kernel": 3, "padding": 1}],
           "outputs": {"reconstruct": "picture"}},
 "loss": {"op": "mse_loss"}, "data": {"fit": true},
 "training": {"steps": 1, "batch": 1}}
J
succeeds "a file of another recipe of frames" train frames.json --untrained --out frames.pinhole
refused "frames.pinhole: no model of a scene: .*normalise_exposure" plan frames.pinhole --scene --size 64x48
sed 's/"fit": true/&, "normalise_exposure": true/' frames.json > exposed.json
succeeds "a recipe of one's own for scenes" train exposed.json --untrained --out exposed.pinhole
succeeds "plan of it" plan exposed.pinhole --scene --size 64x48
sed 's/"reconstruct": "picture"/&, "normalise_exposure": "picture"/' exposed.json > named.json
succeeds "an output with the name of a key" train named.json --untrained --out named.pinhole
succeeds "plan of it" plan named.pinhole --scene --size 64x48
succeeds "plan of f16" plan q.pinhole --size 40x24 --verify --json
has '"exact": true'
refused "no model of a scene" plan q.pinhole --scene --size 64x48
succeeds "inspect of f16" inspect q.pinhole
! grep -q batch_norm out || complain "quantize: the batch norm is still there"
has deploy f16
succeeds "pack" pack m.pinhole --out d.pinhole
succeeds "bench" bench m.pinhole --size 48x40 --frames 5 --threads 1 --json
has p50_ms p99_ms max_ms first_ms jitter_ms frames_per_second scratch_bytes
succeeds "bench of one frame" bench m.pinhole --size 48x40 --frames 1 --json
[ "$(sed -n 's/.*"first_ms": //p' out)" != "$(sed -n 's/.*"mean_ms": //p' out)" ] || complain "the first frame is the one timed"
succeeds "bench in CSV" bench m.pinhole --size 48x40 --frames 2 --csv --rows 2 --schedule rows
[ "$(wc -l < out)" -eq 2 ] || complain "bench --csv: not two lines"
succeeds "doctor" doctor --json
has simd_chosen cores memory_bytes cameras libraries cuda

echo "== progress on a terminal"
for command in "bench m.pinhole --size 48x40 --frames 20" "eval m.pinhole --data pictures --noise gaussian:25" \
  "denoise m.pinhole pictures --out clean"; do
  checks=$((checks + 1))
  : > err
  script -qefc "$program $command" /dev/null < /dev/null > out
  grep -Eq '[0-9]/(20 frames|8 pictures)' out || complain "no progress on a terminal from: $command"
done

echo "== files that cannot be read"
: > nothing.pinhole
head -c 300 m.pinhole > cut.pinhole
{ printf '\377'; head -c 4096 /dev/urandom; } > garbage.pinhole # no text, whatever comes
for command in inspect plan "quantize --to f16 --out x.pinhole" "pack --out x.pinhole" bench \
  "denoise pictures --out clean2" "eval --data pictures --noise gaussian:25"; do
  read -r verb rest <<< "$command"
  for file in missing.pinhole nothing.pinhole cut.pinhole garbage.pinhole pictures; do
    [ "$verb $file" != "inspect pictures" ] || continue # taken for a recipe's name
    # shellcheck disable=SC2086 # options
    refused "$file" "$verb" "$file" $rest
  done
done
refused "pictures" inspect pictures
refused "none.json" inspect none.json
# Files of other kinds, by any name: what they are not, and what inspect takes.
printf '\x89PNG\r\n\x1a\n' > picture.png
cp nothing.pinhole nothing
cp garbage.pinhole garbage
echo "a note" > note.txt
for file in picture.png nothing garbage note.txt pictures/0.pgm; do
  refused "^pinhole: $file: .*neither a weights file nor a recipe.*takes a \.pinhole file, a recipe's file or" inspect $file
  ! grep -qi "syntax" err || complain "inspect $file speaks of syntax"
done
cp m.pinhole renamed
succeeds "inspect of a renamed weights file" inspect renamed
succeeds "inspect of a recipe without a size" inspect tiny.json
succeeds "inspect of a named recipe without a size" inspect denoise-fast

echo "== values that cannot work"
refused "budget|bytes" plan m.pinhole --size 640x480 --budget 1000
refused "the last one is 7" eval m.pinhole --data pictures --noise gaussian:25 --range 9
refused "empty" denoise m.pinhole empty --out clean
succeeds "denoise" denoise m.pinhole pictures --out again
mkdir links
ln -s ../again/0.png links/0.png
refused "links/0.png would be overwritten by its own result" denoise m.pinhole links/0.png --out again
cp pictures/1.pgm links
refused "links/1.pgm would both be written as 1.png: denoise them in two runs" denoise m.pinhole pictures links/1.pgm --out clean
refused "empty" eval m.pinhole --data empty --noise gaussian:25
for option in "" "--noise gaussian:25" "--heatmaps maps"; do
  # shellcheck disable=SC2086 # options
  refused "^pinhole: nowhere: there is no such .*: name a folder of pictures" eval m.pinhole --data nowhere $option
done
refused "^pinhole: nowhere: there is no such .*: name a folder of pictures" denoise m.pinhole nowhere --out clean
refused "^pinhole: pictures: range '9': .*the last one is 7" denoise m.pinhole pictures --range 9 --out clean
# Numbers that are not taken from the names are told of before the work, and where a range fails by them.
mkdir counted
for i in 1 2 3; do cp pictures/$i.pgm counted/c_$i.pgm; done
cp pictures/4.pgm counted/last.pgm
counted="some names end in a number and some do not: frames are counted from 0"
for command in "denoise m.pinhole counted --out clean" "train tiny.json --data counted --out x.pinhole" \
  "eval m.pinhole --data counted --noise gaussian:25"; do
  # shellcheck disable=SC2086 # options
  refused "^pinhole: counted: range '4-5': .*the last one is 3; $counted" $command --range 4-5
  checks=$((checks + 1))
  # shellcheck disable=SC2086 # options
  "$program" $command --range 0-1 > out 2> err || complain "exit $? from: $command --range 0-1"
  grep -q "^pinhole: warning: counted: $counted" err || complain "no warning of frames that are counted from: $command"
done
refused "nowhere" train tiny.json --data nowhere --out x.pinhole
refused "empty" train tiny.json --data empty --out x.pinhole
refused "clean reference|noise" eval m.pinhole --data pictures
refused "int8" quantize m.pinhole --to int8 --out x.pinhole
refused "cuda" pack m.pinhole --target cuda --out x.pinhole
refused "CUDA" bench m.pinhole --device cuda

echo "== outputs among the pictures that are read"
mkdir below elsewhere pictures/deep
ln -s ../pictures below/linked
ln -s ../elsewhere/p.png pictures/lost.png
ln -s ../pictures/7.pgm elsewhere/p.png
watch=(watch m.pinhole --calibration c.json)
calibrate=(calibrate m.pinhole --false-alarms 1/day --fps 25)
among() { # OPTION PATH ARGUMENT...: wrong usage, by the option, its path, and what to do
  misused "^pinhole: $1: ${2//./\\.} would lie among the pictures of .*: name another folder" "${@:3}" "$1" "$2"
}
for input in pictures below/linked ./elsewhere/../pictures/; do
  for to in pictures "$PWD/pictures" below/linked pictures/../pictures ./elsewhere/../below/linked pictures/deep \
    pictures/deep/er; do
    among --plot "$to/p.png" "${watch[@]}" --input $input
    among --contact-sheet "$to/new.JPG" "${watch[@]}" --input $input
    among --heatmaps "$to" "${watch[@]}" --input $input
    among --plot "$to/p.png" "${calibrate[@]}" --normal $input --out c.json
    among --out "$to/" denoise m.pinhole $input
  done
done
among --plot pictures/lost.png "${watch[@]}" --input pictures
among --plot elsewhere/p.png "${watch[@]}" --input pictures
among --scores pictures/s.png "${watch[@]}" --input pictures
among --alerts pictures/a.jpg "${watch[@]}" --input pictures
among --out pictures/c.pgm "${calibrate[@]}" --normal pictures
among --out pictures denoise m.pinhole elsewhere --reference pictures
among --out pictures denoise m.pinhole elsewhere pictures
for to in pictures pictures/ ./below/linked; do
  among --out $to denoise m.pinhole elsewhere pictures/*.pgm
done
(cd pictures && "$program" denoise ../m.pinhole 0.pgm --out .) > out 2> err
[ $? -eq 2 ] && grep -q ": --out: \. would lie among the pictures of \.," err || complain "pictures beside those named"
misused "^pinhole: --out: pictures/m.loss.png would lie among" train tiny.json --data pictures --out pictures/m.pinhole
misused "^pinhole: --out: pictures/m.loss.png would lie among" train tiny.json --data . --out pictures/m.pinhole
among --checkpoint pictures/c.png train tiny.json --data pictures --out x.pinhole
mkdir -p masked/test/good masked/train/good
for to in masked/test/maps masked/test/good masked/train/good masked/ground_truth/maps masked/maps masked; do
  among --heatmaps $to eval m.pinhole --data masked
done
(cd pictures && "$program" watch m.pinhole --input . --calibration c.json --plot p.png) > out 2> err
[ $? -eq 2 ] || complain "a plot beside the pictures, named without a folder"
# What is no picture, or lies elsewhere, or beside what is no folder, may be written: these fail by the model's kind.
rm pictures/lost.png elsewhere/p.png
for option in "--scores pictures/deep/s.csv" "--plot below/p.png" "--plot pictures.png" "--heatmaps pictures_maps"; do
  # shellcheck disable=SC2086 # options
  refused "m.pinhole" "${watch[@]}" --input pictures $option
done
: > pictures/stream.mjpeg
refused "m.pinhole" "${watch[@]}" --input pictures/stream.mjpeg --plot pictures/p.png
refused "m.pinhole" "${watch[@]}" --input - --plot pictures/p.png
rm pictures/stream.mjpeg
succeeds "denoise of a picture into a folder below its own" denoise m.pinhole pictures/0.pgm --out pictures/deep
rm -r pictures/deep

echo "== models that clean nothing"
for recipe in scene surface; do
  succeeds "$recipe, untrained" train $recipe --untrained --out $recipe.pinhole
  refused "$recipe.pinhole is a model of $recipe: it cleans no picture" denoise $recipe.pinhole pictures --out clean
  refused "is a model of $recipe: it cleans no picture" eval $recipe.pinhole --data pictures --noise gaussian:25
  [ $recipe = scene ] || refused "^pinhole: --level 25: where defects are looked for, no level is told: leave it out" \
    eval $recipe.pinhole --data pictures --level 25
done

echo "== outputs that cannot be written"
ln -s gone.pinhole nowhere.pinhole
for command in "pack m.pinhole --out" "train tiny.json --data pictures --out"; do
  # shellcheck disable=SC2086 # options
  refused "nowhere.pinhole: is a link to what is not there: make that file, remove the link" $command nowhere.pinhole
done
[ -L nowhere.pinhole ] && [ ! -e gone.pinhole ] || complain "a link that leads nowhere was replaced"
refused "no/such" train tiny.json --data pictures --out no/such/m.pinhole
refused "no/such" quantize m.pinhole --to f16 --out no/such/q.pinhole
refused "pictures" pack m.pinhole --out pictures
# Before the first step, not after the last one.
refused "pictures: is a folder" train tiny.json --data pictures --out pictures --steps 2000
refused "no/such" train tiny.json --data pictures --out x.pinhole --checkpoint no/such --steps 2000
refused "nowhere" train tiny.json --data pictures --out x.pinhole --initial nowhere
refused "note.txt: it is there already: give --resume" \
  train tiny.json --data pictures --out x.pinhole --checkpoint note.txt
refused 'called .scen.*did you mean "scene".*train --list' train scen --data pictures --out x.pinhole
refused "m.pinhole" denoise m.pinhole pictures --out m.pinhole/clean
refused "out m.pinhole: is there and no folder: name another one" denoise m.pinhole pictures --out m.pinhole
ln -s gone nowhere
refused "out nowhere: is a link to what is not there: make that folder" denoise m.pinhole pictures --out nowhere
rm nowhere
refused "no/such" plan m.pinhole --size 40x24 --header no/such/h.h
# The limit on a file's size stands in for a full disk; the ignored signal becomes a failing write.
cp q.pinhole full.pinhole
cat > full_disk <<'S'
#!/usr/bin/env bash
trap '' XFSZ
ulimit -f 1
exec "$@"
S
chmod +x full_disk
sound=$program
program=./full_disk
refused "full.pinhole" "$sound" pack m.pinhole --out full.pinhole
program=$sound
cmp -s q.pinhole full.pinhole || complain "a full disk: the old file is gone"

echo "== recipes with mistakes"
recipe() { # WORDS SED-SCRIPT: tiny.json with a mistake
  sed "$2" tiny.json > bad.json
  ! cmp -s tiny.json bad.json || complain "this mistake changes nothing: $2"
  refused "bad\.json:[0-9]+: .*($1)" train bad.json --data pictures --out x.pinhole
}
recipe "JSON" 's/"name": "tiny",/"name": "tiny"/'
recipe "colour" 's/"loss": {/"colour": 3, "loss": {/'
recipe "steps" 's/"steps": 3/"steps": "three"/'
recipe "steps" 's/"steps": 3/"steps": -3/'
recipe "kernel" 's/"kernel": 3/"kernel": 0/'
recipe "steps" 's/"steps": 3/"steps": 3, "steps": 4/'
recipe "model" 's/"model": {/"odel": {/'
recipe "loss" 's/ "loss": .*//'
recipe "op|conv3d" 's/"conv2d", "name": "tail"/"conv3d", "name": "tail"/'
recipe "nobody" 's/"image", "tail"/"image", "nobody"/'
recipe "fog|kind" 's/"gaussian"/"fog"/'
recipe "sigma" 's/"sigma": .0, 50./"sigma": [0, 5000]/'
recipe "" 's/\(.*\)"loss"/\1"lo\xffss"/'
: > bad.json
refused "bad.json" train bad.json --data pictures --out x.pinhole

echo "== pictures that are none"
jpeg_header() { # WIDTH HEIGHT, each as two bytes: a baseline JPEG without any data behind its header
  printf '\xff\xd8\xff\xc0\x00\x0b\x08%b%b\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xff\xd9' "$2" "$1"
}
jpeg_header '\xff\xdc' '\xff\xdc' > wide.jpg # 65,500 by 65,500
jpeg_header '\x00\x30' '\x00\x28' > hollow.jpg
: > empty.jpg
head -c 5000 /dev/urandom > garbage.jpg
printf '\xff\xd8\xff\xe0' > cut.jpg
printf '\x89PNG\r\n\x1a\n' > cut.png
printf 'P5\n48 40\n255\n' > cut.pgm
pictures=(wide.jpg hollow.jpg empty.jpg garbage.jpg cut.jpg cut.png cut.pgm)
if python3 -c 'from PIL import Image' 2> /dev/null; then
  python3 - <<'P'
from PIL import Image
gray = Image.open("pictures/0.pgm")
gray.save("whole.jpg")
whole = open("whole.jpg", "rb").read()
open("half.jpg", "wb").write(whole[:len(whole) // 2])
Image.merge("CMYK", [gray] * 4).save("cmyk.jpg")
P
  pictures+=(half.jpg cmyk.jpg)
fi
for picture in "${pictures[@]}"; do
  checks=$((checks + 1)) status=0
  "$program" denoise m.pinhole "$picture" pictures/0.pgm --out clean3 > out 2> err || status=$?
  if [ $status -eq 1 ]; then
    grep -q "^pinhole: .*$picture" err || complain "$picture: no message names it"
  elif [ "$picture" != cmyk.jpg ] && [ "$picture" != half.jpg ] || [ $status -ne 0 ]; then
    complain "$picture: exit $status"
  fi
  [ -s clean3/0.png ] || complain "$picture: the sound picture beside it was not denoised"
  rm -rf clean3
done

ended
