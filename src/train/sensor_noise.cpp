// SPDX-License-Identifier: Apache-2.0
#include "train/sensor_noise.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Standard normal numbers for the four values of a row from `place` * 4 on.
void four_normals(const NoiseKey& key, uint64_t place, float* normals) {
  const RandomWords words = value_words(key, place);
  normal_pair(words.word[0], words.word[1], &normals[0], &normals[1]);
  normal_pair(words.word[2], words.word[3], &normals[2], &normals[3]);
}

} // namespace

float draw(const Interval& interval, const NoiseKey& key, uint32_t which) {
  const RandomStream stream =
      key.validation ? RandomStream::validation_parameters : RandomStream::corruption_parameters;
  const float u = uniform_from(random_words(key.seed, stream, key.step, key.item, which / 4).word[which % 4]);
  return mul_then_add(u, interval.high - interval.low, interval.low);
}

double add_noise(float a, float b, const NoiseKey& key, const View& image) {
  const int32_t row_values = image.desc.w * image.desc.c;
  const uint64_t places_per_row = static_cast<uint64_t>(ceil_div(row_values, 4));
  double sum = 0;
  for (int32_t y = 0; y < image.desc.h; ++y) {
    float* row = image.row<float>(0, y);
    float normals[4] = {0};
    for (int32_t i = 0; i < row_values; ++i) {
      if (i % 4 == 0)
        four_normals(key, static_cast<uint64_t>(y) * places_per_row + static_cast<uint64_t>(i / 4), normals);
      float* value = row + (i / image.desc.c) * image.pixel_stride + i % image.desc.c;
      const float variance = mul_then_add(a, *value > 0 ? *value : 0, b);
      *value += std::sqrt(variance) * normals[i % 4];
      sum += static_cast<double>(variance);
    }
  }
  return sum;
}

} // namespace pinhole
