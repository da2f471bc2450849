#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install.sh BUILD CMAKE SOURCE: what `cmake --install` puts somewhere serves a firmware's own build, by find_package and by
# pkg-config, from C; and so does the source, by add_subdirectory.
set -euo pipefail
build=$1 cmake=$2 source=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
  echo "$@" >&2
  exit 1
}

"$cmake" --install "$build" --prefix "$work/prefix" > /dev/null
mkdir firmware
cat > firmware/CMakeLists.txt << 'CMAKE'
cmake_minimum_required(VERSION 3.22)
project(firmware LANGUAGES C)
find_package(pinhole 0.1 REQUIRED)
add_executable(firmware main.c)
target_link_libraries(firmware PRIVATE pinhole::core)
CMAKE
cat > firmware/main.c << 'C'
#include <pinhole/scene.h>
#include <stdio.h>

static unsigned char file[1 << 20] __attribute__((aligned(64)));

int main(int count, char** arguments) {
  FILE* stream = count == 2 ? fopen(arguments[1], "rb") : NULL;
  const size_t bytes = stream ? fread(file, 1, sizeof file, stream) : 0;
  pinhole_scene_options options = pinhole_default_scene_options();
  options.width = 640, options.height = 480;
  size_t setup = 0;
  const pinhole_status status = pinhole_scene_measure(file, bytes, &options, &setup);
  printf("%s%zu bytes of setup memory\n", status.text, setup);
  return status.code != PINHOLE_OK;
}
C
"$cmake" -S firmware -B found -DCMAKE_PREFIX_PATH="$work/prefix" > log 2>&1 || fail "find_package failed: $(cat log)"
"$cmake" --build found > log 2>&1 || fail "the firmware was not built: $(cat log)"
found/firmware prefix/share/pinhole/scene.pinhole | grep -q '^[1-9][0-9]* bytes of setup memory$' ||
  fail "the firmware does not run: $(found/firmware prefix/share/pinhole/scene.pinhole)"

# As a part of the firmware's build: the same target, and nothing of the project's own flags and folders comes along.
sed 's|^find_package.*|add_subdirectory(${PINHOLE} pinhole)|' firmware/CMakeLists.txt > log
mv log firmware/CMakeLists.txt
"$cmake" -S firmware -B part -DPINHOLE="$source" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON > log 2>&1 ||
  fail "add_subdirectory failed: $(cat log)"
line=$(grep '"command".*main.c' part/compile_commands.json)
case $line in
*"-I$source/include"*) ;;
*) fail "a firmware does not see the headers: $line" ;;
esac
case $line in
*"-I$source/src"* | *generated* | *-W* | *-ffp* | *-D*) fail "a firmware gets the project's own flags: $line" ;;
esac
! grep -q 'src/train/trainer.cpp' part/compile_commands.json || fail "a firmware's build has the trainer, too"

command -v pkg-config > /dev/null || exit 0
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name pinhole.pc)")
export PKG_CONFIG_PATH
read -ra flags <<< "$(pkg-config --cflags --libs pinhole)"
cc firmware/main.c -o packaged "${flags[@]}"
[ "$(./packaged prefix/share/pinhole/scene.pinhole)" = "$(found/firmware prefix/share/pinhole/scene.pinhole)" ] ||
  fail "what pkg-config's flags build runs otherwise"
