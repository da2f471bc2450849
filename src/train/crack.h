// SPDX-License-Identifier: Apache-2.0
// Cracks: lines that run on, jagged at every scale, darker than the surface.
#pragma once

#include "train/sensor_noise.h"

namespace pinhole {

// Draws one to three cracks; some branch, some have gaps. `length`: pixels from one end to the other, from 1, also more
// than the image has; `contrast`: the share of the light that the darkest part of one takes, 0..1; of both, small
// values are as likely as large ones in proportion. `image`: n = 1, f32 in 0..1, also afterwards.
void put_cracks(const Interval& length, const Interval& contrast, const NoiseKey& key, const View& image);

} // namespace pinhole
