#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run_commands.sh COMMANDS PROGRAM SOURCE: runs README's commands where it says they run, the project's root with a release
# build: a folder with PROGRAM's in place of the build, the recipes, and small pictures and frames in place of the reader's.
set -eu

commands=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/build/host-release" "$folder/pictures"
ln -s "$(dirname "$2")" "$folder/build/host-release/bin"
for entry in recipes weights; do
  ln -s "$3/$entry" "$folder/$entry"
done
for picture in $(seq 1 24); do
  awk -v k="$picture" 'BEGIN {
    print "P3 72 64 255"
    for (y = 0; y < 64; y++)
      for (x = 0; x < 72; x++) {
        v = int(110 + 60 * sin((x * k + y) / 17) + 50 * ((int(x / 16) + int(y / 16)) % 2))
        print v, 255 - v, 128
      }
  }' >"$folder/pictures/$picture.ppm"
done
mkdir "$folder/frames"
for frame in $(seq 1 80); do
  awk -v k="$frame" 'BEGIN {
    srand(k)
    print "P2 48 36 255"
    for (y = 0; y < 36; y++)
      for (x = 0; x < 48; x++)
        print int((100 + 60 * sin(x * y / 90)) * (1 + 0.1 * sin(k / 9)) + 6 * rand())
  }' >"$folder/frames/$frame.pgm"
done
cd "$folder"
sh "$commands"
find . -type f -name '*.p*' ! -path './pictures/*' -size +0 | sort
