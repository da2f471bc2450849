// SPDX-License-Identifier: Apache-2.0
#include "noise.h"

#include "train/host_corruption.h"

namespace pinhole::tool {
namespace {

void scale(FloatImage* image, float factor) {
  for (float& value : image->pixels)
    value *= factor;
}

View view_of(FloatImage* image) {
  return dense_view({1, image->height, image->width, image->channels, DType::f32}, image->pixels.data());
}

} // namespace

Status add_noise(const Corruption& corruption, uint64_t seed, uint32_t item, Image* clean, FloatImage* noisy) {
  *noisy = to_float(*clean);
  scale(noisy, 1.0f / 255);
  FloatImage target = *noisy;
  NoiseKey key;
  key.seed = seed;
  key.item = item;
  key.validation = true;
  float level = 0;
  WeightedCorruption entry;
  entry.corruption = corruption;
  PINHOLE_RETURN_IF_ERROR(apply_corruption(entry, key, view_of(noisy), view_of(&target), &level));
  scale(noisy, 255);
  scale(&target, 255);
  *clean = to_bytes(target);
  return {};
}

} // namespace pinhole::tool
