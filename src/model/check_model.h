// SPDX-License-Identifier: Apache-2.0
// Whether a Model makes sense: for one that came from a file, a recipe or an importer.
#pragma once

#include "model/model.h"

namespace pinhole {

// The most values that a checked Model may have.
constexpr int32_t kMaxModelValues = 4096;

// Names unique among values, nodes and entry points; every node's counts as its layer states them, its inputs given or
// computed before it, each activation computed exactly once; shapes of activations and parameters those that the
// layers' shape rules give; every entry point computable from its inputs, a training entry with one {1,1,1,1} output.
// Indices must be in range and options parsed. Parameters of f32 may be stored as f16. Errors name the part.
Status check_model(const Model& model);

} // namespace pinhole
