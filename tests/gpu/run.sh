#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds with CUDA and checks every GPU kernel on this machine's GPU:
#   tests/gpu/run.sh [FOLDER]
# writes FOLDER/DATE-GPU.txt (default build/gpu-results). Exit: 0 all passed, 1 something failed, 3 no GPU here.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build/gpu-results}
bin=build/host-cuda/bin

cmake --preset host-cuda -DPINHOLE_TOOLS=OFF -DPINHOLE_DEMO=OFF
cmake --build build/host-cuda --target cuda_host_test cuda_op_test

device=$("$bin/cuda_host_test" --gtest_filter='CudaDevice.Opens' | sed -n 's/^device 0: //p')
if [ -z "$device" ]; then
  echo "tests/gpu/run.sh: no CUDA device opened on this machine: nothing was checked" >&2
  exit 3
fi

mkdir -p "$folder"
name=$(echo "${device%%,*}" | tr -c 'A-Za-z0-9\n' '-')
result="$folder/$(date -u +%Y-%m-%d)-$name.txt"
status=0

# check TITLE COMMAND...: runs it, adds its summary and the failing lines to the result.
check() {
  local title=$1 verdict=PASS log
  log=$(mktemp)
  shift
  if ! "$@" >"$log" 2>&1; then
    verdict=FAIL
    status=1
  fi
  echo "$verdict $title" | tee -a "$result"
  grep -E '^\[  (PASSED|SKIPPED|FAILED) |Failure$|ERROR SUMMARY|^========= (Invalid|Program|Race|Uninit)' "$log" |
    grep -v ' ms)$' | sort | uniq -c >>"$result" || true
  rm -f "$log"
}

{
  echo "device   $device"
  echo "date     $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "commit   $(git describe --always --dirty 2>/dev/null || echo unknown)"
  echo "nvcc     $(sed -n 's/^CMAKE_CUDA_COMPILER:.*=//p' build/host-cuda/CMakeCache.txt)"
  echo
} >"$result"

check "device" "$bin/cuda_host_test"
check "kernels against the CPU" "$bin/cuda_op_test"
if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck initcheck synccheck; do
    check "compute-sanitizer $tool" compute-sanitizer --tool "$tool" --error-exitcode 1 "$bin/cuda_op_test" \
      --gtest_filter='*relu_odd*:*sigmoid_odd*:*k3_16_to_16*:*k3_stride2*:*k4_stride2*:*depthwise*'
  done
else
  echo "NOT RUN compute-sanitizer: not on the path" | tee -a "$result"
fi
echo "tests/gpu/run.sh: $result"
exit $status
