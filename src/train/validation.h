// SPDX-License-Identifier: Apache-2.0
// How good the network is on the images it never trains on.
#pragma once

#include "train/batches.h"

namespace pinhole {

struct ValidationResult {
  double loss = 0; // the training loss's formula with codes that are their means, mean over images
  double psnr = 0; // mean over images, dB; after clipping and rounding to bytes
};

// The engine's view of the model's vector input, which takes the noise level; null data when there is none.
View level_view(const Engine& engine, const ModelSpec& model);

// Runs the weights file `file` over the held-out images, each with each corruption of the recipe's "validation". The
// noise is the same in every call with one seed. Images are cut at the right and bottom to multiples of 16.
Status validate(const std::vector<uint8_t>& file, const Recipe& recipe, const Dataset& dataset, uint64_t seed,
                int32_t threads, ValidationResult* result);

} // namespace pinhole
