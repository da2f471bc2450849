// SPDX-License-Identifier: Apache-2.0
#include "line_evidence.h"

#include "image/color.h"
#include "image/dark_paths.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace pinhole::tool {
namespace {

constexpr float kLeastOdds = 1e-4f; // what the model can rule out
// Of paths: steps to either side, and how many of the darkest count.
constexpr int32_t kNearPath = 5, kFarPath = 35, kPathPixels = 50;
constexpr float kMostDarkness = 4; // of a pixel, either way: one spot is no line

// A figure over good tiles that were held out (recipes/README.md): its mean and its deviation.
struct Usual {
  double mean, deviation;
  double excess(double value) const { return (value - mean) / deviation; }
};
constexpr Usual kUsualOdds = {-0.43, 0.80}, kUsualNear = {2.25, 0.42}, kUsualFar = {1.33, 0.28};
constexpr double kOddsWeight = 1.3;  // the model sees more than lines
constexpr float kHeatOfPaths = 0.6f; // log-odds for each deviation of a short path

// Of defects of several sizes, from a hole to a chip.
double mean_odds(const FloatImage& odds, int32_t edge) {
  constexpr int32_t kCounts[] = {20, 100, 400};
  double sum = 0;
  for (const int32_t count : kCounts)
    sum += mean_of_hottest(odds, count, edge);
  return sum / static_cast<double>(std::size(kCounts));
}

} // namespace

Status add_line_evidence(const Image& picture, int32_t streaks, int32_t edge, FloatImage* heat, double* score) {
  FloatImage darkness, near, far;
  const FloatImage gray = to_float(picture.channels == 1 ? picture : rgb_to_gray(picture));
  PINHOLE_RETURN_IF_ERROR(local_darkness(gray, streaks, edge, &darkness));
  for (float& value : darkness.pixels)
    value = std::clamp(value, -kMostDarkness, kMostDarkness);
  PINHOLE_RETURN_IF_ERROR(path_means(darkness, kNearPath, &near));
  PINHOLE_RETURN_IF_ERROR(path_means(darkness, kFarPath, &far));
  FloatImage odds = *heat;
  for (float& value : odds.pixels)
    value = std::log((value + kLeastOdds) / (1 + kLeastOdds - value));
  *score = std::max({kOddsWeight * kUsualOdds.excess(mean_odds(odds, edge)),
                     kUsualNear.excess(mean_of_hottest(near, kPathPixels, edge)),
                     kUsualFar.excess(mean_of_hottest(far, kPathPixels, edge))});
  for (size_t i = 0; i < odds.pixels.size(); ++i) {
    const auto excess = static_cast<float>(kUsualNear.excess(static_cast<double>(near.pixels[i])));
    heat->pixels[i] = 1 / (1 + std::exp(-odds.pixels[i] - kHeatOfPaths * excess));
  }
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
