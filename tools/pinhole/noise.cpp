// SPDX-License-Identifier: Apache-2.0
#include "noise.h"

#include "train/host_corruption.h"

namespace pinhole::tool {
namespace {

void scale(FloatImage* image, float factor) {
  for (float& value : image->pixels)
    value *= factor;
}

} // namespace

Status add_noise(const Image& clean, const Corruption& corruption, uint64_t seed, uint32_t item, FloatImage* noisy) {
  *noisy = to_float(clean);
  scale(noisy, 1.0f / 255);
  NoiseKey key;
  key.seed = seed;
  key.item = item;
  key.validation = true;
  View view = dense_view({1, noisy->height, noisy->width, noisy->channels, DType::f32}, noisy->pixels.data());
  float level = 0;
  WeightedCorruption entry;
  entry.corruption = corruption;
  PINHOLE_RETURN_IF_ERROR(apply_corruption(entry, key, view, &level));
  scale(noisy, 255);
  return {};
}

} // namespace pinhole::tool
