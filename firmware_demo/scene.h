// SPDX-License-Identifier: Apache-2.0
// The simulated scene: a yard with buildings, trees, a sign and a car; slowly moving light; an intruder who walks
// through now and then. Clean frames; the noise is sensor.h's.
#pragma once

#include "image/image.h"
#include "texture.h"

namespace demo {

class Scene {
public:
  // `seed` changes every texture; the layout stays.
  Scene(int32_t width, int32_t height, uint64_t seed);

  // The frame of moment `index` (30 a second): RGB, 0..255.
  void draw(int64_t index, pinhole::FloatImage* frame) const;

private:
  void add_intruder(int64_t index, pinhole::FloatImage* frame) const;

  pinhole::FloatImage reflectance_; // of what does not move, 0..1
  uint32_t salt_;
};

} // namespace demo
