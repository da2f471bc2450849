// SPDX-License-Identifier: Apache-2.0
#include "anomaly/gain_fit.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kRounds = 5;
constexpr double kCauchy = 2.385;    // 95 % efficient on normal residuals
constexpr double kLeastScale = 1e-4; // of the 0..1 range: below it all residuals are alike
constexpr float kLeastVariance = 1e-7f;
constexpr int32_t kBins = 2048;
constexpr float kBinsPerUnit = 2048;

// What is seen where the light is even; without levels, as it is.
struct Evened {
  const View& picture;
  const float* light = nullptr; // of each pixel
  float black = 0;
};

// Calls body(seen, expected).
template <class Body> void for_each_value(const Evened& evened, const View& reconstruction, Body body) {
  const Desc& desc = reconstruction.desc;
  for (int32_t y = 0; y < desc.h; ++y) {
    const float *seen = evened.picture.row<float>(0, y), *expected = reconstruction.row<float>(0, y);
    const float* light = evened.light ? evened.light + y * desc.w : nullptr;
    for (int32_t x = 0; x < desc.w; ++x) {
      for (int32_t c = 0; c < desc.c; ++c)
        body(light ? evened.black + (seen[c] - evened.black) / light[x] : seen[c], expected[c]);
      seen += evened.picture.pixel_stride;
      expected += reconstruction.pixel_stride;
    }
  }
}

float residual(const GainFit& fit, float seen, float expected) {
  return seen - fit.gain * expected - fit.offset;
}

// 1.4826 times the median size of the residuals, by a histogram.
double majority_scale(const GainFit& fit, const Evened& picture, const View& reconstruction) {
  uint32_t bins[kBins] = {0};
  for_each_value(picture, reconstruction, [&](float seen, float expected) {
    const float bin = std::fabs(residual(fit, seen, expected)) * kBinsPerUnit;
    ++bins[bin < kBins - 1 ? static_cast<int32_t>(bin) : kBins - 1];
  });
  const double half = static_cast<double>(reconstruction.desc.elements()) / 2;
  int32_t bin = 0;
  for (double below = bins[0]; below < half && bin + 1 < kBins;)
    below += bins[++bin];
  return max_of(1.4826 * (bin + 0.5) / static_cast<double>(kBinsPerUnit), kLeastScale);
}

// Weighted sums of a least-squares line.
struct Line {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0;
  void add(double weight, double expected, double seen) {
    w += weight;
    x += weight * expected;
    y += weight * seen;
    xx += weight * expected * expected;
    xy += weight * expected * seen;
  }
  void solve(GainFit* fit) const {
    const double mean_x = x / w, mean_y = y / w, variance = xx / w - mean_x * mean_x;
    const double gain = variance > static_cast<double>(kLeastVariance) ? (xy / w - mean_x * mean_y) / variance : 1;
    fit->gain = static_cast<float>(gain);
    fit->offset = static_cast<float>(mean_y - gain * mean_x);
  }
};

GainFit reweighted(const GainFit& fit, const Evened& picture, const View& reconstruction) {
  const double width = kCauchy * majority_scale(fit, picture, reconstruction);
  Line line;
  for_each_value(picture, reconstruction, [&](float seen, float expected) {
    const double size = static_cast<double>(residual(fit, seen, expected)) / width;
    line.add(1 / (1 + size * size), static_cast<double>(expected), static_cast<double>(seen));
  });
  GainFit better = fit;
  line.solve(&better);
  return better;
}

} // namespace

GainFit fit_gain(const View& picture, const View& reconstruction) {
  const Evened as_seen = {picture};
  GainFit fit;
  for (int32_t round = 0; round < kRounds; ++round)
    fit = reweighted(fit, as_seen, reconstruction);
  fit.scale = static_cast<float>(majority_scale(fit, as_seen, reconstruction));
  return fit;
}

GainFit refine_gain(const GainFit& fit, const View& picture, const View& reconstruction, float black,
                    const float* light) {
  const Evened even = {picture, light, black};
  GainFit better = reweighted(fit, even, reconstruction);
  better.scale = static_cast<float>(majority_scale(better, even, reconstruction));
  return better;
}

float residual_at(const GainFit& fit, const View& picture, const View& reconstruction, int32_t y, int32_t x) {
  const float* seen = picture.row<float>(0, y) + x * picture.pixel_stride;
  const float* expected = reconstruction.row<float>(0, y) + x * reconstruction.pixel_stride;
  float sum = 0;
  for (int32_t c = 0; c < picture.desc.c; ++c) {
    const float r = residual(fit, seen[c], expected[c]);
    sum += r * r;
  }
  return std::sqrt(sum / static_cast<float>(picture.desc.c));
}

} // namespace pinhole
