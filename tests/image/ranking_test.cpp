// SPDX-License-Identifier: Apache-2.0
// Rankings against their definitions and against scikit-learn (ranking_reference.py prints the numbers).
#include "image/ranking.h"

#include "image/regions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace pinhole {
namespace {

TEST(Auroc, IsTheShareOfPairsInTheRightOrder) {
  std::mt19937 random(4);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> normal, anomalous;
    for (int i = 0; i < 30; ++i)
      normal.push_back(static_cast<double>(random() % 12)); // many ties
    for (int i = 0; i < 17; ++i)
      anomalous.push_back(static_cast<double>(random() % 12) + 2);
    double right = 0;
    for (const double n : normal)
      for (const double a : anomalous)
        right += a > n ? 1 : a == n ? 0.5 : 0;
    EXPECT_NEAR(auroc(normal, anomalous), right / (30 * 17), 1e-12);
  }
  EXPECT_TRUE(std::isnan(auroc({}, {1})));
  EXPECT_TRUE(std::isnan(auroc({1}, {})));
}

TEST(Auroc, IsExactlyOneWhereEveryPairIsInTheRightOrder) {
  for (size_t n = 1; n < 60; ++n)
    for (size_t a = 1; a < 60; ++a) {
      std::vector<double> normal(n), anomalous(a);
      for (size_t i = 0; i < n; ++i)
        normal[i] = static_cast<double>(i);
      for (size_t i = 0; i < a; ++i)
        anomalous[i] = static_cast<double>(100 + i);
      ASSERT_EQ(auroc(normal, anomalous), 1) << n << " and " << a;
    }
}

TEST(AveragePrecision, OfAKnownRanking) {
  // By descending score: anomalous, normal, anomalous, normal: (1/1 + 2/3) / 2.
  EXPECT_NEAR(average_precision({3, 1}, {4, 2}), (1.0 + 2.0 / 3) / 2, 1e-12);
  EXPECT_EQ(average_precision({1, 2}, {3, 4}), 1);
  // All equal: the precision of the one group.
  EXPECT_EQ(average_precision({1, 1, 1}, {1}), 0.25);
}

// Many ties; the reference script makes the same.
std::vector<double> scores(int count, int factor, int step) {
  std::vector<double> made;
  for (int i = 0; i < count; ++i)
    made.push_back((i * factor % 101 + step * (i % 7)) / 128.0);
  return made;
}

TEST(Ranking, AgreesWithScikitLearn) {
  const std::vector<double> normal = scores(200, 37, 1), anomalous = scores(90, 53, 6);
  EXPECT_NEAR(auroc(normal, anomalous), 0.617111111111, 1e-12);
  EXPECT_NEAR(average_precision(normal, anomalous), 0.490299992722, 1e-12);
}

struct Pixels {
  std::vector<float> normal;
  std::vector<RegionPixel> defects;
};

// The reference script's picture: a disc, a diagonal, and a short line at the edge.
Pixels reference_pixels() {
  constexpr int32_t kHeight = 40, kWidth = 50;
  Mask mask = {kWidth, kHeight, {}};
  std::vector<float> heat;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      const bool marked =
          (y - 10) * (y - 10) + (x - 12) * (x - 12) < 40 || (std::abs(y - x + 8) < 2 && y > 25) || (y == 3 && x > 40);
      mask.marked.push_back(marked);
      heat.push_back(static_cast<float>((x * 7 + y * 13) % 32 + (marked ? (x * 5 + y * 3) % 29 : 0)) / 64);
    }
  Pixels pixels;
  for (size_t i = 0; i < heat.size(); ++i)
    if (!mask.marked[i])
      pixels.normal.push_back(heat[i]);
  for (const auto& region : find_regions(mask))
    for (const int32_t at : region)
      pixels.defects.push_back({heat[static_cast<size_t>(at)], 1 / static_cast<float>(region.size())});
  return pixels;
}

TEST(RankPixels, AgreesWithScikitLearnAndTheDefinitionOfAupro) {
  const Pixels pixels = reference_pixels();
  ASSERT_EQ(pixels.defects.size(), 9u + 121 + 42);
  const PixelRanking ranking = rank_pixels(pixels.normal, pixels.defects, 0.3);
  EXPECT_NEAR(ranking.auroc, 0.788943628823, 1e-12);
  EXPECT_NEAR(ranking.average_precision, 0.536159766131, 1e-12);
  EXPECT_NEAR(ranking.region_overlap, 0.571920572790, 1e-7); // shares are floats
  EXPECT_NEAR(rank_pixels(pixels.normal, pixels.defects, 0.05).region_overlap, 0.431961556885, 1e-7);
  EXPECT_NEAR(rank_pixels(pixels.normal, pixels.defects, 1).region_overlap, 0.790843741535, 1e-7);
}

// Two regions, of one and of three pixels; four normal pixels. By descending score: the small region, a normal pixel,
// the large region, the other normal ones. Overlap is 1/2 up to a quarter of the normal pixels, then 1.
TEST(RankPixels, CountsRegionsNotPixels) {
  const float third = 1.0f / 3;
  const std::vector<RegionPixel> defects = {{9, 1}, {5, third}, {5, third}, {5, third}};
  const PixelRanking ranking = rank_pixels({8, 1, 2, 3}, defects, 0.5);
  EXPECT_NEAR(ranking.region_overlap, (0.25 * 0.5 + 0.25 * 1) / 0.5, 1e-7);
  EXPECT_NEAR(ranking.auroc, (1.0 + 3 * 0.75) / 4, 1e-12);
  EXPECT_NEAR(rank_pixels({8, 1, 2, 3}, defects, 0.125).region_overlap, 0.5, 1e-7) << "cut within a step";
}

TEST(RankPixels, OneThresholdForAllIsAStraightLine) {
  const std::vector<RegionPixel> defects = {{1, 0.5f}, {1, 0.5f}};
  const PixelRanking ranking = rank_pixels({1, 1, 1}, defects, 0.3);
  EXPECT_NEAR(ranking.auroc, 0.5, 1e-12);
  EXPECT_NEAR(ranking.region_overlap, 0.15, 1e-12) << "the mean of a line from 0 to 0.3";
  EXPECT_TRUE(std::isnan(rank_pixels({}, defects, 0.3).auroc));
  EXPECT_TRUE(std::isnan(rank_pixels({1}, {}, 0.3).region_overlap));
}

} // namespace
} // namespace pinhole
