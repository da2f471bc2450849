#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and tests Pinhole; installs what is missing for it first.
#   ./tests/run.sh            the release build and its tests
#   ./tests/run.sh --debug    first the tests under address and undefined-behaviour sanitizers
#   ./tests/run.sh --full     --debug, a short run of the demo, and where nvcc is the CUDA kernels are compiled (also
#                             when CI is set)
#   ./tests/run.sh --quick    the release build, without the tests labelled slow
# PINHOLE_DATA names the folder of test pictures; without it the tests that need them are skipped. Ends with the time of
# every stage and each ctest's verdict; exit status 0 only when all passed.
set -uo pipefail
cd "$(dirname "$0")/.."

quick=0 debug=0 full=0
if [ -n "${CI:-}" ]; then
  debug=1 full=1
fi
for option in "$@"; do
  case $option in
    --quick) quick=1 ;;
    --debug) debug=1 ;;
    --full) debug=1 full=1 ;;
    *)
      sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
      exit 2
      ;;
  esac
done

status=0
times= verdicts=
jobs=$(nproc)

# stage NAME COMMAND...: runs it, keeps its time; a failure is remembered and returned.
stage() {
  local name=$1 start=$SECONDS result=0
  shift
  echo "== $name"
  "$@" || result=$?
  times+=$(printf '%5d s  %s%s' $((SECONDS - start)) "$name" "$([ $result -eq 0 ] || echo ': FAILED')")$'\n'
  [ $result -eq 0 ] || status=1
  return $result
}

build() { # PRESET OPTION...
  local preset=$1
  shift
  cmake --preset "$preset" "$@" && cmake --build "build/$preset" -j "$jobs"
}

run_tests() { # PRESET OPTION...
  local preset=$1 log=build/$1/ctest.log result=0
  shift
  ctest --test-dir "build/$preset" -j "$jobs" --timeout 300 --output-on-failure "$@" 2>&1 |
    tee "$log" || result=$?
  verdicts+="== $preset"$'\n'$(grep 'tests passed' "$log" || echo "ctest gave no verdict")$'\n'
  return $result
}

# test_preset PRESET OPTION...: builds it with its tests and runs them, minus what --quick leaves out.
test_preset() {
  local options=() once=OFF
  if [ $quick -eq 1 ]; then
    options=(-LE slow)
  fi
  if [ -n "${CI:-}" ]; then # all is compiled, nothing is edited
    once=ON
  fi
  stage "$1: build" build "$@" -DPINHOLE_TESTS=ON -DPINHOLE_BUILT_ONCE=$once &&
    stage "$1: tests" run_tests "$1" "${options[@]}"
}

PATH=$PATH:/usr/local/cuda/bin
stage "packages" scripts/install_deps.sh tests || exit 1
[ $debug -eq 0 ] || test_preset host-debug -DPINHOLE_DEMO=OFF
cuda=OFF # the kernels' tests are skipped where there is no GPU; tests/gpu/run.sh fails there
if [ $full -eq 1 ] && command -v nvcc >/dev/null; then
  cuda=ON
elif [ $full -eq 1 ]; then
  echo "== no nvcc here: the CUDA kernels are not compiled"
fi
test_preset host-release -DPINHOLE_CUDA=$cuda
if [ $full -eq 1 ]; then
  stage "firmware demo, short" firmware_demo/run.sh --short --out build/host-release/demo
fi

echo
echo "$times"
[ $status -eq 0 ] || echo "FAILED: see above"
printf '%s' "$verdicts"
exit $status
