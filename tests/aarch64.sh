#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything for 64-bit ARM, run here: cross-builds library, program and tests, runs ctest under qemu, and writes what it
# said to a file. Installs what is missing with apt; the ARM versions of the image libraries are unpacked into the build
# folder, the system stays as it is. Left out: tests labelled slow, and those of Python alone, which run no ARM code.
#   tests/aarch64.sh [RESULT]     default RESULT: tests/results/aarch64.txt
#   PINHOLE_BUILD     the build folder (build/cross-aarch64)
#   PINHOLE_DATA      the folder of test pictures; without it the tests that need them are skipped
# On Debian 12 and newer. CMAKE_BUILD_PARALLEL_LEVEL and CTEST_PARALLEL_LEVEL say how much runs at a time (the cores).
set -euo pipefail
cd "$(dirname "$0")/.."
result=$(realpath -m "${1:-tests/results/aarch64.txt}")
build=$(realpath -m "${PINHOLE_BUILD:-build/cross-aarch64}")
CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(nproc)}
export CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL

# The archives and headers alone: a program linked with archives needs no library path under qemu. apt keeps its lists of
# ARM packages in the build folder too.
unpack_image_libraries() { # FOLDER
  local folder=$1
  local options=(-qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=
    -o "Dir::State=$folder" -o "Dir::State::status=$folder/status" -o "Dir::Cache=$folder")
  [ ! -f "$folder/usr/include/png.h" ] || return 0
  echo "aarch64: unpacking libjpeg, libpng and zlib for arm64 into $folder"
  mkdir -p "$folder/lists/partial" "$folder/archives/partial"
  : >"$folder/status"
  apt-get "${options[@]}" update
  (cd "$folder" && apt-get "${options[@]}" download libjpeg62-turbo-dev zlib1g-dev libpng-dev) || {
    echo "aarch64: this system's apt sources have no such packages for arm64" >&2
    return 1
  }
  local package
  for package in "$folder"/*.deb; do
    dpkg -x "$package" "$folder"
  done
  find "$folder/usr/lib" -name '*.so' -delete
  mv "$folder/usr/include/aarch64-linux-gnu"/*.h "$folder/usr/include/"
}

scripts/install_deps.sh aarch64
unpack_image_libraries "$build/arm64"
cmake --preset cross-aarch64 -B "$build" -DCMAKE_PREFIX_PATH="$build/arm64/usr" -DPINHOLE_TESTS=ON -DPINHOLE_IMAGE=ON \
  -DPINHOLE_TRAIN=ON -DPINHOLE_TOOLS=ON
cmake --build "$build"

log=$build/ctest.log verdict=0 start=$SECONDS
ctest --test-dir "$build" --timeout 1500 --output-on-failure -LE slow -E '^(convert_file|convert_packages|convert_torch|plan_bound_test)$' \
  2>&1 | tee "$log" || verdict=$?
seconds=$((SECONDS - start))

commit=$(git rev-parse HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- . ':!tests/results' ':!*.md' 2>/dev/null || commit="$commit with changes"
mkdir -p "$(dirname "$result")"
{
  echo "command  tests/aarch64.sh"
  echo "commit   $commit"
  echo "date     $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "machine  $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg); $(qemu-aarch64-static --version | head -n 1)"
  echo "compiler $(aarch64-linux-gnu-g++ --version | head -n 1)"
  echo "pictures $([ -n "${PINHOLE_DATA:-}" ] && echo "from PINHOLE_DATA" || echo "none: PINHOLE_DATA is not set")"
  echo "left out tests labelled slow; convert_file, convert_packages, convert_torch, plan_bound_test"
  echo
  echo "== ctest: exit status $verdict, $seconds s"
  sed -n '/tests passed/,$p' "$log"
  echo
  echo "== by program; op_check tries every layer at the SIMD levels plain and neon, probe_* the core without a C++ runtime"
  sed -nE 's/^ *[0-9]+\/[0-9]+ +Test +#[0-9]+: ([A-Za-z_0-9]+).*(Passed|Skipped|Failed|Timeout).*/\1 \2/p' "$log" | sort | uniq -c
} | tee "$result"
exit $verdict
