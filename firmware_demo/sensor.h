// SPDX-License-Identifier: Apache-2.0
// The simulated sensor: what light becomes on its way to a raw frame.
#pragma once

#include "image/image.h"
#include "pinhole/pinhole.h"

namespace demo {

// Variance a * x + b of a value x in 0..1: photons arrive at random (a), and reading them adds noise of its own (b).
struct SensorNoise {
  float a = 0.004f, b = 0.0017f;
};

// Fills `frame` (GRAY8 or RGB24, of the picture's size) from `clean` (0..255, as many channels). The noise depends on
// (seed, index) alone. Values are clipped and rounded to 8 bits, as a sensor's are.
void expose(const pinhole::FloatImage& clean, const SensorNoise& noise, uint64_t seed, int64_t index,
            pinhole_frame* frame);

} // namespace demo
