// SPDX-License-Identifier: Apache-2.0
// Training file -> deploy file.
#pragma once

#include "model/model.h"
#include "train/host_engine.h"

#include <string>
#include <vector>

namespace pinhole {

// A deploy Model with the inference entries of `model` alone: what only training needs (the target, the loss) is gone.
// Names and parameter bytes stay `model`'s, which must outlive it; the lists come from `memory`. bad_file when there is
// no inference entry.
Status drop_training(const Model& model, Arena* memory, Model* deploy);

// A deploy model and the memory that it points into, beside the model that it was made from.
struct DeployModel {
  Model model = {};
  std::vector<AlignedBytes> memory;
};

// drop_training, batch norm folded into convolutions, and for DType::f16 the weights narrowed (DType::f32: as they
// are). `from` must outlive *deploy. unsupported: any other storage.
Status make_deploy_model(const Model& from, DType storage, DeployModel* deploy);

// Reads the training file at `from` and writes the deploy file `to`, in f32.
Status write_deploy_file(const std::string& from, const std::string& to);

} // namespace pinhole
