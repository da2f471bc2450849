// SPDX-License-Identifier: Apache-2.0
// Light that differs from place to place: a lamp, a cloud, the soft edge of a shadow. What changes smoothly over the
// view and multiplies what is there is no anomaly, so the residual is taken after it.
#pragma once

#include "anomaly/gain_fit.h"
#include "base/arena.h"

namespace pinhole {

// One node for each block of the picture; between their middles the light is interpolated.
struct LocalLight {
  int32_t rows = 0, columns = 0; // of nodes
  Array<float> level;            // light beside what the gain fit grants everywhere; 1: no more than that
  Array<float> seen, expected;   // weighted sums over each block
};

// Takes the arrays from `arena`; false when they do not fit. height, width: of the picture.
[[nodiscard]] bool make_local_light(Arena* arena, int32_t height, int32_t width, LocalLight* light);

// Fits picture ~ fit * level: n = 1, f32, of the planned size. `black`: the value that no light at all has.
void fit_local_light(const View& picture, const View& reconstruction, const GainFit& fit, float black,
                     LocalLight* light);

// Level at a pixel.
float light_at(const LocalLight& light, int32_t y, int32_t x);

} // namespace pinhole
