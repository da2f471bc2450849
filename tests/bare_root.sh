#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The two commands of README.md on a bare Debian 12: makes a root with mmdebstrap from this machine's own apt sources,
# clones the last commit into it, runs ./firmware_demo/run.sh and ./tests/run.sh there, and writes what they said to a file.
#   tests/bare_root.sh [RESULT]     default RESULT: tests/results/bare_root.txt
# As root, on Debian 12, with mmdebstrap; needs about 3 GB under TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."
result=$(realpath -m "${1:-tests/results/bare_root.txt}")

fail() {
  echo "bare_root: $*" >&2
  exit 1
}
[ "$(id -u)" -eq 0 ] || fail "not root: making a root needs it"
command -v mmdebstrap >/dev/null || fail "no mmdebstrap: apt-get install mmdebstrap"
command -v git >/dev/null || fail "no git: apt-get install git"

suite=bookworm
mapfile -t sources < <(find /etc/apt/sources.list /etc/apt/sources.list.d -type f \
  \( -name '*.list' -o -name '*.sources' \) -exec grep -lE "^(deb .* $suite(-[a-z]+)? main|Suites:.* ?$suite( |$|-))" {} + 2>/dev/null)
[ ${#sources[@]} -gt 0 ] || fail "this machine's apt has no source for Debian 12 ($suite)"

work=$(mktemp -d "${TMPDIR:-/tmp}/pinhole-bare-root.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
apt-config dump | grep '^Acquire::' >"$work/apt.conf"
mmdebstrap --quiet --variant=minbase --aptopt="$work/apt.conf" "$suite" "$root" "${sources[@]}"
git clone --quiet --no-hardlinks . "$root/pinhole"
cp /etc/resolv.conf "$root/etc/resolv.conf"

# in_root COMMAND: in its own mount and process space, so that nothing stays behind; standard input empty.
in_root() {
  unshare --mount --pid --fork sh -c 'set -e
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs shm "$1/dev/shm"
    cd "$1/pinhole"
    exec chroot "$1" env -u PINHOLE_DATA HOME=/root sh -c "cd /pinhole && $2"' in_root "$root" "$1" </dev/null
}

mkdir -p "$(dirname "$result")"
{
  echo "command  tests/bare_root.sh"
  echo "commit   $(git rev-parse HEAD)"
  echo "date     $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "machine  $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
  echo "root     Debian $(cat "$root/etc/debian_version"), $(in_root 'dpkg-query -f . -W' | wc -c) packages before"
} | tee "$result"

status=0
for command in ./firmware_demo/run.sh ./tests/run.sh; do
  log=$work/$(basename "$(dirname "$command")").log
  start=$SECONDS verdict=0
  in_root "$command" >"$log" 2>&1 || verdict=$?
  [ $verdict -eq 0 ] || status=1
  {
    echo
    echo "== $command: exit status $verdict, $((SECONDS - start)) s"
    tr '\r' '\n' <"$log" | sed '/^ *$/d' | tail -n 90
  } | tee -a "$result"
done
echo "bare_root: $result" >&2
exit $status
