#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_symbols.sh NM ARCHIVE: what ARCHIVE leaves undefined may come only from this list of libc, libm, pthreads and
# compiler support: no heap, no exceptions, no C++ runtime.
set -eu
LC_ALL=C
export LC_ALL

allowed='^(mem(cpy|set|move|cmp)|str(cmp|ncmp|len|chr|str)|v?snprintf|getenv|clock_gettime|__errno_location|__assert_fail'
allowed="$allowed"'|pthread_(create|join|(mutex|cond)_(init|destroy)|mutex_(un)?lock|cond_(wait|signal|broadcast)|condattr_[a-z]+|sigmask)|sig(fill|del)set'
allowed="$allowed"'|sched_[a-z]+|(exp|exp2|log|log2|pow|tanh|fma|fmin|fmax|floor|ceil|rint|round|trunc|sqrt|sin|cos)f?'
allowed="$allowed"'|__stack_chk_fail|__(memcpy|memset|memmove|snprintf|vsnprintf)_chk|_GLOBAL_OFFSET_TABLE_|_DYNAMIC'
allowed="$allowed"'|__cpu_(model|features2|indicator_init)|__aarch64_[a-z0-9_]+|__getauxval|getauxval)$'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# "object: symbol" of everything undefined; then names without those that another object of the archive defines.
"$1" -A --undefined-only "$2" | awk '$(NF-1) == "U" {print $1, $NF}' | sort -u >"$folder/undefined"
"$1" --defined-only "$2" | awk 'NF == 3 {print $3}' | sort -u >"$folder/defined"
[ -s "$folder/defined" ] || { echo "$2: holds no symbols" >&2; exit 1; }
awk 'NR == FNR {defined[$1] = 1; next} !($2 in defined)' "$folder/defined" "$folder/undefined" |
  awk -v allowed="$allowed" '$2 !~ allowed' >"$folder/strangers"
if [ -s "$folder/strangers" ]; then
  echo "$2 needs what the core may not use:" >&2
  c++filt <"$folder/strangers" >&2
  exit 1
fi
# A firmware links what it likes beside it, another FlatBuffers too: every name has to be the library's own, or the standard's, whose inline functions a build without optimisation keeps.
"$1" --defined-only --extern-only "$2" | awk 'NF == 3 && $3 !~ /^(pinhole_|_ZZ?N?K?(7pinhole|19pinhole_flatbuffers|St))/ {print $3}' >"$folder/foreign"
if [ -s "$folder/foreign" ]; then
  echo "$2 defines what is not its own:" >&2
  c++filt <"$folder/foreign" >&2
  exit 1
fi
echo "$2: $(wc -l <"$folder/defined") symbols, nothing from a heap or a C++ runtime"
