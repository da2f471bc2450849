// SPDX-License-Identifier: Apache-2.0
// Exposure taken out, gain granted, residual compared with what a place is used to: on made-up scenes.
#include "anomaly/exposure.h"
#include "anomaly/made_up_scene.h"

#include <gtest/gtest.h>

#include <limits>

namespace pinhole::testing {
namespace {

TEST(Exposure, TakesOutGainAndOffset) {
  Picture bright = scene(), dark = scene();
  for (float& value : dark.pixels)
    value = 0.4f * value + 0.05f;
  normalise_exposure(measure_exposure(bright.view()), bright.view());
  normalise_exposure(measure_exposure(dark.view()), dark.view());
  for (size_t i = 0; i < bright.pixels.size(); ++i)
    EXPECT_NEAR(bright.pixels[i], dark.pixels[i], 0.02f);
  const Exposure after = measure_exposure(bright.view());
  EXPECT_NEAR(after.median, 0.5f, 2e-3f);
  EXPECT_NEAR(after.spread, 0.25f, 4e-3f);
}

TEST(Exposure, NothingToSeeIsNotBlownUp) {
  Picture flat;
  for (size_t i = 0; i < flat.pixels.size(); ++i)
    flat.pixels[i] = 0.3f + (i % 2 ? 0.001f : 0.0f);
  normalise_exposure(measure_exposure(flat.view()), flat.view());
  for (const float value : flat.pixels)
    EXPECT_NEAR(value, 0.5f, 0.05f);
}

TEST(GainFit, FindsTheGainBesideAnIntruder) {
  Picture expected = scene(), picture = seen_with(0.7f, 0.1f, 0.01f, 1);
  put_square(&picture, 5, 5, 25, 1.0f); // 15 % of the picture
  const GainFit fit = fit_gain(picture.view(), expected.view());
  EXPECT_NEAR(fit.gain, 0.7f, 0.02f);
  EXPECT_NEAR(fit.offset, 0.1f, 0.01f);
  EXPECT_NEAR(fit.scale, 0.01f, 0.003f);
}

TEST(SceneMap, NormalFramesScoreLow) {
  Learned learned;
  for (uint32_t seed = 100; seed < 120; ++seed) {
    EXPECT_LT(learned.score(seen_with(1, 0, 0.02f, seed)).score, 5);
    EXPECT_LT(learned.score(seen_with(0.7f, 0.1f, 0.02f, seed)).score, 5) << "a lamp step";
    EXPECT_LT(learned.score(seen_with(1, 0, 0.04f, seed)).score, 5) << "more noise everywhere";
  }
}

// A lamp at the left, falling off to nothing at the right, and the soft edge of a shadow of a quarter of the light.
TEST(SceneMap, LightThatDiffersFromPlaceToPlaceIsNoAnomaly) {
  Learned learned;
  for (uint32_t seed = 100; seed < 110; ++seed) {
    Picture lamp = scene(), shadow = scene();
    for (int32_t y = 0; y < kHeight; ++y)
      for (int32_t x = 0; x < kWidth; ++x) {
        const float at = static_cast<float>(x) / kWidth, edge = (static_cast<float>(x) - 40) / 12;
        lamp.at(y, x) *= 1 + 0.3f * (1 - at);
        shadow.at(y, x) *= 1 - 0.25f / (1 + std::exp(edge));
      }
    const Picture noise = seen_with(0, 0, 0.02f, seed);
    for (size_t i = 0; i < noise.pixels.size(); ++i) {
      lamp.pixels[i] += noise.pixels[i];
      shadow.pixels[i] += noise.pixels[i];
    }
    EXPECT_LT(learned.score(lamp).score, 5);
    EXPECT_LT(learned.score(shadow).score, 5);
    put_square(&shadow, 20, 20, 7, 0.9f);
    EXPECT_GT(learned.score(shadow).score, 400);
  }
}

TEST(SceneMap, AnIntruderOfOnePercentIsFoundAndBoxed) {
  Learned learned;
  for (const int32_t x : {0, 37, kWidth - 7}) {
    Picture picture = seen_with(0.8f, 0.05f, 0.02f, 7);
    put_square(&picture, 20, x, 7, 0.9f);
    const SceneScore result = learned.score(picture);
    EXPECT_GT(result.score, 400);
    EXPECT_LE(result.box.x, x);
    EXPECT_GE(result.box.x + result.box.width, min_of(x + 7, kWidth));
    EXPECT_LE(result.box.y, 20);
    EXPECT_GE(result.box.y + result.box.height, 27);
    EXPECT_LE(result.box.width, 7 + 6 * kCellSide);
    EXPECT_GT(heat_at(learned.map, 23, x + 3), result.score / 2);
    EXPECT_LT(heat_at(learned.map, 45, (x + 40) % kWidth), 5);
  }
}

TEST(SceneMap, LeastAreaAndIgnoredCellsHoldBack) {
  Learned learned;
  Picture picture = seen_with(1, 0, 0.02f, 8);
  put_square(&picture, 20, 36, 6, 0.95f);
  const float one = learned.score(picture).score;
  EXPECT_GT(one, 100);
  EXPECT_LT(learned.score(picture, 20).score, one / 2);
  for (int32_t i = 0; i < learned.map.ignored.size; ++i)
    learned.map.ignored[i] = i % learned.map.columns >= 7 && i % learned.map.columns <= 11;
  EXPECT_LT(learned.score(picture).score, 5);
}

// A part of the scene is turned upside down about its own mean: hardly brighter or darker anywhere.
TEST(SceneMap, SsimFindsLostStructure) {
  Learned learned(ScoreWeights{0, 1, 0});
  float normal = 0;
  for (uint32_t seed = 100; seed < 120; ++seed)
    normal = max_of(normal, learned.score(seen_with(0.8f, 0.1f, 0.02f, seed)).score);
  Picture picture = seen_with(1, 0, 0.02f, 8);
  const Picture clean = scene();
  for (int32_t y = 16; y < 32; ++y)
    for (int32_t x = 50; x < 66; ++x)
      picture.at(y, x) += 1.2f - 2 * clean.pixels[static_cast<size_t>(y * kWidth + x)];
  const SceneScore found = learned.score(picture);
  EXPECT_GT(found.score, 4 * normal) << "twice the excess of the worst of 20 normal frames: scores are squares";
  EXPECT_GE(found.box.x + found.box.width, 50);
  EXPECT_LE(found.box.x, 66);
}

TEST(SceneMap, RefusesWhatItCannotScore) {
  Learned learned;
  SceneScore score;
  Picture broken = scene();
  broken.at(3, 3) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(score_scene(broken.view(), learned.expected.view(), 1, &learned.map, &score).code, Code::numeric);
  EXPECT_EQ(learn_scene(broken.view(), learned.expected.view(), &learned.map).code, Code::numeric);
  View narrow = broken.view();
  narrow.desc.w -= 1;
  EXPECT_EQ(score_scene(narrow, narrow, 1, &learned.map, &score).code, Code::bad_shape);
  EXPECT_EQ(score_scene(scene().view(), learned.expected.view(), 0, &learned.map, &score).code, Code::invalid_argument);
  Arena small(learned.memory.data(), 64);
  SceneMap map;
  EXPECT_EQ(make_scene_map(&small, kHeight, kWidth, 1, &map).code, Code::too_little_memory);
}

} // namespace
} // namespace pinhole::testing
