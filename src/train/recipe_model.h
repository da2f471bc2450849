// SPDX-License-Identifier: Apache-2.0
// The sections of a recipe that describe the network.
#pragma once

#include "train/json.h"
#include "train/recipe.h"

namespace pinhole {

Status read_model_spec(const std::string& file, const Json& json, ModelSpec* model);
Status read_loss_spec(const std::string& file, const Json& json, LossSpec* loss);

} // namespace pinhole
