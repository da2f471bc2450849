// SPDX-License-Identifier: Apache-2.0
// Training file -> deploy file.
#pragma once

#include "model/model.h"

#include <string>

namespace pinhole {

// A deploy Model with the inference entries of `model` alone: what only training needs (the target, the loss) is gone.
// Names and parameter bytes stay `model`'s, which must outlive it; the lists come from `memory`. bad_file when there is
// no inference entry.
Status drop_training(const Model& model, Arena* memory, Model* deploy);

// Reads the training file at `from` and writes the deploy file `to`.
Status write_deploy_file(const std::string& from, const std::string& to);

} // namespace pinhole
