// SPDX-License-Identifier: Apache-2.0
// Light that a scene has not learned: shadows that pass, and lamps under which the sensor saturates.
#include "anomaly/made_up_scene.h"

namespace pinhole::testing {
namespace {

constexpr float kEnough = 8; // no alert without intruder is near; those of the scene's own noise stay under 5

float smooth_step(float t) {
  t = min_of(max_of(t, 0.0f), 1.0f);
  return t * t * (3 - 2 * t);
}

// Of a slanted band of less light whose middle is at `middle` in the top row.
float beside_shadow(float middle, int32_t y, int32_t x) {
  constexpr float kHalf = 12, kSoft = 14, kDepth = 0.35f, kSlant = 0.4f;
  const float off = std::fabs(static_cast<float>(x) - middle - kSlant * static_cast<float>(y));
  return 1 - kDepth * smooth_step(0.5f + (kHalf - off) / kSoft);
}

Picture in_shadow(float middle, uint32_t seed) {
  Picture picture = scene();
  const Picture noise = seen_with(0, 0, 0.02f, seed);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      picture.at(y, x) = picture.at(y, x) * beside_shadow(middle, y, x) + noise.pixels[size_t(y * kWidth + x)];
  return picture;
}

TEST(SceneLight, AShadowThatPassesIsNoAnomaly) {
  Learned learned;
  uint32_t seed = 300;
  for (float middle = -40; middle < kWidth + 20; middle += 5, ++seed)
    EXPECT_LT(learned.score(in_shadow(middle, seed)).score, kEnough) << "at " << middle;
}

TEST(SceneLight, AnIntruderInAShadowIsFound) {
  Learned learned;
  for (const float middle : {-10.0f, 20.0f, 60.0f}) {
    Picture picture = in_shadow(middle, 5);
    put_square(&picture, 20, 30, 7, 0.95f);
    EXPECT_GT(learned.score(picture).score, 400) << "at " << middle;
  }
}

// What the light is believed to make of the expected picture, at a pixel.
float lit_at(const GainFit& fit, Learned* learned, Picture* expected, int32_t y, int32_t x) {
  return light_at(learned->map.light, y, x) * (fit.gain * expected->at(y, x) + fit.offset);
}

TEST(SceneLight, GainAndOffsetAreThoseOfEvenLight) {
  constexpr float kBlack = -0.1f;
  Picture expected = scene(), picture = seen_with(0, 0, 0.01f, 6), light;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      light.at(y, x) = x > 40 ? 0.6f : 1.1f; // less on the brighter side
      picture.at(y, x) += kBlack + light.at(y, x) * (0.7f * expected.at(y, x) + 0.1f - kBlack);
    }
  GainFit fit = fit_gain(picture.view(), expected.view());
  EXPECT_GT(std::fabs(fit.gain - 0.7f), 0.2f);
  for (int round = 0; round < 4; ++round)
    fit = refine_gain(fit, picture.view(), expected.view(), kBlack, light.pixels.data());
  EXPECT_NEAR(fit.gain, 0.7f, 0.02f);
  EXPECT_NEAR(fit.offset, 0.1f, 0.01f);
}

// Linear light is linear up to the borders.
TEST(SceneLight, FollowsASlopeToTheBorder) {
  Learned learned;
  Picture expected = scene(), picture = scene();
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      picture.at(y, x) *= 0.8f + 0.4f * static_cast<float>(x) / kWidth;
  const GainFit fit = fit_local_light(fit_gain(picture.view(), expected.view()), picture.view(), expected.view(), 0,
                                      &learned.map.light);
  for (const int32_t x : {0, 1, 41, kWidth - 2, kWidth - 1})
    EXPECT_NEAR(lit_at(fit, &learned, &expected, 25, x), picture.at(25, x), 0.01f) << x;
}

// As bright as a lamp of `gain` makes it, and no brighter than 1.
Picture under_lamp(float gain, uint32_t seed) {
  Picture picture = seen_with(gain, 0, 0.02f, seed);
  for (float& value : picture.pixels)
    value = min_of(value, 1.0f);
  return picture;
}

TEST(SceneLight, SaturationIsNoAnomalyInMoreLightThanUsual) {
  Learned learned;
  EXPECT_NEAR(learned.map.brightness, 1, 0.02f);
  for (uint32_t seed = 400; seed < 410; ++seed)
    EXPECT_LT(learned.score(under_lamp(1.45f, seed)).score, kEnough);
  Picture picture = under_lamp(1.45f, 410);
  put_square(&picture, 20, 20, 7, 0.1f);
  EXPECT_GT(learned.score(picture).score, 400) << "darker than in any light";
  learned.map.brightness = 1.45f;
  EXPECT_GT(learned.score(under_lamp(1.45f, 411)).score, 2 * kEnough) << "in light as bright as usual";
}

} // namespace
} // namespace pinhole::testing
