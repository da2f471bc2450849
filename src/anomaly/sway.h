// SPDX-License-Identifier: Apache-2.0
// A camera that sways on its pole, or was pushed a little, sees all its edges beside where it learned them. What is
// expected is laid where it is seen, to a fraction of a pixel, before the two are compared.
#pragma once

#include "anomaly/local_light.h"
#include "anomaly/warp.h"
#include "anomaly/window_ssim.h"

namespace pinhole {

// Either way. In a picture of 160 pixels a little more than the shift from which on a camera has moved (camera_judge).
constexpr float kMostSway = 1.5f;

// Pixels by which the picture turns at its sides, more is not followed: a pole that bends sideways rolls the camera by
// as much as one that bends forwards tilts it.
constexpr float kMostRoll = 1.5f;

// How what is expected looks in today's light: level * (gain * expected + offset - black) + black.
struct Lit {
  const GainFit& fit;
  const LocalLight& light;
  float black;
};

// Finds by which sway `expected`, so lit, best becomes `seen`, and writes it, so laid, to `swayed`. All f32, n = 1, of
// the light's size; `swayed` overlaps neither. Shifts and turns, xx and yy are 0. None, and a copy: where a first step
// finds less than 0.05 pixels, of a turn 0.1; where what is found explains the picture no better, as for a shadow along
// an edge; and where a number is not finite. What has come into sight at the border is expected as it is seen.
Warp follow_sway(const Lit& lit, const View& seen, const View& expected, const View& swayed);

// Root mean square over a window of what edges of `swayed` may be off by, times the gain: between pixels nobody knows
// them exactly, and whole ones of the model's picture are seldom whole ones of the frame's. `elsewhere`: it was laid by
// whole pixels before.
float sway_error(const Warp& sway, bool elsewhere, const GainFit& fit, const View& swayed, const Window& window);

} // namespace pinhole
