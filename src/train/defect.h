// SPDX-License-Identifier: Apache-2.0
// What a good surface does not have. A network that tells these from the surface tells real defects from it too.
#pragma once

#include "train/corruption.h"

namespace pinhole {

// Draws one to three defects: spots and patches with an uneven outline, darker, brighter, rough, or filled with another
// part of the picture; and thin lines that wander. `size`: a defect's length in pixels, from 1; `contrast`: how far it
// departs from the surface, 0..1; of both, small values are as likely as large ones in proportion. `image`: n = 1, f32
// in 0..1, also afterwards.
void put_defects(const Interval& size, const Interval& contrast, const NoiseKey& key, const View& image);

} // namespace pinhole
