// SPDX-License-Identifier: Apache-2.0
// Cracks: lines that run on, jagged from their own length down, darker than the surface.
#pragma once

#include "train/sensor_noise.h"

namespace pinhole {

// Draws one to three cracks; some branch, some have gaps. Each passes through the image. `length`: pixels along the
// heading, from 1, also more than the image has; jagged down to 2 pixels, or to a 160th of it. `contrast`: the share of
// the light that one takes at most, 0..1, below 0.01 as 0.01; of both, small values are as likely as large ones in
// proportion. `image`: n = 1, f32 in 0..1, also afterwards.
void put_cracks(const Interval& length, const Interval& contrast, const NoiseKey& key, const View& image);

} // namespace pinhole
