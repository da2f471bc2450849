// SPDX-License-Identifier: Apache-2.0
// What a good print, board or stencil does not have: a part in the wrong one of its own colours.
#pragma once

#include "train/sensor_noise.h"

namespace pinhole {

// Draws one to three spots, round to narrow, with a sharp, uneven outline, each in the colour of another place of the
// picture that differs from its own: gaps, bridges, bites, spurs, holes and specks. `size`: a spot's length in pixels,
// from 1; small ones are as likely as large ones in proportion. Where all the picture is alike nothing changes.
// `image`: n = 1, f32 in 0..1, also afterwards.
void put_misprints(const Interval& size, const NoiseKey& key, const View& image);

} // namespace pinhole
