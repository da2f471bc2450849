// SPDX-License-Identifier: Apache-2.0
// Between a picture on a screen and the light that a camera's sensor counts.
#pragma once

#include "image/image.h"

#include <array>
#include <vector>

namespace pinhole {

// How a camera turns its sensor's colours into sRGB: exposure and white balance, colour matrix, sRGB curve, tone curve.
struct CameraColour {
  float exposure = 1, gain[3] = {1, 1, 1};                // a grey of x is x * exposure / gain[c] to the sensor
  float matrix[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}; // rows sum to 1: grey stays grey
  float tone = 0; // share of the smoothstep 3 y^2 - 2 y^3 in the curve after sRGB's
};

class ColourConversion {
public:
  explicit ColourConversion(const CameraColour& colour);

  // RGB images in 0..1, in place. What lies outside of 0..1 is clipped: colours that the sensor cannot tell, and light
  // that the picture cannot show.
  void to_sensor(FloatImage* image) const;
  void from_sensor(FloatImage* image) const;

private:
  using Matrix = std::array<std::array<float, 3>, 3>;
  Matrix to_, from_;                // gains included
  std::vector<float> curve_, back_; // light -> picture, picture -> light, at even steps over 0..1
};

} // namespace pinhole
