#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make_scene_weights.sh PROGRAM: writes weights/scene.pinhole, the network of recipe scene that has learned nothing yet. The
# same bytes at every run.
set -eu
exec "$1" train scene --untrained --seed 0 --out "$(dirname "$0")/../weights/scene.pinhole"
