#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# headers_alone.sh CC CXX FOLDER... [-- FLAG...]: every header under the folders compiles alone and may be included
# twice. *.h under include/ as C99 and as C++17, with -pedantic; the rest as C++17. Headers that need CUDA are left out.
set -u

cc=$1
cxx=$2
shift 2
folders=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  folders="$folders $1"
  shift
done
[ $# -eq 0 ] || shift

status=0
count=0
# compile COMPILER LANGUAGE STANDARD HEADER FLAG...
compile() {
  compiler=$1 language=$2 standard=$3 header=$4
  shift 4
  count=$((count + 1))
  root=${header%/pinhole/*} # where <pinhole/...> is found; other headers are given their own folder
  [ "$root" != "$header" ] || root=${header%/*}
  "$compiler" -x "$language" "-std=$standard" -fsyntax-only -Wall -Wextra -Werror -I "$root" "$@" -include "$header" \
    -include "$header" /dev/null || status=1
}

for header in $(find $folders -name '*.h' -o -name '*.hpp' | sort); do
  if grep -qE '#include [<"](cuda|cudnn)|device/cuda/|-inl\.h"$' "$header"; then
    continue
  fi
  case $header in
    */include/pinhole/*.h)
      compile "$cc" c c99 "$header" -pedantic "$@"
      compile "$cxx" c++ c++17 "$header" -pedantic "$@"
      ;;
    */include/pinhole/*) compile "$cxx" c++ c++17 "$header" -pedantic "$@" ;;
    *-inl.h) ;; # Highway's: included once per target, between its own fences
    *) compile "$cxx" c++ c++17 "$header" "$@" ;;
  esac
done
echo "$count headers"
[ "$count" -gt 0 ] && exit $status
exit 1
