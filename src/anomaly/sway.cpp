// SPDX-License-Identifier: Apache-2.0
// The image registration of Lucas and Kanade (1981) for the whole picture: what a shift by a pixel changes is, for
// small ones, the slope of the picture, so the shift follows from a least-squares fit of the residual by the slopes.
// Pixels that no sway explains, an intruder's, hardly count.
#include "anomaly/sway.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostRounds = 4;
constexpr float kSettled = 0.02f; // pixels; a smaller step is the last one
constexpr float kCauchy = 2.385f;
constexpr float kUsual = 0.5f;   // pixels; where there is little to see, a larger sway is not believed
constexpr float kBeyond = 0.25f; // pixels outside of what is known that are still taken for its border
constexpr float kEdgeError =
    0.5f; // of the slope, for each pixel of sway: cubic interpolation of a sharp edge, and as much again
constexpr float kLeastGain = 1e-3f;

// Weights of four samples for a place that lies `t` (0..1) behind the second (Catmull and Rom 1974).
struct Cubic {
  float weight[4];
  explicit Cubic(float t)
      : weight{t * (t * (1 - 0.5f * t) - 0.5f), t * t * (1.5f * t - 2.5f) + 1, t * (t * (2 - 1.5f * t) + 0.5f),
               t * t * (0.5f * t - 0.5f)} {}
};

// Where the samples for a place begin, and their weights, on a line that has swayed.
struct Line {
  int32_t first; // sample of place 0; beyond the line's ends they are those at its ends
  Cubic cubic;
  explicit Line(float sway) : first(static_cast<int32_t>(std::floor(-sway)) - 1), cubic(-sway - std::floor(-sway)) {}
  static int32_t within(int32_t at, int32_t size) { return max_of(0, min_of(at, size - 1)); }
};

void lay_row(const View& expected, const Line& along, const Line& across, int32_t y, int32_t channel, float* to,
             int64_t stride) {
  const Desc& desc = expected.desc;
  const float* rows[4];
  for (int32_t i = 0; i < 4; ++i)
    rows[i] = expected.row<float>(0, Line::within(y + along.first + i, desc.h)) + channel;
  const auto column = [&](int32_t x) {
    const int64_t at = Line::within(x, desc.w) * expected.pixel_stride;
    float sum = 0;
    for (int32_t i = 0; i < 4; ++i)
      sum += along.cubic.weight[i] * rows[i][at];
    return sum;
  };
  const float* weight = across.cubic.weight;
  float a = column(across.first), b = column(across.first + 1), c = column(across.first + 2);
  for (int32_t x = 0; x < desc.w; ++x) {
    const float d = column(x + across.first + 3);
    to[x * stride] = weight[0] * a + weight[1] * b + weight[2] * c + weight[3] * d;
    a = b, b = c, c = d;
  }
}

void lay(const View& expected, const Sway& sway, const View& swayed) {
  const Line along(sway.down), across(sway.right);
  for (int32_t y = 0; y < expected.desc.h; ++y)
    for (int32_t channel = 0; channel < expected.desc.c; ++channel)
      lay_row(expected, along, across, y, channel, swayed.row<float>(0, y) + channel, swayed.pixel_stride);
}

// Of residual ~ -(right * slope_x + down * slope_y).
struct NormalEquations {
  double xx = 0, xy = 0, yy = 0, xr = 0, yr = 0;

  void add_row(const GainFit& fit, const View& seen, const View& swayed, int32_t y, int32_t channel) {
    const float *here = swayed.row<float>(0, y) + channel, *above = swayed.row<float>(0, y - 1) + channel,
                *below = swayed.row<float>(0, y + 1) + channel, *look = seen.row<float>(0, y) + channel;
    const float per_width = 1 / (kCauchy * fit.scale), half_gain = fit.gain / 2;
    float row_xx = 0, row_xy = 0, row_yy = 0, row_xr = 0, row_yr = 0;
    for (int32_t x = 1; x < swayed.desc.w - 1; ++x) {
      const int64_t at = x * swayed.pixel_stride;
      const float slope_x = half_gain * (here[at + swayed.pixel_stride] - here[at - swayed.pixel_stride]);
      const float slope_y = half_gain * (below[at] - above[at]);
      const float residual = look[x * seen.pixel_stride] - fit.gain * here[at] - fit.offset;
      const float explained = kMostSway * (std::fabs(slope_x) + std::fabs(slope_y));
      const float size = per_width * max_of(0.0f, std::fabs(residual) - explained), weight = 1 / (1 + size * size);
      row_xx += weight * slope_x * slope_x;
      row_xy += weight * slope_x * slope_y;
      row_yy += weight * slope_y * slope_y;
      row_xr += weight * slope_x * residual;
      row_yr += weight * slope_y * residual;
    }
    xx += double{row_xx};
    xy += double{row_xy};
    yy += double{row_yy};
    xr += double{row_xr};
    yr += double{row_yr};
  }

