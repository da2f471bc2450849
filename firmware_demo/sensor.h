// SPDX-License-Identifier: Apache-2.0
// The simulated sensor: what light becomes on its way to a raw frame.
#pragma once

#include "image/image.h"
#include "moment.h"
#include "pinhole/pinhole.h"

#include <array>

namespace demo {

// Variance a * x + b of a value x in 0..1: photons arrive at random (a), and reading them adds noise of its own (b).
struct SensorNoise {
  float a = 0.004f, b = 0.0017f;
};

class Sensor {
public:
  Sensor(const SensorNoise& noise, uint64_t seed);

  // Of the moment; `clean` is its picture. Fills `frame` (GRAY8 or RGB24, of the picture's size) from `clean` (0..255,
  // as many channels). The noise depends on the seed, moment.exposure and moment.warmth alone. Values are clipped and
  // rounded to 8 bits, as a sensor's are.
  void expose(const pinhole::FloatImage& clean, const Moment& moment, pinhole_frame* frame) const;

private:
  uint64_t seed_;
  std::vector<float> normals_;       // each row of a frame takes a piece from anywhere in them
  std::array<float, 256> deviation_; // of a value 0..255
};

} // namespace demo
