// SPDX-License-Identifier: Apache-2.0
// Where a camera that was moved sees its scene: shifted, turned, and a little larger or smaller.
#pragma once

#include "base/tensor.h"

#include <cmath>
#include <cstdint>

namespace pinhole {

// A similarity. What was learned at (x, y), in pixels of the model's picture from its middle, is seen at
// (right + (1 + zoom) * x - turn * y, down + (1 + zoom) * y + turn * x).
struct Pose {
  float right = 0, down = 0, turn = 0, zoom = 0;

  bool none() const { return right == 0 && down == 0 && turn == 0 && zoom == 0; }
};

struct Point {
  float x, y;
};

inline Point seen_at(const Pose& pose, const Point& learned) {
  const float scale = 1 + pose.zoom;
  return {pose.right + scale * learned.x - pose.turn * learned.y,
          pose.down + scale * learned.y + pose.turn * learned.x};
}

// What `then` sees of what `first` has seen.
inline Pose composed(const Pose& first, const Pose& then) {
  const Point middle = seen_at(then, {first.right, first.down});
  const float scale = 1 + first.zoom, more = 1 + then.zoom;
  return {middle.x, middle.y, scale * then.turn + more * first.turn, scale * more - first.turn * then.turn - 1};
}

// Of a pose whose zoom is more than -1.
inline Pose inverse_of(const Pose& pose) {
  const float scale = 1 + pose.zoom, square = scale * scale + pose.turn * pose.turn;
  Pose inverse = {0, 0, -pose.turn / square, scale / square - 1};
  const Point middle = seen_at(inverse, {-pose.right, -pose.down});
  inverse.right = middle.x;
  inverse.down = middle.y;
  return inverse;
}

// How far from where it was learned something is seen at most, in a picture of this size: at its corners, less than
// this.
inline float farthest(const Pose& pose, int32_t width, int32_t height) {
  const float side = static_cast<float>(width > height ? width : height);
  return std::fabs(pose.right) + std::fabs(pose.down) + side * (std::fabs(pose.turn) + std::fabs(pose.zoom));
}

// Lays `seen`, which shows a scene in this pose, to `learned`, as the camera saw it before; what was not in its sight
// is the nearest that is. Both f32, n = 1, of the same size; no overlap. By whole pixels nothing is interpolated.
void lay_back(const View& seen, const Pose& pose, const View& learned);

} // namespace pinhole
