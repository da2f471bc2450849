#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what Pinhole is built from, on Debian 12 or Ubuntu 22.04 and newer: only what is missing, nothing and no
# network when all is there.
#   scripts/install_deps.sh [demo|tests|aarch64]   demo: library, program and demo; tests (default): also what the tests
#                                                  need; aarch64: also the cross compiler and the emulator
set -eu

set_name=${1:-tests}
packages="cmake ninja-build g++ pkg-config flatbuffers-compiler libflatbuffers-dev libhwy-dev libjpeg-dev libpng-dev
  zlib1g-dev libcli11-dev nlohmann-json3-dev"
case $set_name in
  demo) ;;
  tests) packages="$packages binutils libgtest-dev python3 python3-numpy" ;;
  aarch64) packages="$packages binutils libgtest-dev g++-aarch64-linux-gnu qemu-user-static" ;;
  *)
    echo "install_deps: '$set_name' is no set of packages: say demo, tests or aarch64" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "install_deps: this system has no apt: install the counterparts of" $packages >&2
  exit 1
fi

# A virtual package counts as installed when something that provides it is.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' |
  sed 's/([^)]*)//g' | tr ', ' '\n\n' | sort -u)
missing=
for package in $packages; do
  echo "$installed" | grep -qxF -- "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install_deps: neither root nor sudo; as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi
echo "install_deps: installing$missing"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null
