// SPDX-License-Identifier: Apache-2.0
// Scores as colours.
#pragma once

#include "image/image.h"

namespace pinhole {

struct Rgb {
  uint8_t red, green, blue;
};

// The "viridis" scale: 0 dark violet, 1 yellow, brightness grows evenly, readable without colour vision. Clipped to
// 0..1; NaN counts as 0.
Rgb viridis(float value);

// The frame's gray with the colours of `heat` (1 channel, the frame's size) over it: `low` and below leaves the frame
// as it is, from there to `high` the colour's share grows to `opacity` (0..1). *out is RGB and may be &frame.
// invalid_argument: sizes that differ, high not above low, opacity out of range.
Status overlay_heat(const Image& frame, const FloatImage& heat, float low, float high, float opacity, Image* out);

} // namespace pinhole
