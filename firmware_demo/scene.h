// SPDX-License-Identifier: Apache-2.0
// The simulated scene: what stands in it, leaves in the wind, light, intruders, and what becomes of all that on the way
// through the lens. Clean frames; the noise is sensor.h's.
#pragma once

#include "image/image.h"
#include "light.h"
#include "moment.h"

namespace demo {

class Scene {
public:
  // `seed` decides what stands where, every texture, the light and the wind.
  Scene(int32_t width, int32_t height, uint64_t seed);

  // RGB, 0..255.
  pinhole::Status draw(const Moment& moment, pinhole::FloatImage* frame) const;

  int32_t width() const { return width_; }
  int32_t height() const { return height_; }

private:
  void take_view(const Moment& moment, pinhole::FloatImage* frame) const;
  void let_leaves_sway(const Moment& moment, pinhole::FloatImage* frame) const;
  pinhole::Status pass_lens(const Moment& moment, pinhole::FloatImage* frame) const;

  int32_t width_, height_;
  pinhole::FloatImage reflectance_; // of what does not move, 0..1, with a margin around the view
  std::vector<float> leaves_;       // how far each pixel sways with the wind, 0..1; margin as above
  Light light_;
};

} // namespace demo
