// SPDX-License-Identifier: Apache-2.0
// Something that does not belong into the scene. A network that learns to put the scene back in its place does not
// learn to draw the intruder.
#pragma once

#include "train/sensor_noise.h"

namespace pinhole {

// Covers a rectangle or an ellipse of `area` (share of the image; an ellipse has pi/4 of it) with another part of the
// same rows, its contrast and brightness changed. It may hang over the edge. `image`: n = 1, f32 around 0..1.
void put_intruder(float area, const NoiseKey& key, const View& image);

} // namespace pinhole
