// SPDX-License-Identifier: Apache-2.0
// The image registration of Lucas and Kanade (1981) for the whole picture: what a shift by a pixel changes is, for
// small ones, the slope of the picture, so the shift follows from a least-squares fit of the residual by the slopes.
// Pixels that no sway explains, an intruder's, hardly count.
#include "anomaly/sway.h"

#include "anomaly/shifted_picture.h"
#include "anomaly/slopes.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostRounds = 4;
constexpr float kLeast = 0.05f;    // pixels; a first step that is smaller is none
constexpr float kSettled = 0.02f;  // a later one that is smaller is the last
constexpr float kUsual = 0.5f;     // pixels; where there is little to see, a larger sway is not believed
constexpr double kClearly = 4;     // by which the picture must be likelier (natural logarithm) with sway than without
constexpr int32_t kBorder = 2;     // pixels on each side that say nothing for or against it
constexpr float kBeyond = 0.25f;   // pixels outside of what is known that are still taken for its border
constexpr float kEdgeError = 1.0f; // of the slope, times the distance from the nearest whole pixel: three times as much
                                   // as cubic interpolation of a sharp edge is off
constexpr float kLeastGain = 1e-3f;

// Of residual ~ -(right * slope_x + down * slope_y).
struct NormalEquations {
  double xx = 0, xy = 0, yy = 0, xr = 0, yr = 0;

  void add_row(const Lit& lit, const View& seen, const View& swayed, int32_t y, int32_t channel) {
    float row_xx = 0, row_xy = 0, row_yy = 0, row_xr = 0, row_yr = 0;
    for_each_slope(lit, seen, swayed, y, channel,
                   [&](int32_t, float slope_x, float slope_y, float residual, float weight) {
                     row_xx += weight * slope_x * slope_x;
                     row_xy += weight * slope_x * slope_y;
                     row_yy += weight * slope_y * slope_y;
                     row_xr += weight * slope_x * residual;
                     row_yr += weight * slope_y * residual;
                   });
    xx += double{row_xx};
    xy += double{row_xy};
    yy += double{row_yy};
    xr += double{row_xr};
    yr += double{row_yr};
  }

  // As if `prior` had been seen of no sway at all, of which `so_far` is already followed.
  Sway solve(double prior, const Sway& so_far) const {
    const double x = xx + prior, y = yy + prior, determinant = x * y - xy * xy;
    const double right = xr + prior * so_far.right, down = yr + prior * so_far.down;
    if (!(determinant > 0))
      return {};
    return {static_cast<float>((down * xy - right * y) / determinant),
            static_cast<float>((right * xy - down * x) / determinant)};
  }
};

Sway find_step(const Lit& lit, const View& seen, const View& swayed, const Sway& so_far) {
  NormalEquations equations;
  for (int32_t y = 1; y < swayed.desc.h - 1; ++y)
    for (int32_t channel = 0; channel < swayed.desc.c; ++channel)
      equations.add_row(lit, seen, swayed, y, channel);
  const double deviation = double{lit.fit.scale} / double{kUsual};
  return equations.solve(deviation * deviation, so_far);
}

// Of what is seen, less likely the higher: negative logarithm of the Cauchy density, but for a constant.
double surprise(const Lit& lit, const View& seen, const View& expected) {
  constexpr double kLarge = 1e150;
  const float per_width = 1 / cauchy_width(lit.fit);
  double sum = 0, product = 1; // one logarithm for many pixels
  for (int32_t y = kBorder; y < seen.desc.h - kBorder; ++y) {
    const float *look = seen.row<float>(0, y), *like = expected.row<float>(0, y);
    const uint8_t* ignored = lit.light.ignored.at_row(y);
    for (int32_t x = kBorder; x < seen.desc.w - kBorder; ++x)
      for (int32_t c = 0; c < seen.desc.c; ++c) {
        const float counting = ignored ? weight_at(ignored, x) : 1;
        const float size = counting * per_width *
                           residual_of(lit, look[x * seen.pixel_stride + c], like[x * expected.pixel_stride + c],
                                       light_at(lit.light, y, x));
        product *= 1 + double{size} * double{size};
        if (product > kLarge) {
          sum += std::log(product);
          product = 1;
        }
      }
  }
  return sum + std::log(product);
}

float bounded(float sway) {
  return min_of(max_of(sway, -kMostSway), kMostSway);
}

// Whether what a place of a line shows lay outside of it before.
bool is_new(int32_t at, float sway, int32_t size) {
  const float from = static_cast<float>(at) - sway;
  return from < -kBeyond || from > static_cast<float>(size - 1) + kBeyond;
}

void expect_as_seen(const Lit& lit, const View& seen, const Sway& sway, const View& swayed) {
  for (int32_t y = 0; y < seen.desc.h; ++y)
    for (int32_t x = 0; x < seen.desc.w; ++x) {
      if (!is_new(y, sway.down, seen.desc.h) && !is_new(x, sway.right, seen.desc.w))
        continue;
      const float* look = seen.row<float>(0, y) + x * seen.pixel_stride;
      float* to = swayed.row<float>(0, y) + x * swayed.pixel_stride;
      for (int32_t channel = 0; channel < seen.desc.c; ++channel)
        to[channel] =
            ((look[channel] - lit.black) / light_at(lit.light, y, x) + lit.black - lit.fit.offset) / lit.fit.gain;
    }
}

// `expected` is laid to `swayed` by the sway that is returned.
Sway find_sway(const Lit& lit, const View& seen, const View& expected, const View& swayed) {
  Sway sway;
  for (int32_t round = 0; round < kMostRounds; ++round) {
    const Sway step = find_step(lit, seen, swayed, sway);
    const float length = max_of(std::fabs(step.right), std::fabs(step.down));
    if (!std::isfinite(step.right) || !std::isfinite(step.down) || (round == 0 && length < kLeast))
      break;
    sway = {bounded(sway.right + step.right), bounded(sway.down + step.down)};
    shift_picture(expected, sway.right, sway.down, swayed);
    if (length < kSettled)
      break;
  }
  return sway;
}

bool is_usable(const GainFit& fit) {
  const float gain = std::fabs(fit.gain);
  return std::isfinite(fit.offset) && gain > kLeastGain && gain < 1 / kLeastGain;
}

} // namespace

Sway follow_sway(const Lit& lit, const View& seen, const View& expected, const View& swayed) {
  copy_picture(expected, swayed);
  if (!is_usable(lit.fit))
    return {};
  const Sway sway = find_sway(lit, seen, expected, swayed);
  if (sway.none())
    return sway;
  if (!(surprise(lit, seen, swayed) < surprise(lit, seen, expected) - kClearly)) {
    copy_picture(expected, swayed);
    return {};
  }
  expect_as_seen(lit, seen, sway, swayed);
  return sway;
}

float sway_error(const Sway& sway, bool elsewhere, const GainFit& fit, const View& swayed, const Window& window) {
  constexpr float kMost = 0.5f; // pixels; farther off, a whole one is as near on the other side
  const float least = elsewhere ? kMost : 0;
  const float across = min_of(max_of(least, std::fabs(sway.right)), kMost) / 2, // of two pixels' difference
      along = min_of(max_of(least, std::fabs(sway.down)), kMost) / 2;
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
