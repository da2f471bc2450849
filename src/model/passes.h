// SPDX-License-Identifier: Apache-2.0
// Passes: small functions over a model or a program that change no result.
#pragma once

#include "plan/program.h"

namespace pinhole {

// Joins a ReLU, leaky ReLU, sigmoid or tanh to the layer before it where that layer can apply it while storing and
// nobody else reads the value between them.
void fuse_activations(Program* program);

} // namespace pinhole
