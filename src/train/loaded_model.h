// SPDX-License-Identifier: Apache-2.0
// A weights file as a Model, with the memory that holds both.
#pragma once

#include "train/host_engine.h"

#include <string>

namespace pinhole {

struct LoadedModel {
  Model model = {};
  AlignedBytes file, setup;
};

// Errors begin with the path.
Status load_model(const std::string& path, LoadedModel* loaded);

} // namespace pinhole
