// SPDX-License-Identifier: Apache-2.0
// Dark lines across streaks: the streaks go, the lines stay, and a path through one is darker than any other.
#include "image/dark_paths.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace pinhole {
namespace {

constexpr int32_t kRows = 31, kEdge = 4;

FloatImage picture_of(int32_t width, int32_t height, const std::function<double(int32_t, int32_t)>& value) {
  FloatImage image;
  EXPECT_TRUE(make_image(width, height, 1, &image).ok());
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      image.row(y)[x] = static_cast<float>(value(y, x));
  return image;
}

double rough(int32_t y, int32_t x) {
  uint32_t hash = static_cast<uint32_t>(y) * 0x9e3779b9u ^ static_cast<uint32_t>(x) * 0x85ebca6bu;
  hash = (hash ^ hash >> 15) * 0x2c1b3c6du;
  hash = (hash ^ hash >> 12) * 0x297a2d39u;
  hash ^= hash >> 15;
  return static_cast<double>(hash >> 8) / (1 << 24) - 0.5;
}

double streaked(int32_t y, int32_t x) {
  return (100 + 40 * std::sin(x * 1.7)) * (1 + 0.1 * rough(y, x));
}

FloatImage darkness_of(const FloatImage& gray) {
  FloatImage out;
  EXPECT_TRUE(local_darkness(gray, kRows, kEdge, &out).ok());
  return out;
}

PathMeans means_of(const FloatImage& values, int32_t half_length) {
  PathMeans means;
  EXPECT_TRUE(path_means(values, half_length, &means).ok());
  return means;
}

// At each pixel that of the best direction.
FloatImage paths_of(const FloatImage& values, int32_t half_length) {
  const PathMeans means = means_of(values, half_length);
  FloatImage best = means[0];
  for (const FloatImage& direction : means)
    std::transform(best.pixels.begin(), best.pixels.end(), direction.pixels.begin(), best.pixels.begin(),
                   [](float a, float b) { return std::max(a, b); });
  return best;
}

float largest(const FloatImage& image) {
  return *std::max_element(image.pixels.begin(), image.pixels.end());
}

TEST(DarkPathsTest, StreaksAloneAreNotDark) {
  const FloatImage darkness =
      darkness_of(picture_of(90, 70, [](int32_t, int32_t x) { return 100 + 40 * std::sin(x * 1.7); }));
  for (const float value : darkness.pixels)
    ASSERT_LT(std::fabs(value), 1e-3f);
}

TEST(DarkPathsTest, AFaintLineIsFoundByItsLength) {
  const auto line_at = [](int32_t x) { return 60 + static_cast<int32_t>(std::lround(6 * std::sin(x * 0.15))); };
  const FloatImage good = picture_of(150, 120, streaked);
  const FloatImage cracked = picture_of(150, 120, [&](int32_t y, int32_t x) {
    const bool on_line = x > 30 && x < 110 && std::abs(y - line_at(x)) <= 1;
    return (on_line ? 0.97 : 1.0) * streaked(y, x);
  });
  const FloatImage of_good = darkness_of(good), of_cracked = darkness_of(cracked);
  EXPECT_LT(largest(of_cracked), 1.3f * largest(of_good)); // no pixel of it stands out
  EXPECT_GT(largest(paths_of(of_cracked, 30)), 1.3f * largest(paths_of(of_good, 30)));
  const FloatImage paths = paths_of(of_cracked, 30);
  const auto darkest = std::max_element(paths.pixels.begin(), paths.pixels.end()) - paths.pixels.begin();
  const auto x = static_cast<int32_t>(darkest % 150), y = static_cast<int32_t>(darkest / 150);
  EXPECT_NEAR(y, line_at(x), 3);
}

TEST(DarkPathsTest, ExposureDoesNotMatter) {
  const auto marked = [](int32_t y, int32_t x) { return (y == 30 ? 0.7 : 1.0) * (100 + 30 * rough(y, x)); };
  const FloatImage bright = darkness_of(picture_of(80, 60, [&](int32_t y, int32_t x) { return 1.5 * marked(y, x); }));
  const FloatImage dark = darkness_of(picture_of(80, 60, [&](int32_t y, int32_t x) { return 0.8 * marked(y, x); }));
  for (int32_t y = 10; y < 50; ++y)
    for (int32_t x = 10; x < 70; ++x)
      ASSERT_NEAR(bright.row(y)[x], dark.row(y)[x], 0.15) << y << "," << x;
  EXPECT_GT(bright.row(30)[40], 1);
}

TEST(DarkPathsTest, EdgesAreBlank) {
  const FloatImage darkness = darkness_of(picture_of(40, 30, streaked));
  for (int32_t y = 0; y < 30; ++y)
    for (int32_t x = 0; x < 40; ++x)
      if (std::min({y, x, 29 - y, 39 - x}) < kEdge) {
        ASSERT_EQ(darkness.row(y)[x], 0) << y << "," << x;
      }
  EXPECT_GT(largest(darkness), 0.5f);
}

// All paths one by one.
float best_by_search(const FloatImage& values, int32_t y, int32_t x, int32_t steps, const int32_t (&moves)[3][2],
                     int32_t sign) {
  if (y < 0 || x < 0 || y >= values.height || x >= values.width)
    return -1000;
  if (steps == 0)
    return values.row(y)[x];
  float best = -1e9f;
  for (const auto& move : moves)
    best = std::max(best, best_by_search(values, y + sign * move[0], x + sign * move[1], steps - 1, moves, sign));
  return best + values.row(y)[x];
}

TEST(DarkPathsTest, MeansAreThoseOfTheBestOfAllPaths) {
  constexpr int32_t kMoves[kPathDirections][3][2] = {
      {{0, 1}, {1, 1}, {-1, 1}}, {{1, 0}, {1, 1}, {1, -1}}, {{1, 1}, {0, 1}, {1, 0}}, {{-1, 1}, {0, 1}, {-1, 0}}};
  for (const int32_t half : {1, 3}) {
    const FloatImage values = picture_of(11, 9, rough);
    const PathMeans means = means_of(values, half);
    for (int32_t y = half; y < 9 - half; ++y)
      for (int32_t x = half; x < 11 - half; ++x)
        for (size_t direction = 0; direction < kPathDirections; ++direction) {
          const auto& moves = kMoves[direction];
          const float best = best_by_search(values, y, x, half, moves, 1) +
                             best_by_search(values, y, x, half, moves, -1) - values.row(y)[x];
          ASSERT_NEAR(means[direction].row(y)[x], best / static_cast<float>(2 * half + 1), 1e-5)
              << y << "," << x << " " << half << " direction " << direction;
        }
  }
}

TEST(DarkPathsTest, ALineIsDarkestInItsOwnDirection) {
  const std::function<int32_t(int32_t, int32_t)> off_line[kPathDirections] = {
      [](int32_t y, int32_t) { return y - 30; }, [](int32_t, int32_t x) { return x - 30; },
      [](int32_t y, int32_t x) { return y - x; }, [](int32_t y, int32_t x) { return y + x - 60; }};
  for (size_t line = 0; line < kPathDirections; ++line) {
    const PathMeans means = means_of(
        picture_of(61, 61, [&](int32_t y, int32_t x) { return off_line[line](y, x) == 0 ? 1.0 : 0.2 * rough(y, x); }),
        15);
    EXPECT_EQ(means[line].row(30)[30], 1) << line;
    for (size_t other = 0; other < kPathDirections; ++other) {
      const bool at_right_angles = (line ^ other) == 1;
      if (at_right_angles) {
        EXPECT_LT(means[other].row(30)[30], 0.5f) << line << " by " << other;
      }
    }
  }
}

TEST(DarkPathsTest, TinyPicturesAreDone) {
  for (const int32_t size : {1, 2, 5}) {
    const FloatImage darkness = darkness_of(picture_of(size, size, streaked));
    for (const float value : paths_of(darkness, 35).pixels)
      EXPECT_TRUE(std::isfinite(value));
  }
}

} // namespace
} // namespace pinhole
