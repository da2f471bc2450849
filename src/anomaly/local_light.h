// SPDX-License-Identifier: Apache-2.0
// Light that differs from place to place: a lamp, a cloud, the soft edge of a shadow. What changes smoothly over the
// view and multiplies what is there is no anomaly, so the residual is taken after it.
#pragma once

#include "anomaly/gain_fit.h"
#include "base/arena.h"

namespace pinhole {

// Weighted sums over the pixels of a block: of what is expected, squared, and of its product with what is seen; and of
// both times the pixel's place, in blocks from the middle.
struct LightSums {
  float expected, x, y, xx, xy, yy;
  float seen, seen_x, seen_y;
};

// One node in the middle of each block of the picture; between them, and beyond the outer ones, the light is linear.
struct LocalLight {
  int32_t height = 0, width = 0; // of the picture
  int32_t rows = 0, columns = 0; // of nodes
  IgnoredCells ignored;          // of the picture: they light nothing
  Array<LightSums> sums;         // of each block
  Array<float> nodes;            // light beside what the gain fit grants everywhere; 1: no more than that
  Array<float> level;            // the same for every pixel, row by row
};

// Takes the arrays from `arena`; false when they do not fit. height, width: of the picture.
[[nodiscard]] bool make_local_light(Arena* arena, int32_t height, int32_t width, LocalLight* light);

// Fits picture ~ gain * level * reconstruction + offset, both above black: n = 1, f32, of the planned size. `even`:
// their fit under even light. `black`: the value that no light at all has. A gain or offset that is not finite is
// returned as it is found.
GainFit fit_local_light(const GainFit& even, const View& picture, const View& reconstruction, float black,
                        LocalLight* light);

inline float light_at(const LocalLight& light, int32_t y, int32_t x) {
  return light.level[y * light.width + x];
}

} // namespace pinhole
