// SPDX-License-Identifier: Apache-2.0
#include "sensor.h"

#include "base/philox.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr size_t kNormals = size_t{1} << 20;
constexpr float kWarmPixels = 150; // from the upper left corner, where the electronics are

float heat_at(int32_t x, int32_t y) {
  const float u = static_cast<float>(x) / kWarmPixels, v = static_cast<float>(y) / kWarmPixels;
  return 1 / (1 + (u * u + v * v) * (u * u + v * v));
}

} // namespace

Sensor::Sensor(const SensorNoise& noise, uint64_t seed) : seed_(seed), normals_(kNormals) {
  for (size_t i = 0; i < kNormals; i += 4) {
    const pinhole::RandomWords words = pinhole::philox(seed, i, 0);
    pinhole::normal_pair(words.word[0], words.word[1], &normals_[i], &normals_[i + 1]);
    pinhole::normal_pair(words.word[2], words.word[3], &normals_[i + 2], &normals_[i + 3]);
  }
  for (size_t i = 0; i < deviation_.size(); ++i)
    deviation_[i] = 255 * std::sqrt(noise.a * static_cast<float>(i) / 255 + noise.b);
}

void Sensor::expose(const pinhole::FloatImage& clean, const Moment& moment, pinhole_frame* frame) const {
  const int32_t values = clean.width * clean.channels;
  const auto places = static_cast<uint32_t>(kNormals - static_cast<size_t>(values));
  for (int32_t y = 0; y < clean.height; ++y) {
    const float* from = clean.row(y);
    auto* to = static_cast<uint8_t*>(frame->plane[0]) + static_cast<size_t>(y) * frame->pitch[0];
    const pinhole::RandomWords words =
        pinhole::philox(seed_, static_cast<uint64_t>(y), static_cast<uint64_t>(moment.exposure) + 1);
    const float* normal = &normals_[pinhole::index_from(words.word[0], places)];
    for (int32_t i = 0; i < values; ++i) {
      const float value = std::min(std::max(from[i], 0.0f), 255.0f);
      const float warm = moment.warmth > 0 ? 1 + moment.warmth * heat_at(i / clean.channels, y) : 1;
      const float level = value + warm * deviation_[static_cast<size_t>(value)] * normal[i] + 0.5f;
      to[i] = static_cast<uint8_t>(std::min(std::max(level, 0.0f), 255.0f));
    }
  }
}

} // namespace demo
