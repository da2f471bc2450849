// SPDX-License-Identifier: Apache-2.0
// A camera that sways on its pole, or was pushed a little, sees all its edges beside where it learned them. What is
// expected is laid where it is seen, to a fraction of a pixel, before the two are compared.
#pragma once

#include "anomaly/local_light.h"
#include "anomaly/window_ssim.h"

namespace pinhole {

// What was learned at (x, y) is seen at (x + right, y + down), in pixels of the model's picture.
struct Sway {
  float right = 0, down = 0;

  bool none() const { return right == 0 && down == 0; }
};

// Either way. In a picture of 160 pixels a little more than the shift from which on a camera has moved (camera_judge).
constexpr float kMostSway = 1.5f;

// How what is expected looks in today's light: level * (gain * expected + offset - black) + black.
struct Lit {
  const GainFit& fit;
  const LocalLight& light;
  float black;
};

// Finds by which sway `expected`, so lit, best becomes `seen`, and writes it, so laid, to `swayed`. All f32, n = 1, of
// the light's size; `swayed` overlaps neither. No sway, and a copy: where a first step finds less than 0.05
// pixels; where what is found explains the picture no better, as for a shadow along an edge; and where a number is not
// finite. What has come into sight at the border is expected as it is seen.
Sway follow_sway(const Lit& lit, const View& seen, const View& expected, const View& swayed);

// Root mean square over a window of what edges of `swayed` may be off by, times the gain: between pixels nobody knows
// them exactly, and whole ones of the model's picture are seldom whole ones of the frame's. `elsewhere`: it was laid by
// whole pixels before.
float sway_error(const Sway& sway, bool elsewhere, const GainFit& fit, const View& swayed, const Window& window);

} // namespace pinhole
