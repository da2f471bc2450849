// SPDX-License-Identifier: Apache-2.0
#include "anomaly/gain_fit.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kRounds = 5;
constexpr double kLeastScale = 1e-4; // of the 0..1 range: below it all residuals are alike
constexpr float kLeastVariance = 1e-7f;
constexpr double kUsualGain = 0.2; // by which gains differ from 1, where a mask leaves too little to tell
constexpr int32_t kBins = 2048;
constexpr float kBinsPerUnit = 2048;

// What is seen where the light is even; without levels, as it is.
struct Evened {
  const View& picture;
  IgnoredCells ignored;
  const float* light = nullptr; // of each pixel
  float black = 0;
};

constexpr int32_t kRun = 96;  // values that are worked on at a time
constexpr int32_t kLanes = 8; // sums that run side by side, for SIMD

// The seen and expected values of some pixels, channel by channel, side by side, and what each weighs: 0 or 1; null
// where all weigh 1.
struct Run {
  const float *seen, *expected, *weight;
  int32_t count;
};

void even_out(const Evened& evened, const float* light, int32_t pixels, int32_t channels, const float* seen,
              float* even) {
  if (channels == 1)
    for (int32_t i = 0; i < pixels; ++i)
      even[i] = evened.black + (seen[i] - evened.black) / light[i];
  else
    for (int32_t i = 0; i < pixels * channels; ++i)
      even[i] = evened.black + (seen[i] - evened.black) / light[i / channels];
}

// Null where all values of the row weigh 1.
const float* weigh(const IgnoredCells& ignored, int32_t y, int32_t x, int32_t count, int32_t channels, float* memory) {
  const uint8_t* row = ignored.at_row(y);
  for (int32_t i = 0; row && i < count; ++i)
    memory[i] = weight_at(row, x + i / channels);
  return row ? memory : nullptr;
}

// Copies pixels unless they lie side by side already.
const float* gather(const View& view, int32_t y, int32_t x, int32_t pixels, float* memory) {
  const float* from = view.row<float>(0, y) + x * view.pixel_stride;
  if (view.pixel_stride == view.desc.c)
    return from;
  for (int32_t i = 0; i < pixels; ++i)
    for (int32_t c = 0; c < view.desc.c; ++c)
      memory[i * view.desc.c + c] = from[i * view.pixel_stride + c];
  return memory;
}

// Calls body(run) until all values were there, each once.
template <class Body> void for_each_run(const Evened& evened, const View& reconstruction, Body body) {
  const Desc& desc = reconstruction.desc;
  const int32_t pixels = kRun / desc.c;
  float seen[kRun] = {}, even[kRun] = {}, expected[kRun] = {}, weight[kRun] = {};
  for (int32_t y = 0; y < desc.h; ++y)
    for (int32_t x = 0; x < desc.w; x += pixels) {
      const int32_t some = min_of(pixels, desc.w - x);
      Run run = {gather(evened.picture, y, x, some, seen), gather(reconstruction, y, x, some, expected),
                 weigh(evened.ignored, y, x, some * desc.c, desc.c, weight), some * desc.c};
      if (evened.light) {
        even_out(evened, evened.light + int64_t{y} * desc.w + x, some, desc.c, run.seen, even);
        run.seen = even;
      }
      body(run);
    }
}

float residual(const GainFit& fit, float seen, float expected) {
  return seen - fit.gain * expected - fit.offset;
}

// 1.4826 times the median size of the residuals, by a histogram.
double majority_scale(const GainFit& fit, const Evened& picture, const View& reconstruction) {
  uint32_t bins[kBins] = {0};
  int64_t counting = 0;
  for_each_run(picture, reconstruction, [&](const Run& run) {
    int32_t bin[kRun];
    for (int32_t i = 0; i < run.count; ++i)
      bin[i] = static_cast<int32_t>(
          min_of(kBins - 1.0f, std::fabs(residual(fit, run.seen[i], run.expected[i])) * kBinsPerUnit)); // a NaN's too
    for (int32_t i = 0; i < run.count; ++i)
      bins[bin[i]] += !run.weight || run.weight[i] > 0;
    for (int32_t i = 0; i < run.count; ++i)
      counting += !run.weight || run.weight[i] > 0;
  });
  const double half = static_cast<double>(counting) / 2;
  int32_t bin = 0;
  for (double below = bins[0]; below < half && bin + 1 < kBins;)
    below += bins[++bin];
  return max_of(1.4826 * (bin + 0.5) / static_cast<double>(kBinsPerUnit), kLeastScale);
}

