// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole {

// Weights of four samples for a place that lies `t` (0..1) behind the second (Catmull and Rom 1974).
struct Cubic {
  float weight[4];
  explicit Cubic(float t)
      : weight{t * (t * (1 - 0.5f * t) - 0.5f), t * t * (1.5f * t - 2.5f) + 1, t * (t * (2 - 1.5f * t) + 0.5f),
               t * t * (0.5f * t - 0.5f)} {}
};

} // namespace pinhole
