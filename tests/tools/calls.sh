# SPDX-License-Identifier: Apache-2.0
# What the tests of the command line share; to be sourced with the program as the first argument. Goes to a folder of
# its own, which is gone at the end.
set -uo pipefail
program=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0 checks=0

complain() {
  failures=$((failures + 1))
  echo "FAILED: $*"
  sed 's/^/    /' out err | head -5
}

# succeeds NAME ARGUMENT...: exit 0, nothing on standard error.
succeeds() {
  local name=$1
  shift
  checks=$((checks + 1))
  "$program" "$@" > out 2> err || complain "$name: exit $? from: $*"
  [ ! -s err ] || complain "$name: standard error is not empty"
}

# fails STATUS WORDS ARGUMENT...: exit STATUS, one line "pinhole: ..." that matches the regular expression WORDS.
fails() {
  local expected=$1 words=$2 status=0
  shift 2
  checks=$((checks + 1))
  "$program" "$@" > out 2> err || status=$?
  [ $status -eq "$expected" ] || complain "exit $status, not $expected, from: $*"
  [ "$(wc -l < err)" -eq 1 ] && grep -q '^pinhole: ' err || complain "not one line 'pinhole: ...' from: $*"
  grep -Eq -- "$words" err || complain "the message does not say '$words': $*"
}

misused() { # wrong usage
  fails 2 "$@"
}

refused() { # the work failed
  fails 1 "$@"
}

# has WORD...: the latest output names every word.
has() {
  local word
  for word in "$@"; do
    grep -q -- "$word" out || complain "the output does not name $word"
  done
}

pgm() { # FILE WIDTH HEIGHT: a gray ramp with texture
  { printf 'P5\n%d %d\n255\n' "$2" "$3"; awk -v n=$(($2 * $3)) \
    'BEGIN { for (i = 0; i < n; ++i) printf "%c", 33 + (i * 7 + int(i / 37) * 5) % 90 }'; } > "$1"
}

tiny_recipe() { # three steps of a network that takes less than a second
  cat <<'J'
{"name": "tiny",
 "model": {"inputs": {"image": {"channels": 1}},
           "layers": [{"op": "conv2d", "name": "head", "out_channels": 8, "kernel": 3, "padding": 1},
                      {"op": "batch_norm", "name": "norm"},
                      {"op": "relu", "name": "relu"},
                      {"op": "conv2d", "name": "tail", "out_channels": 1, "kernel": 3, "padding": 1},
                      {"op": "add", "name": "clean", "in": ["image", "tail"]}],
           "outputs": {"reconstruct": "clean"}},
 "loss": {"op": "mse_loss"},
 "data": {"patch": 16},
 "corruption": [{"kind": "gaussian", "sigma": [0, 50]}],
 "training": {"steps": 3, "batch": 2}}
J
}

ended() { # the last command of a test
  echo "$checks calls, $failures failures"
  [ $failures -eq 0 ]
}
