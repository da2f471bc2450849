// SPDX-License-Identifier: Apache-2.0
// --noise KIND: the corruption that a command applies to clean pictures before the network sees them.
#pragma once

#include "image/image.h"
#include "train/corruption.h"

namespace pinhole::tool {

// The noisy version of a picture, 0..255, unclipped. `item` numbers the picture, so that each gets noise of its own
// and the same one in every run. Kind isp changes *clean too, to the picture that its camera shows without noise.
Status add_noise(const Corruption& corruption, uint64_t seed, uint32_t item, Image* clean, FloatImage* noisy);

} // namespace pinhole::tool
