// SPDX-License-Identifier: Apache-2.0
#include "anomaly/kl_law.h"

#include "base/exact_math.h"

#include <cmath>

namespace pinhole {
namespace {

// In a still scene the divergence hardly varies: this share of it counts as usual all the same.
constexpr float kLeastShare = 0.01f;

} // namespace

float kl_divergence(const View& mean, const View& log_variance) {
  double sum = 0;
  for (int32_t y = 0; y < mean.desc.h; ++y)
    for (int32_t x = 0; x < mean.desc.w; ++x)
      for (int32_t c = 0; c < mean.desc.c; ++c) {
        const float m = mean.row<float>(0, y)[x * mean.pixel_stride + c];
        const float l = log_variance.row<float>(0, y)[x * log_variance.pixel_stride + c];
        sum += static_cast<double>(exact_exp(l) + m * m - 1 - l);
      }
  return static_cast<float>(0.5 * sum);
}

void learn_kl(float divergence, KlLaw* law) {
  ++law->frames;
  const float before = divergence - law->mean;
  law->mean += before / static_cast<float>(law->frames);
  law->square += before * (divergence - law->mean);
}

float kl_rise(float divergence, const KlLaw& law) {
  const float least = kLeastShare * law.mean;
  const float variance = law.frames > 0 ? law.square / static_cast<float>(law.frames) + least * least : 0;
  if (!(variance > 0))
    return 0;
  const float rise = (divergence - law.mean) / std::sqrt(variance);
  return rise > 0 ? rise : 0;
}

} // namespace pinhole
