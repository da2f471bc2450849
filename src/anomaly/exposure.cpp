// SPDX-License-Identifier: Apache-2.0
#include "anomaly/exposure.h"

#include "base/checked.h"

namespace pinhole {
namespace {

constexpr int32_t kBins = 1024;
constexpr float kLeastSpread = 4.0f / 255;

float brightness(const View& view, int32_t y, int32_t x) {
  const float* pixel = view.row<float>(0, y) + x * view.pixel_stride;
  float sum = 0;
  for (int32_t c = 0; c < view.desc.c; ++c)
    sum += pixel[c];
  return sum / static_cast<float>(view.desc.c);
}

// Where `share` of the pixels lie below, linear inside a bin.
float quantile(const uint32_t* bins, int64_t pixels, double share) {
  const double wanted = share * static_cast<double>(pixels);
  double below = 0;
  for (int32_t bin = 0; bin < kBins; ++bin) {
    const double inside = bins[bin];
    if (below + inside >= wanted && inside > 0)
      return static_cast<float>((bin + (wanted - below) / inside) / kBins);
    below += inside;
  }
  return 1;
}

} // namespace

Exposure measure_exposure(const View& view) {
  uint32_t bins[kBins] = {0};
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x) {
      const float value = brightness(view, y, x);
      const float bin = value > 0 ? value * kBins : 0; // a NaN falls into bin 0
      ++bins[bin < kBins ? static_cast<int32_t>(bin) : kBins - 1];
    }
  const int64_t pixels = view.desc.pixels();
  return {quantile(bins, pixels, 0.5), quantile(bins, pixels, 0.75) - quantile(bins, pixels, 0.25)};
}

Levels normalise_exposure(const Exposure& exposure, const View& view) {
  const float gain = 0.25f / max_of(exposure.spread, kLeastSpread);
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c) {
        float* value = &view.row<float>(0, y)[x * view.pixel_stride + c];
        *value = (*value - exposure.median) * gain + 0.5f;
      }
  return {0.5f - exposure.median * gain, 0.5f + (1 - exposure.median) * gain};
}

} // namespace pinhole
