// SPDX-License-Identifier: Apache-2.0
#include "scene.h"

#include "backdrop.h"
#include "intruder.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr int kSamples = 4;                  // per pixel and direction
constexpr float kBlurPixels = 1.4f;          // side of the square that a pixel sees through the lens and its filter
constexpr double kLightPeriod = 1800;        // frames, so a minute
constexpr double kCloudSpeed = 0.25;         // pixels per frame
constexpr int64_t kIntruderPeriod = 450;     // frames between two visits
constexpr float kIntruderPixelsPerFrame = 1; // so a visit lasts about 11 seconds

// The sun's strength, and the shade of a cloud that passes over the yard.
float light_at(int32_t x, int64_t index) {
  const double turn = 6.283185307179586, time = static_cast<double>(index);
  const double sun = 0.9 + 0.1 * std::sin(turn * time / kLightPeriod);
  return static_cast<float>(sun * (1 + 0.1 * std::sin(turn * (x - kCloudSpeed * time) / 500)));
}

template <class Sample> Color average(int32_t x, int32_t y, const Sample& sample) {
  const auto offset = [](int i) { return 0.5f + kBlurPixels * ((static_cast<float>(i) + 0.5f) / kSamples - 0.5f); };
  Color sum = {0, 0, 0};
  for (int j = 0; j < kSamples; ++j)
    for (int i = 0; i < kSamples; ++i) {
      const Color c = sample(static_cast<float>(x) + offset(i), static_cast<float>(y) + offset(j));
      sum = {sum.r + c.r, sum.g + c.g, sum.b + c.b};
    }
  return sum * (1.0f / (kSamples * kSamples));
}

void put(Color color, float* pixel) {
  pixel[0] = color.r;
  pixel[1] = color.g;
  pixel[2] = color.b;
}

} // namespace

Scene::Scene(int32_t width, int32_t height, uint64_t seed) : salt_(static_cast<uint32_t>(seed * 1000 + 1)) {
  reflectance_.width = width;
  reflectance_.height = height;
  reflectance_.channels = 3;
  reflectance_.pixels.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      put(average(x, y, [&](float u, float v) { return backdrop(u, v, salt_); }), reflectance_.row(y) + 3 * x);
}

void Scene::add_intruder(int64_t index, pinhole::FloatImage* frame) const {
  const int64_t moment = index % kIntruderPeriod;
  const Walker walker = {static_cast<float>(moment) * kIntruderPixelsPerFrame - kWalkerWidth / 2, 142.0f,
                         static_cast<float>(moment) * 0.2f};
  const int32_t first = std::max(0, static_cast<int32_t>(walker.x - kWalkerWidth / 2));
  const int32_t last = std::min(frame->width - 1, static_cast<int32_t>(walker.x + kWalkerWidth / 2));
  const int32_t top = static_cast<int32_t>(walker.y), bottom = std::min(frame->height, top + kWalkerHeight);
  for (int32_t y = top; y < bottom; ++y)
    for (int32_t x = first; x <= last; ++x) {
      float* pixel = frame->row(y) + 3 * x;
      const Color behind = {pixel[0], pixel[1], pixel[2]};
      put(average(x, y,
                  [&](float u, float v) {
                    Color color = behind;
                    paint_walker(walker, u, v, salt_, &color);
                    return color;
                  }),
          pixel);
    }
}

void Scene::draw(int64_t index, pinhole::FloatImage* frame) const {
  *frame = reflectance_;
  add_intruder(index, frame);
  for (int32_t y = 0; y < frame->height; ++y) {
    float* row = frame->row(y);
    for (int32_t x = 0; x < frame->width; ++x) {
      const float light = 255 * light_at(x, index);
      for (int32_t c = 0; c < 3; ++c)
        row[3 * x + c] = std::min(row[3 * x + c] * light, 255.0f);
    }
  }
}

} // namespace demo
