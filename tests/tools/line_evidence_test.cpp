// SPDX-License-Identifier: Apache-2.0
// A picture's score: what is dark along a line raises it, thin or wide; how large the picture is does not.
#include "line_evidence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace pinhole::tool {
namespace {

constexpr int32_t kStreaks = 41, kEdge = 8;

double rough(uint32_t y, uint32_t x) {
  uint32_t hash = y * 0x9e3779b9u ^ x * 0x85ebca6bu;
  hash = (hash ^ hash >> 15) * 0x2c1b3c6du;
  hash = (hash ^ hash >> 12) * 0x297a2d39u;
  hash ^= hash >> 15;
  return static_cast<double>(hash >> 8) / (1 << 24) - 0.5;
}

using Light = std::function<double(uint32_t seed, int32_t y, int32_t x)>; // that is left of a pixel's

double all_light(uint32_t, int32_t, int32_t) {
  return 1;
}

// A streaked surface, the `seed`-th.
Image surface(int32_t side, uint32_t seed, const Light& light) {
  Image image;
  EXPECT_TRUE(make_image(side, side, 1, &image).ok());
  const auto at = [&](int32_t value) { return static_cast<uint32_t>(value) + 100000 * seed; };
  for (int32_t y = 0; y < side; ++y)
    for (int32_t x = 0; x < side; ++x) {
      const double plain = (110 + 60 * rough(7, at(x))) * (1 + 0.3 * rough(at(y) + 17, at(x)));
      image.row(y)[x] = static_cast<uint8_t>(std::lround(plain * light(seed, y, x)));
    }
  return image;
}

// What is made of a picture whose model is as `sure` of a defect everywhere; its heat afterwards goes to *heat.
LineParts parts_of(const Image& picture, float sure, FloatImage* heat) {
  EXPECT_TRUE(make_image(picture.width, picture.height, 1, heat).ok());
  std::fill(heat->pixels.begin(), heat->pixels.end(), sure);
  LineParts parts;
  EXPECT_TRUE(add_line_evidence(picture, kStreaks, kEdge, heat, &parts).ok());
  return parts;
}

double surface_score(const Image& picture) {
  FloatImage heat;
  return score_of(parts_of(picture, 0.01f, &heat));
}

double mean_score(int32_t side, const Light& light) {
  constexpr uint32_t kSurfaces = PINHOLE_SANITIZED ? 2 : 8;
  double sum = 0;
  for (uint32_t seed = 0; seed < kSurfaces; ++seed)
    sum += surface_score(surface(side, seed, light));
  return sum / kSurfaces;
}

// A line across the picture that rises by a fifth of what it goes.
Light line_of(double width, double dark) {
  return [=](uint32_t, int32_t y, int32_t x) {
    const double from = (y - 60 - 0.2 * x) / width;
    return 1 - dark * std::exp(-from * from / 2);
  };
}

TEST(LineEvidenceTest, ALineRaisesTheScoreWhetherItIsThinOrWide) {
  const double good = mean_score(240, all_light);
  EXPECT_GT(mean_score(240, line_of(0.8, 0.3)), good + 1);
  EXPECT_GT(mean_score(240, line_of(5, 0.06)), good + 1);
}

// A line down the picture, as the streaks go, that trembles: it is no streak.
Light line_down(double dark) {
  return [=](uint32_t, int32_t y, int32_t x) {
    const double from = x - 120 - 8 * std::sin(y * 0.11);
    return 1 - dark * std::exp(-from * from / 2);
  };
}

// What a good surface may have across its streaks hides nothing along them.
TEST(LineEvidenceTest, ALineAlongTheStreaksRaisesTheScoreWhateverGoesAcross) {
  const Light across = line_of(0.8, 0.2), down = line_down(0.25);
  const auto both = [&](uint32_t seed, int32_t y, int32_t x) { return across(seed, y, x) * down(seed, y, x); };
  EXPECT_GT(mean_score(240, both), mean_score(240, across) + 1);
}

// Every so often a short mark, a few of them dark: what a good surface has.
double marked(uint32_t seed, int32_t y, int32_t x) {
  constexpr int32_t kCell = 32, kMiddle = 16;
  const double off = y % kCell - kMiddle, along = (x % kCell - kMiddle) / 5.0;
  const double chance =
      rough(static_cast<uint32_t>(y / kCell) + 1000 * (seed + 1), static_cast<uint32_t>(x / kCell)) + 0.5;
  const double dark = std::min(-0.06 * std::log(chance + 1e-6), 0.8);
  return 1 - dark * std::exp(-(off * off + along * along) / 2);
}

TEST(LineEvidenceTest, MoreOfTheSameSurfaceIsNotMoreDefective) {
  const double small = mean_score(160, marked), large = mean_score(640, marked);
  EXPECT_LT(large, small + 0.5);
}

// What the model says about a block of an even picture, whose first row is `top`.
LineParts parts_of_block(int32_t top, FloatImage* heat) {
  Image picture;
  EXPECT_TRUE(make_image(120, 120, 1, &picture).ok());
  std::fill(picture.pixels.begin(), picture.pixels.end(), uint8_t{128});
  EXPECT_TRUE(make_image(120, 120, 1, heat).ok());
  std::fill(heat->pixels.begin(), heat->pixels.end(), 0.01f);
  for (int32_t y = top; y < top + 8; ++y)
    std::fill_n(heat->row(y) + 50, 20, 0.9f);
  LineParts parts;
  EXPECT_TRUE(add_line_evidence(picture, kStreaks, kEdge, heat, &parts).ok());
  return parts;
}

TEST(LineEvidenceTest, WhereTheStreaksEndTheModelCountsLess) {
  FloatImage at_top, inside, further_inside, at_bottom;
  const LineParts top = parts_of_block(10, &at_top), bottom = parts_of_block(102, &at_bottom);
  const LineParts middle = parts_of_block(50, &inside), below = parts_of_block(80, &further_inside);
  EXPECT_LT(top.odds, middle.odds - 0.2);
  EXPECT_NEAR(bottom.odds, top.odds, 1e-5) << "either end";
  EXPECT_NEAR(below.odds, middle.odds, 1e-5) << "nothing from 24 rows on";
  EXPECT_EQ(at_top.row(12)[60], inside.row(52)[60]) << "the heat of a place stays";
}

float heat_at(const Image& picture, int32_t y, int32_t x) {
  FloatImage heat;
  parts_of(picture, 0.5f, &heat);
  return heat.row(y)[x];
}

TEST(LineEvidenceTest, AFaintLongLineIsHotAndAPlaceThatNoPathFitsIntoStays) {
  constexpr uint32_t kSurfaces = 4;
  float more = 0; // than good surfaces have there
  for (uint32_t seed = 0; seed < kSurfaces; ++seed)
    more += heat_at(surface(240, seed, line_of(1, 0.2)), 84, 120) - heat_at(surface(240, seed, all_light), 84, 120);
  EXPECT_GT(more / kSurfaces, 0.25f); // short paths alone add less
  EXPECT_EQ(heat_at(surface(5, 0, all_light), 2, 2), 0.5f);
}

TEST(LineEvidenceTest, APictureThatNoPathFitsIntoIsJudgedByWhatFits) {
  EXPECT_TRUE(std::isfinite(surface_score(surface(24, 0, all_light))));
  EXPECT_TRUE(std::isfinite(surface_score(surface(1, 0, all_light))));
}

} // namespace
} // namespace pinhole::tool
