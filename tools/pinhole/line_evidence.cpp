// SPDX-License-Identifier: Apache-2.0
#include "line_evidence.h"

#include "image/color.h"
#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <limits>
#include <numeric>

namespace pinhole::tool {
namespace {

constexpr float kLeastOdds = 1e-4f; // what the model can rule out
// Of paths: steps to either side, and how many of the darkest count.
constexpr int32_t kNearPath = 5, kFarPath = 35, kPathPixels = 50;
// The most that a pixel of a long path counts for: a faint line is even, a row of spots is not.
constexpr float kMostOnFarPath = 2, kMostOnWidePath = 1.5f;

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
constexpr Usual kUsualOdds = {-0.479, 0.374, 0.916};
using UsualDarkness = std::array<Usual, kPathDirections>;
constexpr UsualDarkness kUsualNear = {
    {{1.987, 0.310, 0.393}, {1.949, 0.267, 0.322}, {2.179, 0.294, 0.390}, {2.202, 0.342, 0.398}}};
constexpr UsualDarkness kUsualFar = {
    {{1.091, 0.222, 0.212}, {0.946, 0.102, 0.137}, {1.154, 0.147, 0.199}, {1.197, 0.195, 0.201}}};
constexpr UsualDarkness kUsualWide = {
    {{0.790, 0.150, 0.108}, {0.623, 0.045, 0.074}, {0.802, 0.117, 0.107}, {0.811, 0.121, 0.104}}};
// Where the streaks end, at the upper and lower edge, good surfaces look damaged more often: log-odds count less there,
// by kEndOdds at the edge and by nothing from kEndRows on.
constexpr float kEndOdds = 2;
constexpr int32_t kEndRows = 24;
constexpr double kOddsWeight = 1.6; // the model sees more than lines
constexpr double kSharpness = 3;    // of the soft maximum
// Log-odds for each deviation of a short path and of a long one.
constexpr float kHeatOfNear = 0.6f, kHeatOfFar = 0.3f;

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

// How dark the paths of each direction are once the streaks are gone.
struct Path {
  int32_t half_length;
  float most_darkness;
  PathMeans* means;
};

Status dark_paths(const FloatImage& gray, int32_t streaks, int32_t edge, std::initializer_list<Path> paths) {
  FloatImage darkness;
  PINHOLE_RETURN_IF_ERROR(local_darkness(gray, streaks, edge, &darkness));
  for (const Path& path : paths) {
    FloatImage clamped = darkness;
    for (float& value : clamped.pixels)
      value = std::clamp(value, -path.most_darkness, path.most_darkness);
    PINHOLE_RETURN_IF_ERROR(path_means(clamped, path.half_length, path.means));
  }
  return {};
}

PathDarkness darkest(const PathMeans& means, int32_t count, int32_t edge) {
  PathDarkness darkness;
  for (size_t direction = 0; direction < kPathDirections; ++direction)
    darkness[direction] = mean_of_hottest(means[direction], count, edge);
  return darkness;
}

// Of one place: the largest excess of the paths through it; 0 where none fits.
float excess_of_paths(const PathMeans& means, const UsualDarkness& usual, size_t pixel) {
  double most = -std::numeric_limits<double>::infinity();
  for (size_t direction = 0; direction < kPathDirections; ++direction) {
    const auto darkness = static_cast<double>(means[direction].pixels[pixel]);
    if (has_paths(darkness))
      most = std::max(most, usual[direction].excess(darkness, Usual::kUsualPixels));
  }
  return std::isfinite(most) ? static_cast<float>(most) : 0;
}

Status halve(const FloatImage& gray, FloatImage* half) {
  return resize(gray, std::max(gray.width / 2, 1), std::max(gray.height / 2, 1), ResizeMethod::area, half);
}

} // namespace

double score_of(const LineParts& parts) {
  double sum = std::exp(kSharpness * kOddsWeight * kUsualOdds.excess(parts.odds, parts.pixels));
  const auto add = [&](const UsualDarkness& usual, const PathDarkness& darkness) {
    for (size_t direction = 0; direction < kPathDirections; ++direction)
      sum += std::exp(kSharpness * usual[direction].excess(darkness[direction], parts.pixels));
  };
  add(kUsualNear, parts.near);
  add(kUsualFar, parts.far);
  add(kUsualWide, parts.wide);
  return std::log(sum) / kSharpness;
}

Status add_line_evidence(const Image& picture, int32_t streaks, int32_t edge, FloatImage* heat, LineParts* parts) {
  PathMeans near, far, wide;
  FloatImage half;
  const FloatImage gray = to_float(picture.channels == 1 ? picture : rgb_to_gray(picture));
  PINHOLE_RETURN_IF_ERROR(
      dark_paths(gray, streaks, edge, {{kNearPath, kMostDarkness, &near}, {kFarPath, kMostOnFarPath, &far}}));
  PINHOLE_RETURN_IF_ERROR(halve(gray, &half));
  PINHOLE_RETURN_IF_ERROR(dark_paths(half, streaks / 2 | 1, edge / 2, {{kFarPath, kMostOnWidePath, &wide}}));
  FloatImage odds = *heat;
  for (float& value : odds.pixels)
    value = std::log((value + kLeastOdds) / (1 + kLeastOdds - value));
  parts->pixels = static_cast<int64_t>(odds.pixels.size());
  parts->near = darkest(near, kPathPixels, edge);
  parts->far = darkest(far, kPathPixels, edge);
  parts->wide = darkest(wide, kPathPixels / 2, edge / 2); // of a picture half as long and as wide
  for (size_t i = 0; i < odds.pixels.size(); ++i) {
    const float of_paths =
        kHeatOfNear * excess_of_paths(near, kUsualNear, i) + kHeatOfFar * excess_of_paths(far, kUsualFar, i);
    heat->pixels[i] = 1 / (1 + std::exp(-odds.pixels[i] - of_paths));
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
