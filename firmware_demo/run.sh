#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the firmware demo and runs it: firmware_demo/run.sh [OPTIONS OF THE DEMO, see --help]
# Installs what is missing with apt, on Debian and Ubuntu; pictures go to out/ in the current folder.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build/host-release
begin=$(date +%s)

"$root/scripts/install_deps.sh" demo
if [ ! -f "$build/build.ninja" ]; then
  (cd "$root" && cmake --preset host-release -DPINHOLE_TESTS=OFF >/dev/null)
fi
cmake --build "$build" --target firmware_demo
built=$(date +%s)
"$build/bin/firmware_demo" "$@"
echo "built in $((built - begin)) s, ran in $(($(date +%s) - built)) s"