  // `prior` is added to the squares, as if so much had been seen of no sway.
  Sway solve(double prior) const {
    const double x = xx + prior, y = yy + prior, determinant = x * y - xy * xy;
    if (!(determinant > 0))
      return {};
    return {static_cast<float>((yr * xy - xr * y) / determinant), static_cast<float>((xr * xy - yr * x) / determinant)};
  }
};

Sway find_step(const GainFit& fit, const View& seen, const View& swayed) {
  NormalEquations equations;
  for (int32_t y = 1; y < swayed.desc.h - 1; ++y)
    for (int32_t channel = 0; channel < swayed.desc.c; ++channel)
      equations.add_row(fit, seen, swayed, y, channel);
  const double deviation = double{fit.scale} / kUsual;
  return equations.solve(deviation * deviation);
}

float bounded(float sway) {
  return min_of(max_of(sway, -kMostSway), kMostSway);
}

// Whether what a place of a line shows lay outside of it before.
bool is_new(int32_t at, float sway, int32_t size) {
  const float from = static_cast<float>(at) - sway;
  return from < -kBeyond || from > static_cast<float>(size - 1) + kBeyond;
}

void expect_as_seen(const GainFit& fit, const View& seen, const Sway& sway, const View& swayed) {
  for (int32_t y = 0; y < seen.desc.h; ++y)
    for (int32_t x = 0; x < seen.desc.w; ++x) {
      if (!is_new(y, sway.down, seen.desc.h) && !is_new(x, sway.right, seen.desc.w))
        continue;
      const float* look = seen.row<float>(0, y) + x * seen.pixel_stride;
      float* to = swayed.row<float>(0, y) + x * swayed.pixel_stride;
      for (int32_t channel = 0; channel < seen.desc.c; ++channel)
        to[channel] = (look[channel] - fit.offset) / fit.gain;
    }
}

} // namespace

Sway follow_sway(const GainFit& fit, const View& seen, const View& expected, const View& swayed) {
  Sway sway;
  lay(expected, sway, swayed);
  if (!std::isfinite(fit.offset) || !(std::fabs(fit.gain) > kLeastGain && std::fabs(fit.gain) < 1 / kLeastGain))
    return sway;
  for (int32_t round = 0; round < kMostRounds; ++round) {
    const Sway step = find_step(fit, seen, swayed);
    if (!std::isfinite(step.right) || !std::isfinite(step.down))
      break;
    sway = {bounded(sway.right + step.right), bounded(sway.down + step.down)};
    lay(expected, sway, swayed);
    if (max_of(std::fabs(step.right), std::fabs(step.down)) < kSettled)
      break;
  }
  expect_as_seen(fit, seen, sway, swayed);
  return sway;
}

float sway_error(const Sway& sway, const GainFit& fit, const View& swayed, const Window& window) {
  // Half a pixel is as far as any place can be from the pixels that are known.
  const float across = min_of(std::fabs(sway.right), 0.5f), along = min_of(std::fabs(sway.down), 0.5f);
  const Desc& desc = swayed.desc;
  float square = 0;
  for (int32_t y = window.top; y < window.bottom; ++y) {
    const float *here = swayed.row<float>(0, y), *above = swayed.row<float>(0, max_of(y - 1, 0)),
                *below = swayed.row<float>(0, min_of(y + 1, desc.h - 1));
    for (int32_t x = window.left; x < window.right; ++x) {
      const int64_t at = x * swayed.pixel_stride, left = max_of(x - 1, 0) * swayed.pixel_stride,
                    right = min_of(x + 1, desc.w - 1) * swayed.pixel_stride;
      for (int32_t c = 0; c < desc.c; ++c) {
        const float error =
            across * std::fabs(here[right + c] - here[left + c]) + along * std::fabs(below[at + c] - above[at + c]);
        square += error * error;
      }
    }
  }
  const auto values = static_cast<float>(desc.c * (window.bottom - window.top) * (window.right - window.left));
  return kEdgeError * std::fabs(fit.gain) * std::sqrt(square / values);
}

} // namespace pinhole
