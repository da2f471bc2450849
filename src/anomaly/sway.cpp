// SPDX-License-Identifier: Apache-2.0
// The image registration of Lucas and Kanade (1981) for the whole picture: what a shift by a pixel changes is, for
// small ones, the slope of the picture, so the shift follows from a least-squares fit of the residual by the slopes.
// Pixels that no sway explains, an intruder's, hardly count.
#include "anomaly/sway.h"

#include "anomaly/motion_equations.h"
#include "anomaly/shifted_picture.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostRounds = 4, kMostRollRounds = 8;
constexpr float kLeast = 0.05f;              // pixels; a first step that is smaller is none
constexpr float kLeastRoll = 0.1f;           // pixels at the sides; the same of a turn
constexpr float kBeyondRoll = 2 * kMostRoll; // where one that is too large settles
constexpr float kSettled = 0.02f;            // a later one that is smaller is the last
constexpr double kClearly = 4;     // by which the picture must be likelier (natural logarithm) with sway than without
constexpr int32_t kBorder = 2;     // pixels on each side that say nothing for or against it
constexpr float kBeyond = 0.25f;   // pixels outside of what is known that are still taken for its border
constexpr float kEdgeError = 1.0f; // of the slope, times the distance from the nearest whole pixel: three times as much
                                   // as cubic interpolation of a sharp edge is off
constexpr float kLeastGain = 1e-3f;

constexpr int32_t kOfShift = 2, kOfRoll = 4; // numbers: right and down, then xy and yx in pixels at the left and right

using Equations = MotionEquations<kOfRoll>;

Equations compare(const Lit& lit, const View& seen, const View& swayed) {
  return {lit, seen, swayed, [](float slope_x, float slope_y, float right, float down, float* slope) {
            slope[0] = slope_x, slope[1] = slope_y;
            slope[2] = slope_x * down, slope[3] = slope_y * right;
          }};
}

// Beyond `so_far`, by the first `numbers`.
Warp solve(const Equations& equations, int32_t numbers, const Lit& lit, const Warp& so_far, const View& seen) {
  const double unit = static_cast<double>(seen.desc.w) / 2;
  const double followed[kOfRoll] = {double{so_far.right}, double{so_far.down}, unit * double{so_far.xy},
                                    unit * double{so_far.yx}};
  double motion[kOfRoll] = {};
  if (!equations.solve(numbers, motion_prior(lit), followed, motion))
    return {};
  return {static_cast<float>(motion[0]),        static_cast<float>(motion[1]),        0,
          static_cast<float>(motion[2] / unit), static_cast<float>(motion[3] / unit), 0};
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

float bounded(float sway, float most) {
  return min_of(max_of(sway, -most), most);
}

void expect_as_seen(const Lit& lit, const View& seen, const Warp& sway, const View& swayed) {
  const Warp back = inverse_of(sway);
  const float most_x = static_cast<float>(seen.desc.w - 1) / 2, most_y = static_cast<float>(seen.desc.h - 1) / 2;
  for (int32_t y = 0; y < seen.desc.h; ++y)
    for (int32_t x = 0; x < seen.desc.w; ++x) {
      const Point from = seen_at(back, {static_cast<float>(x) - most_x, static_cast<float>(y) - most_y});
      if (std::fabs(from.x) <= most_x + kBeyond && std::fabs(from.y) <= most_y + kBeyond)
        continue;
      const float* look = seen.row<float>(0, y) + x * seen.pixel_stride;
      float* to = swayed.row<float>(0, y) + x * swayed.pixel_stride;
      for (int32_t channel = 0; channel < seen.desc.c; ++channel)
        to[channel] =
            ((look[channel] - lit.black) / light_at(lit.light, y, x) + lit.black - lit.fit.offset) / lit.fit.gain;
    }
}

void lay(const View& expected, const Warp& sway, const View& swayed) {
  if (sway.none())
    return copy_picture(expected, swayed);
  lay_back(expected, inverse_of(sway), swayed);
}

// `expected` is laid to `swayed` by the shift that is returned, the first step of which `unlaid` tells.
Warp find_shift(const Equations& unlaid, const Lit& lit, const View& seen, const View& expected, const View& swayed) {
  Warp step = solve(unlaid, kOfShift, lit, {}, seen), sway;
  const auto length = [&] { return max_of(std::fabs(step.right), std::fabs(step.down)); };
  if (!(length() >= kLeast))
    return {};
  for (int32_t round = 1;; ++round) {
    sway.right = bounded(sway.right + step.right, kMostSway);
    sway.down = bounded(sway.down + step.down, kMostSway);
    lay(expected, sway, swayed);
    if (round == kMostRounds || length() < kSettled)
      return sway;
    step = solve(compare(lit, seen, swayed), kOfShift, lit, sway, seen);
  }
}

// And by the turn that begins with `step`, from `sway`, by which it lies there.
Warp find_turn(Warp step, Warp sway, const Lit& lit, const View& seen, const View& expected, const View& swayed) {
  const float most_xy = kBeyondRoll / (static_cast<float>(seen.desc.h) / 2),
              most_yx = kBeyondRoll / (static_cast<float>(seen.desc.w) / 2);
  for (int32_t round = 1;; ++round) {
    sway = {bounded(sway.right + step.right, kMostSway), bounded(sway.down + step.down, kMostSway), 0,
            bounded(sway.xy + step.xy, most_xy),         bounded(sway.yx + step.yx, most_yx),       0};
    lay(expected, sway, swayed);
    if (round == kMostRollRounds || farthest(step, seen.desc.w, seen.desc.h) < kSettled)
      return sway;
    step = solve(compare(lit, seen, swayed), kOfRoll, lit, sway, seen);
  }
}

// Pixels at the sides.
float roll_of(const Warp& warp, const View& picture) {
  return farthest({0, 0, 0, warp.xy, warp.yx, 0}, picture.desc.w, picture.desc.h);
}

bool is_usable(const GainFit& fit) {
  const float gain = std::fabs(fit.gain);
  return std::isfinite(fit.offset) && gain > kLeastGain && gain < 1 / kLeastGain;
}

} // namespace

