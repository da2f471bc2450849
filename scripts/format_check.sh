#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# format_check.sh [CLANG_FORMAT]: the tree's C, C++ and CUDA files are as .clang-format has them, each starts with its
# licence, none is longer than 500 lines. Names every file that is not so.
set -u
cd "$(dirname "$0")/.."
clang_format=${1:-clang-format}
status=0

sources=$(git ls-files '*.h' '*.hpp' '*.c' '*.cpp' '*.cu' '*.cuh')
"$clang_format" --dry-run -Werror $sources || status=1
for file in $sources $(git ls-files '*.py' '*.sh' '*.cmake' '*CMakeLists.txt' .ci/run); do
  [ -f "$file" ] || continue
  if ! head -n 2 "$file" | grep -qF 'SPDX-License-Identifier: Apache-2.0'; then
    echo "$file: the first line does not name the licence (SPDX-License-Identifier: Apache-2.0)" >&2
    status=1
  fi
  if [ "$(wc -l <"$file")" -gt 500 ]; then
    echo "$file: $(wc -l <"$file") lines, more than 500: split it" >&2
    status=1
  fi
done
exit $status
