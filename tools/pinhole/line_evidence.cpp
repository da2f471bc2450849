// SPDX-License-Identifier: Apache-2.0
#include "line_evidence.h"

#include "image/color.h"
#include "image/dark_paths.h"
#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <numeric>

namespace pinhole::tool {
namespace {

constexpr float kLeastOdds = 1e-4f; // what the model can rule out
// Of paths: steps to either side, and how many of the darkest count.
constexpr int32_t kNearPath = 5, kFarPath = 35, kPathPixels = 50;

// A figure over good tiles that were held out (recipes/README.md, tests/still_usual.py). What is hottest in a picture
// is an extreme of its pixels, and so it rises with the logarithm of their number: without that, large good pictures
// pass for defective.
struct Usual {
  double mean, rise, deviation; // mean: in a picture of kUsualPixels; rise: with each e-fold of pixels
  double excess(double value, int64_t pixels) const {
    return (value - mean - rise * std::log(static_cast<double>(pixels) / kUsualPixels)) / deviation;
  }
  static constexpr int64_t kUsualPixels = 100000;
};
constexpr Usual kUsualOdds = {-0.479, 0.374, 0.916}, kUsualNear = {2.325, 0.333, 0.413},
                kUsualFar = {1.340, 0.195, 0.259}, kUsualWide = {0.911, 0.143, 0.138};
// Where the streaks end, at the upper and lower edge, good surfaces look damaged more often: log-odds count less there,
// by kEndOdds at the edge and by nothing from kEndRows on.
constexpr float kEndOdds = 2;
constexpr int32_t kEndRows = 24;
constexpr double kOddsWeight = 1.6;  // the model sees more than lines
constexpr double kSharpness = 2;     // of the soft maximum
constexpr float kHeatOfPaths = 0.6f; // log-odds for each deviation of a short path

void discount_ends(FloatImage* odds) {
  for (int32_t y = 0; y < odds->height; ++y) {
    const int32_t inside = std::min(y, odds->height - 1 - y);
    const float discount = kEndOdds * static_cast<float>(std::max(kEndRows - inside, 0)) / kEndRows;
    for (int32_t x = 0; x < odds->width; ++x)
      odds->row(y)[x] -= discount;
  }
}

// Of defects of several sizes, from a hole to a chip.
double mean_odds(const FloatImage& odds, int32_t edge) {
  constexpr int32_t kCounts[] = {20, 100, 400};
  double sum = 0;
  for (const int32_t count : kCounts)
    sum += mean_of_hottest(odds, count, edge);
  return sum / static_cast<double>(std::size(kCounts));
}

// A little above the largest where another comes near it.
double soft_maximum(std::initializer_list<double> values) {
  const double largest = std::max(values);
  double sum = 0;
  for (const double value : values)
    sum += std::exp(kSharpness * (value - largest));
  return largest + std::log(sum) / kSharpness;
}

struct Path {
  int32_t half_length;
  FloatImage* means;
};

Status dark_paths(const FloatImage& gray, int32_t streaks, int32_t edge, std::initializer_list<Path> paths) {
  FloatImage darkness;
  PINHOLE_RETURN_IF_ERROR(local_darkness(gray, streaks, edge, &darkness));
  for (float& value : darkness.pixels)
    value = std::clamp(value, -kMostDarkness, kMostDarkness);
  for (const Path& path : paths)
    PINHOLE_RETURN_IF_ERROR(path_means(darkness, path.half_length, path.means));
  return {};
}

Status halve(const FloatImage& gray, FloatImage* half) {
  return resize(gray, std::max(gray.width / 2, 1), std::max(gray.height / 2, 1), ResizeMethod::area, half);
}

} // namespace

double score_of(const LineParts& parts) {
  return soft_maximum({kOddsWeight * kUsualOdds.excess(parts.odds, parts.pixels),
                       kUsualNear.excess(parts.near, parts.pixels), kUsualFar.excess(parts.far, parts.pixels),
                       kUsualWide.excess(parts.wide, parts.pixels)});
}

Status add_line_evidence(const Image& picture, int32_t streaks, int32_t edge, FloatImage* heat, LineParts* parts) {
  FloatImage near, far, wide, half;
  const FloatImage gray = to_float(picture.channels == 1 ? picture : rgb_to_gray(picture));
  PINHOLE_RETURN_IF_ERROR(dark_paths(gray, streaks, edge, {{kNearPath, &near}, {kFarPath, &far}}));
  PINHOLE_RETURN_IF_ERROR(halve(gray, &half));
  PINHOLE_RETURN_IF_ERROR(dark_paths(half, streaks / 2 | 1, edge / 2, {{kFarPath, &wide}}));
  FloatImage odds = *heat;
  for (float& value : odds.pixels)
    value = std::log((value + kLeastOdds) / (1 + kLeastOdds - value));
  parts->pixels = static_cast<int64_t>(odds.pixels.size());
  parts->near = mean_of_hottest(near, kPathPixels, edge);
  parts->far = mean_of_hottest(far, kPathPixels, edge);
  parts->wide = mean_of_hottest(wide, kPathPixels / 2, edge / 2); // of a picture half as long and as wide
  for (size_t i = 0; i < odds.pixels.size(); ++i) {
    const auto excess = static_cast<float>(kUsualNear.excess(static_cast<double>(near.pixels[i]), Usual::kUsualPixels));
    heat->pixels[i] = 1 / (1 + std::exp(-odds.pixels[i] - kHeatOfPaths * excess));
  }
  discount_ends(&odds);
  parts->odds = mean_odds(odds, edge);
  return {};
}

double mean_of_hottest(const FloatImage& heat, int32_t count, int32_t edge) {
  const int32_t left_out = std::min(heat.width, heat.height) > 4 * edge ? edge : 0;
  std::vector<float> values;
  for (int32_t y = left_out; y < heat.height - left_out; ++y)
    values.insert(values.end(), heat.row(y) + left_out, heat.row(y) + heat.width - left_out);
  const auto most = std::min(values.size(), static_cast<size_t>(count));
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(most);
  std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
  return std::accumulate(values.begin(), end, 0.0) / static_cast<double>(most);
}

} // namespace pinhole::tool
