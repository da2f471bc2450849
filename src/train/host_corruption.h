// SPDX-License-Identifier: Apache-2.0
// Every kind of corruption, those too that need memory, with all that a recipe's entry asks for around it.
#pragma once

#include "train/recipe.h"

namespace pinhole {

// Damages one image (f32 in 0..1, n = 1) in place, compresses it where the entry says so, and gives the noise level
// that the network is told: the corruption's own, times the entry's drawn level_factor. `target` (data may be null) is
// the clean image: kind isp changes it too, to what the same camera shows without noise.
Status apply_corruption(const WeightedCorruption& entry, const NoiseKey& key, const View& image, const View& target,
                        float* level);

// Enlarges the middle of a clean image `zoom` times: a camera's pixels are softer than those of a picture that was made
// smaller. Does nothing where the zoom is 1.
Status enlarge_middle(float zoom, const View& image);
// The same by the entry's drawn zoom.
Status zoom_if_asked(const WeightedCorruption& entry, const NoiseKey& key, const View& image);

} // namespace pinhole
