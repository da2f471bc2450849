#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pictures that are measured: damaged ones, tiny ones, pairs of other sizes, in eval, denoise, quantize and pack.
#
#   tests/tools/judged_pictures.sh PROGRAM
source "$(dirname "$0")/calls.sh" # PROGRAM
mkdir pictures tiny pairs
for i in 0 1 2 3; do pgm pictures/$i.pgm 48 40; done
pgm tiny/0.pgm 9 12
tiny_recipe > tiny.json
"$program" train tiny.json --data pictures --out m.pinhole --threads 1 > out 2> err || complain "a model"
noisy=(--noise gaussian:25 --level 25)

# some WORDS ARGUMENT...: exit 1, the first of two lines matches the regular expression WORDS, the last counts.
some() {
  local words=$1 status=0
  shift
  checks=$((checks + 1))
  "$program" "$@" > out 2> err || status=$?
  [ $status -eq 1 ] && [ "$(grep -c '^pinhole: ' err)" -eq 2 ] || complain "exit $status, or not two lines from: $*"
  head -1 err | grep -Eq -- "$words" || complain "the first line does not say '$words': $*"
  tail -1 err | grep -q "1 of [0-9]* pictures" || complain "the last line does not count: $*"
}

echo "== a damaged picture among others"
succeeds "eval" eval m.pinhole --data pictures "${noisy[@]}" --json
has '"images": 4' '"failed": 0'
head -c 1000 pictures/3.pgm > pictures/33.pgm
some "^pinhole: pictures/33.pgm: [^/]*; left out$" eval m.pinhole --data pictures "${noisy[@]}" --json
has '"images": 4' '"failed": 1' '"image": "3.pgm"'
some "^pinhole: pictures/33.pgm: [^/]*; left out$" eval m.pinhole --data pictures "${noisy[@]}"
has "mean of 4"
some "^pinhole: pictures/33.pgm: [^/]*; skipped$" denoise m.pinhole pictures --out clean
some "^pinhole: pictures/33.pgm: [^/]*; left out$" eval m.pinhole --data pictures/33.pgm "${noisy[@]}"
for command in "quantize m.pinhole --to f16" "pack m.pinhole"; do
  # shellcheck disable=SC2086 # options
  some "^pinhole: pictures/33.pgm: [^/]*; left out$" $command --out lost.pinhole --data pictures "${noisy[@]}"
  [ ! -e lost.pinhole ] || complain "written although the comparison failed: $command"
done
rm pictures/33.pgm

echo "== smaller than SSIM's window"
succeeds "eval" eval m.pinhole --data tiny "${noisy[@]}" --json
has '"images": 1' '"ssim": null'
succeeds "eval, for people" eval m.pinhole --data tiny "${noisy[@]}"
cp pictures/0.pgm tiny/1.pgm
succeeds "eval of both" eval m.pinhole --data tiny "${noisy[@]}" --json
[ "$(grep -c '"ssim": null' out)" -eq 1 ] || complain "the mean is that of the larger one"
succeeds "denoise" denoise m.pinhole tiny --reference tiny --out small --json
has '"failed": 0' '"ssim": null'
[ -s small/0.png ] || complain "the tiny one was not written"
succeeds "denoise, for people" denoise m.pinhole tiny --reference tiny --out small
has "0.png .*SSIM -$"

echo "== pictures that are not all there"
python_png='import struct, sys, zlib
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + bytes((x * 5 + y) % 256 if c < 3 else int(sys.argv[1]) for x in range(16) for c in range(4)) for y in range(16))
head = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 6, 0, 0, 0))
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))'
mkdir clear mixed
python3 -c "$python_png" 255 > clear/opaque.png
python3 -c "$python_png" 128 > clear/glass.png
# warned WORDS ARGUMENT...: exit 0, and one line, a warning that matches the regular expression WORDS.
warned() {
  local words=$1
  shift
  checks=$((checks + 1))
  "$program" "$@" > out 2> err || complain "exit $? from: $*"
  [ "$(wc -l < err)" -eq 1 ] && grep -Eq -- "^pinhole: warning: $words" err || complain "no warning '$words': $*"
}
warned "clear/glass.png: transparent pixels were laid over black$" denoise m.pinhole clear --out over_black --json
cp pictures/0.pgm mixed
cp pictures/0.pgm mixed/note.txt
: > mixed/a.BMP
: > mixed/b.webp
warned "mixed: 2 pictures of other kinds left out: JPEG, PNG, PGM and PPM are read$" denoise m.pinhole mixed --out kinds

echo "== pairs"
cp pictures/0.pgm pairs/a_real.pgm
cp pictures/1.pgm pairs/a_mean.pgm
succeeds "pairs" eval m.pinhole --data pairs --json
refused "^pinhole: pairs/a_real.pgm has real noise.*leave --noise out" eval m.pinhole --data pairs "${noisy[@]}"
cp tiny/0.pgm pairs/b_mean.pgm
cp pictures/1.pgm pairs/b_real.pgm
some "^pinhole: pairs/b_real.pgm: picture of 48 x 40 x 1 against a reference of 9 x 12 x 1; left out$" eval m.pinhole --data pairs
refused "^pinhole: pictures/0.pgm has no clean reference: give --noise" eval m.pinhole --data pictures

echo "== what was packed"
succeeds "quantize" quantize m.pinhole --to f16 --out q.pinhole
has "weights in f16"
succeeds "pack of f16" pack q.pinhole --out d.pinhole
has "weights in f16"
succeeds "pack of f16" pack q.pinhole --out d.pinhole --json
has '"weights": "f16"'
succeeds "pack" pack m.pinhole --out d.pinhole
has "weights in f32"
ended
