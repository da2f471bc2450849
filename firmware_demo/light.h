// SPDX-License-Identifier: Apache-2.0
// How bright each place of the simulated scene is: the sun that comes and goes, clouds that pass, lamps, shadows.
#pragma once

#include "image/image.h"
#include "moment.h"

namespace demo {

// Normal light: its sun and its clouds are drawn from the seed, and go through all they do in about a thousand frames.
class Light {
public:
  explicit Light(uint64_t seed);

  // Multiplies reflectances (RGB, 0..1) with it: 0..255.
  void fall_on(const Moment& moment, pinhole::FloatImage* frame) const;

private:
  double sun_period_, sun_phase_, cloud_length_, cloud_speed_, cloud_phase_;
};

} // namespace demo
