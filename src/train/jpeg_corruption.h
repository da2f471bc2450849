// SPDX-License-Identifier: Apache-2.0
// JPEG as a damage: the blocks and rings that a camera's own compression leaves.
#pragma once

#include "train/recipe.h"

namespace pinhole {

// For kind jpeg, and after the noise of an entry that asks for it: clips and rounds the image, compresses it at the
// drawn quality (4:2:0) and decodes it again. For kind jpeg *level becomes the root mean square of the change; noise
// that came before keeps its own.
Status compress_if_asked(const WeightedCorruption& entry, const NoiseKey& key, const View& image, float* level);

} // namespace pinhole
