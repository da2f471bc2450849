// SPDX-License-Identifier: Apache-2.0
#include "image/dark_paths.h"

#include "image/filter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pinhole {
namespace {

constexpr float kDark = 8;        // of 0..255: a pixel this dark is nearly black
constexpr float kCalm = 0.01f;    // deviation of the logarithm that is the sensor's noise
constexpr double kFine = 0.8;     // pixels: sigma that the noise of single pixels is smoothed by
constexpr double kSmooth = 0.25;  // of `rows`: sigma of what counts as smooth
constexpr double kAround = 0.5;   // of `rows`: sigma of the surroundings that give the deviation
constexpr float kOutside = -1000; // in place of what lies outside of the picture

struct Step {
  int32_t y, x;
};
// By PathDirection: straight on, and 45 degrees to either side.
constexpr Step kDirections[kPathDirections][3] = {
    {{0, 1}, {1, 1}, {-1, 1}}, {{1, 0}, {1, 1}, {1, -1}}, {{1, 1}, {0, 1}, {1, 0}}, {{-1, 1}, {0, 1}, {-1, 0}}};

// In place of each pixel how far it lies above the mean of the `rows` around it in its column.
void remove_streaks(int32_t rows, FloatImage* image) {
  const FloatImage from = *image;
  const int32_t half = rows / 2;
  std::vector<double> sums(static_cast<size_t>(from.width));
  const auto add_row = [&](int32_t y, double sign) {
    const float* row = from.row(mirror_doubled(y, from.height));
    for (int32_t x = 0; x < from.width; ++x)
      sums[static_cast<size_t>(x)] += sign * static_cast<double>(row[x]);
  };
  for (int32_t y = -half; y <= half; ++y)
    add_row(y, 1);
  for (int32_t y = 0; y < from.height; ++y) {
    for (int32_t x = 0; x < from.width; ++x)
      image->row(y)[x] -= static_cast<float>(sums[static_cast<size_t>(x)] / rows);
    add_row(y + half + 1, 1);
    add_row(y - half, -1);
  }
}

// Values with a frame of one pixel around them that no path enters.
class Framed {
public:
  explicit Framed(const FloatImage& image) : stride_(image.width + 2), height_(image.height) {
    values_.assign(static_cast<size_t>(stride_ * (height_ + 2)), kOutside);
    for (int32_t y = 0; y < height_; ++y)
      std::copy_n(image.row(y), image.width, row(y));
  }

  float* row(int32_t y) { return values_.data() + (y + 1) * stride_ + 1; }
  const float* row(int32_t y) const { return values_.data() + (y + 1) * stride_ + 1; }

  // Becomes `values` plus the largest of `from` one step on.
  void extend(const Framed& values, const Framed& from, const Step (&steps)[3], int32_t sign) {
    const int64_t first = sign * (steps[0].y * stride_ + steps[0].x),
                  second = sign * (steps[1].y * stride_ + steps[1].x),
                  third = sign * (steps[2].y * stride_ + steps[2].x);
    for (int32_t y = 0; y < height_; ++y) {
      const float *at = from.row(y), *value = values.row(y);
      float* to = row(y);
      for (int64_t x = 0; x < stride_ - 2; ++x)
        to[x] = value[x] + std::max(std::max(at[x + first], at[x + second]), at[x + third]);
    }
  }

private:
  int64_t stride_;
  int32_t height_;
  std::vector<float> values_;
};

// Largest sum over paths that begin at each pixel and take `half_length` steps.
Framed best_sums(const Framed& values, int32_t half_length, const Step (&steps)[3], int32_t sign) {
  Framed sums = values, next = values;
  for (int32_t i = 0; i < half_length; ++i) {
    next.extend(values, sums, steps, sign);
    std::swap(sums, next);
  }
  return sums;
}

} // namespace

Status local_darkness(const FloatImage& gray, int32_t rows, int32_t edge, FloatImage* out) {
  FloatImage light = gray, around;
  for (float& value : light.pixels)
    value = std::log(std::max(value, 0.0f) + kDark);
  remove_streaks(rows, &light);
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(light, kSmooth * rows, &around));
  FloatImage squares = light;
  for (size_t i = 0; i < light.pixels.size(); ++i) {
    light.pixels[i] -= around.pixels[i];
    squares.pixels[i] = light.pixels[i] * light.pixels[i];
  }
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(squares, kAround * rows, &around));
  for (size_t i = 0; i < light.pixels.size(); ++i)
    light.pixels[i] /= -(std::sqrt(std::max(around.pixels[i], 0.0f)) + kCalm);
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(light, kFine, out));
  for (int32_t y = 0; y < out->height; ++y)
    for (int32_t x = 0; x < out->width; ++x)
      if (std::min({y, x, out->height - 1 - y, out->width - 1 - x}) < edge)
        out->row(y)[x] = 0;
  return {};
}

Status path_means(const FloatImage& values, int32_t half_length, PathMeans* out) {
  const Framed framed(values);
  const float length = static_cast<float>(2 * half_length + 1);
  for (size_t direction = 0; direction < kPathDirections; ++direction) {
    const auto& steps = kDirections[direction];
    const Framed ahead = best_sums(framed, half_length, steps, 1), behind = best_sums(framed, half_length, steps, -1);
    FloatImage& means = (*out)[direction];
    PINHOLE_RETURN_IF_ERROR(make_image(values.width, values.height, 1, &means));
    for (int32_t y = 0; y < values.height; ++y)
      for (int32_t x = 0; x < values.width; ++x)
        means.row(y)[x] = (ahead.row(y)[x] + behind.row(y)[x] - values.row(y)[x]) / length;
  }
  return {};
}

} // namespace pinhole
