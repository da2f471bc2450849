// SPDX-License-Identifier: Apache-2.0
// Where a camera that was moved sees its scene: shifted, turned, and a little larger or smaller.
#pragma once

#include "base/tensor.h"

#include <cmath>
#include <cstdint>

namespace pinhole {

struct Point {
  float x, y;
};

// An affine map: a turn of the camera is no similarity in the model's picture, which is not as wide and high as the
// frame in the same measure. What was learned at (x, y), in pixels of the model's picture from its middle, is seen at
// (right + (1 + xx) * x + xy * y, down + yx * x + (1 + yy) * y).
struct Warp {
  float right = 0, down = 0, xx = 0, xy = 0, yx = 0, yy = 0;

  bool shifts_only() const { return xx == 0 && xy == 0 && yx == 0 && yy == 0; }
  bool none() const { return right == 0 && down == 0 && shifts_only(); }
};

inline Point seen_at(const Warp& warp, const Point& learned) {
  return {warp.right + (1 + warp.xx) * learned.x + warp.xy * learned.y,
          warp.down + warp.yx * learned.x + (1 + warp.yy) * learned.y};
}

// What `then` makes of what `first` has made.
inline Warp composed(const Warp& first, const Warp& then) {
  const Point middle = seen_at(then, {first.right, first.down});
  return {middle.x,
          middle.y,
          (1 + then.xx) * (1 + first.xx) + then.xy * first.yx - 1,
          (1 + then.xx) * first.xy + then.xy * (1 + first.yy),
          then.yx * (1 + first.xx) + (1 + then.yy) * first.yx,
          then.yx * first.xy + (1 + then.yy) * (1 + first.yy) - 1};
}

// Of a warp that turns nothing over.
inline Warp inverse_of(const Warp& warp) {
  const float determinant = (1 + warp.xx) * (1 + warp.yy) - warp.xy * warp.yx;
  Warp inverse = {0,
                  0,
                  (1 + warp.yy) / determinant - 1,
                  -warp.xy / determinant,
                  -warp.yx / determinant,
                  (1 + warp.xx) / determinant - 1};
  const Point middle = seen_at(inverse, {-warp.right, -warp.down});
  inverse.right = middle.x;
  inverse.down = middle.y;
  return inverse;
}

// Number by number.
inline Warp sum_of(const Warp& a, const Warp& b) {
  return {a.right + b.right, a.down + b.down, a.xx + b.xx, a.xy + b.xy, a.yx + b.yx, a.yy + b.yy};
}
inline Warp scaled(const Warp& warp, float by) {
  return {by * warp.right, by * warp.down, by * warp.xx, by * warp.xy, by * warp.yx, by * warp.yy};
}

// A bound of how far from where it was learned something is seen in a picture of this size, right or down.
inline float farthest(const Warp& warp, int32_t width, int32_t height) {
  const float x = static_cast<float>(width) / 2, y = static_cast<float>(height) / 2;
  const float right = std::fabs(warp.right) + x * std::fabs(warp.xx) + y * std::fabs(warp.xy);
  const float down = std::fabs(warp.down) + x * std::fabs(warp.yx) + y * std::fabs(warp.yy);
  return right > down ? right : down;
}

// Lays `seen`, which shows a scene so warped, to `learned`, as the camera saw it before; what is not in its sight is
// the nearest that is. Both f32, n = 1, of the same size; no overlap. By whole pixels nothing is interpolated.
void lay_back(const View& seen, const Warp& warp, const View& learned);

} // namespace pinhole
