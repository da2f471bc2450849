// SPDX-License-Identifier: Apache-2.0
#include "train/camera_colour.h"

#include <algorithm>
#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kSteps = 4096;

float unit(float value) {
  return std::clamp(value, 0.0f, 1.0f);
}

float look_up(const std::vector<float>& table, float at) {
  const float place = unit(at) * static_cast<float>(kSteps);
  const int32_t below = std::min(static_cast<int32_t>(place), kSteps - 1);
  const float share = place - static_cast<float>(below);
  const float* entry = table.data() + below;
  return entry[0] + share * (entry[1] - entry[0]);
}

double srgb(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

std::vector<float> light_to_picture(double tone) {
  std::vector<float> table;
  for (int32_t i = 0; i <= kSteps; ++i) {
    const double y = srgb(static_cast<double>(i) / kSteps);
    table.push_back(static_cast<float>(y + tone * (y * y * (3 - 2 * y) - y)));
  }
  return table;
}

// The table of a rising function from 0..1 onto 0..1 read backwards.
std::vector<float> inverted(const std::vector<float>& table) {
  std::vector<float> inverse;
  size_t above = 1;
  for (int32_t i = 0; i <= kSteps; ++i) {
    const float wanted = static_cast<float>(i) / static_cast<float>(kSteps);
    while (above < kSteps && table[above] < wanted)
      ++above;
    const float step = table[above] - table[above - 1];
    const float share = step > 0 ? unit((wanted - table[above - 1]) / step) : 0;
    inverse.push_back((static_cast<float>(above - 1) + share) / static_cast<float>(kSteps));
  }
  return inverse;
}

template <class Matrix> void multiply(const Matrix& matrix, float* pixel) {
  const float in[3] = {pixel[0], pixel[1], pixel[2]};
  for (size_t c = 0; c < 3; ++c)
    pixel[c] = matrix[c][0] * in[0] + matrix[c][1] * in[1] + matrix[c][2] * in[2];
}

} // namespace

ColourConversion::ColourConversion(const CameraColour& colour)
    : curve_(light_to_picture(static_cast<double>(colour.tone))), back_(inverted(curve_)) {
  const auto& m = colour.matrix;
  const auto cofactor = [&](size_t r, size_t c) {
    const size_t r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
    return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
  };
  const float determinant = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
  for (size_t r = 0; r < 3; ++r)
    for (size_t c = 0; c < 3; ++c) {
      from_[r][c] = m[r][c] * colour.gain[c] / colour.exposure;
      to_[r][c] = cofactor(c, r) / determinant * colour.exposure / colour.gain[r];
    }
}

void ColourConversion::to_sensor(FloatImage* image) const {
  for (size_t i = 0; i < image->pixels.size(); i += 3) {
    float* pixel = &image->pixels[i];
    for (int32_t c = 0; c < 3; ++c)
      pixel[c] = look_up(back_, pixel[c]);
    multiply(to_, pixel);
    for (int32_t c = 0; c < 3; ++c)
      pixel[c] = unit(pixel[c]);
  }
}

void ColourConversion::from_sensor(FloatImage* image) const {
  for (size_t i = 0; i < image->pixels.size(); i += 3) {
    float* pixel = &image->pixels[i];
    multiply(from_, pixel);
    for (int32_t c = 0; c < 3; ++c)
      pixel[c] = look_up(curve_, pixel[c]);
  }
}

} // namespace pinhole
