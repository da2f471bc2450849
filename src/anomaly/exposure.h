// SPDX-License-Identifier: Apache-2.0
// Takes exposure and gain out of a picture, so that a lamp or the camera's own control is not an anomaly.
#pragma once

#include "base/tensor.h"

namespace pinhole {

// Brightness of a picture by its quartiles: half of it may be covered before they are.
struct Exposure {
  float median = 0.5f;
  float spread = 0.25f; // between the quartiles
};

// `view`: n = 1, f32, 0..1 (values beyond count as 0 or 1); a pixel's brightness is the mean of its channels.
Exposure measure_exposure(const View& view);

// What has become of 0, where no light is, and of 1, where the sensor saturates.
struct Levels {
  float black = 0, white = 1;
};

// Moves the median to 0.5 and stretches the spread to 0.25. A spread below 4/255 counts as that: where there is nothing
// to see, noise is not blown up.
Levels normalise_exposure(const Exposure& exposure, const View& view);

} // namespace pinhole
