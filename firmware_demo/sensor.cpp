// SPDX-License-Identifier: Apache-2.0
#include "sensor.h"

#include "base/philox.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

uint8_t to_level(float value) {
  return static_cast<uint8_t>(std::lrint(std::clamp(value, 0.0f, 255.0f)));
}

} // namespace

void expose(const pinhole::FloatImage& clean, const SensorNoise& noise, uint64_t seed, int64_t index,
            pinhole_frame* frame) {
  const int32_t values = clean.width * clean.channels;
  const auto noisy = [&](float value, float normal) {
    return to_level(value + 255 * std::sqrt(noise.a * value / 255 + noise.b) * normal);
  };
  for (int32_t y = 0; y < clean.height; ++y) {
    const float* from = clean.row(y);
    auto* to = static_cast<uint8_t*>(frame->plane[0]) + static_cast<size_t>(y) * frame->pitch[0];
    for (int32_t i = 0; i < values; i += 4) {
      const auto counter = static_cast<uint64_t>(int64_t{y} * values + i);
      const pinhole::RandomWords words = pinhole::philox(seed, counter, static_cast<uint64_t>(index));
      float normal[4];
      pinhole::normal_pair(words.word[0], words.word[1], &normal[0], &normal[1]);
      pinhole::normal_pair(words.word[2], words.word[3], &normal[2], &normal[3]);
      for (int32_t k = 0; k < 4 && i + k < values; ++k)
        to[i + k] = noisy(from[i + k], normal[k]);
    }
  }
}

} // namespace demo
