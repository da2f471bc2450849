// SPDX-License-Identifier: Apache-2.0
// --noise KIND: the corruption that a command applies to clean pictures before the network sees them.
#pragma once

#include "image/image.h"
#include "train/corruption.h"

namespace pinhole::tool {

// The noisy version of a picture, 0..255, unclipped. `item` numbers the picture, so that each gets noise of its own
// and the same one in every run.
Status add_noise(const Image& clean, const Corruption& corruption, uint64_t seed, uint32_t item, FloatImage* noisy);

} // namespace pinhole::tool