Warp follow_sway(const Lit& lit, const View& seen, const View& expected, const View& swayed) {
  copy_picture(expected, swayed);
  if (!is_usable(lit.fit))
    return {};
  const Equations unlaid = compare(lit, seen, expected);
  Warp sway = find_shift(unlaid, lit, seen, expected, swayed);
  if (!sway.none() && !(surprise(lit, seen, swayed) < surprise(lit, seen, expected) - kClearly)) {
    sway = {};
    copy_picture(expected, swayed);
  }
  const Warp step = solve(sway.none() ? unlaid : compare(lit, seen, swayed), kOfRoll, lit, sway, seen);
  if (roll_of(step, seen) >= kLeastRoll) {
    const double before = surprise(lit, seen, swayed);
    const Warp turned = find_turn(step, sway, lit, seen, expected, swayed);
    if (roll_of(turned, seen) <= kMostRoll && surprise(lit, seen, swayed) < before - kClearly)
      sway = turned;
    else
      lay(expected, sway, swayed);
  }
  if (!sway.none())
    expect_as_seen(lit, seen, sway, swayed);
  return sway;
}

float sway_error(const Warp& sway, bool elsewhere, const GainFit& fit, const View& swayed, const Window& window) {
  constexpr float kMost = 0.5f; // pixels; farther off, a whole one is as near on the other side
  const float least = elsewhere ? kMost : 0;
  const Desc& desc = swayed.desc;
  const Point middle = {static_cast<float>(window.left + window.right - desc.w) / 2,
                        static_cast<float>(window.top + window.bottom - desc.h) / 2};
  const Point at = seen_at(sway, middle);
  const float across = min_of(max_of(least, std::fabs(at.x - middle.x)), kMost) / 2, // of two pixels' difference
      along = min_of(max_of(least, std::fabs(at.y - middle.y)), kMost) / 2;
  float square = 0;
  for (int32_t y = window.top; y < window.bottom; ++y) {
    const float *here = swayed.row<float>(0, y), *above = swayed.row<float>(0, max_of(y - 1, 0)),
                *below = swayed.row<float>(0, min_of(y + 1, desc.h - 1));
    for (int32_t x = window.left; x < window.right; ++x) {
      const int64_t pixel = x * swayed.pixel_stride, left = max_of(x - 1, 0) * swayed.pixel_stride,
                    right = min_of(x + 1, desc.w - 1) * swayed.pixel_stride;
      for (int32_t c = 0; c < desc.c; ++c) {
        const float error = across * std::fabs(here[right + c] - here[left + c]) +
                            along * std::fabs(below[pixel + c] - above[pixel + c]);
        square += error * error;
      }
    }
  }
  const auto values = static_cast<float>(desc.c * (window.bottom - window.top) * (window.right - window.left));
  return kEdgeError * std::fabs(fit.gain) * std::sqrt(square / values);
}

} // namespace pinhole