// Weighted sums of a least-squares line, with Cauchy weights of this width.
struct Line {
  double w = 0, x = 0, y = 0, xx = 0, xy = 0;
  bool masked = false;

  void add(const Run& run, const GainFit& fit, float width) {
    const float per_width = 1 / width;
    float weight[kRun];
    for (int32_t i = 0; i < run.count; ++i) {
      const float size = per_width * residual(fit, run.seen[i], run.expected[i]);
      weight[i] = 1 / (1 + size * size);
    }
    for (int32_t i = 0; run.weight && i < run.count; ++i)
      weight[i] *= run.weight[i];
    masked = masked || run.weight;
    float lane_w[kLanes] = {}, lane_x[kLanes] = {}, lane_y[kLanes] = {}, lane_xx[kLanes] = {}, lane_xy[kLanes] = {};
    const auto add_to = [&](int32_t lane, int32_t i) {
      const float weighted = weight[i] * run.expected[i];
      lane_w[lane] += weight[i];
      lane_x[lane] += weighted;
      lane_y[lane] += weight[i] * run.seen[i];
      lane_xx[lane] += weighted * run.expected[i];
      lane_xy[lane] += weighted * run.seen[i];
    };
    int32_t i = 0;
    for (; i + kLanes <= run.count; i += kLanes)
      for (int32_t lane = 0; lane < kLanes; ++lane)
        add_to(lane, i + lane);
    for (; i < run.count; ++i)
      add_to(0, i);
    for (int32_t lane = 0; lane < kLanes; ++lane) {
      w += double{lane_w[lane]};
      x += double{lane_x[lane]};
      y += double{lane_y[lane]};
      xx += double{lane_xx[lane]};
      xy += double{lane_xy[lane]};
    }
  }

  // What a mask leaves may be flat: noise must not make its gain. `scale`: deviation of what the fit before leaves.
  void solve(double scale, GainFit* fit) const {
    if (w == 0) // all is ignored
      return;
    const double deviation = scale / kUsualGain, prior = masked ? deviation * deviation / w : 0;
    const double mean_x = x / w, mean_y = y / w, variance = xx / w - mean_x * mean_x + prior;
    const double gain =
        variance > static_cast<double>(kLeastVariance) ? (xy / w - mean_x * mean_y + prior) / variance : 1;
    fit->gain = static_cast<float>(gain);
    fit->offset = static_cast<float>(mean_y - gain * mean_x);
  }
};

GainFit reweighted(const GainFit& fit, const Evened& picture, const View& reconstruction) {
  const double scale = majority_scale(fit, picture, reconstruction);
  const auto width = static_cast<float>(kCauchy * scale);
  Line line;
  for_each_run(picture, reconstruction, [&](const Run& run) { line.add(run, fit, width); });
  GainFit better = fit;
  line.solve(scale, &better);
  return better;
}

} // namespace

GainFit fit_gain(const View& picture, const View& reconstruction, const IgnoredCells& ignored) {
  const Evened as_seen = {picture, ignored};
  GainFit fit;
  for (int32_t round = 0; round < kRounds; ++round)
    fit = reweighted(fit, as_seen, reconstruction);
  fit.scale = static_cast<float>(majority_scale(fit, as_seen, reconstruction));
  return fit;
}

GainFit refine_gain(const GainFit& fit, const View& picture, const View& reconstruction, float black,
                    const float* light, const IgnoredCells& ignored) {
  const Evened even = {picture, ignored, light, black};
  GainFit better = reweighted(fit, even, reconstruction);
  better.scale = static_cast<float>(majority_scale(better, even, reconstruction));
  return better;
}

} // namespace pinhole
