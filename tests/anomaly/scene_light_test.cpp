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

// Between the nodes around a pixel, or, beyond the outer ones, as between the nearest two.
TEST(SceneLight, IsLinearBetweenNodes) {
  Learned learned;
  (void)learned.score(in_shadow(30, 7));
  const LocalLight& light = learned.map.light;
  constexpr int32_t kBlock = 6;
  const auto place = [](int32_t at, int32_t nodes, int32_t* node) { // in blocks behind the node
    const float behind = (static_cast<float>(at) + 0.5f) / kBlock - 0.5f;
    *node = min_of(max_of(static_cast<int32_t>(std::floor(behind)), 0), nodes - 2);
    return behind - static_cast<float>(*node);
  };
  float least = 2, most = 0;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      int32_t row = 0, column = 0;
      const float down = place(y, light.rows, &row), right = place(x, light.columns, &column);
      const float* node = &light.nodes[row * light.columns + column];
      const float above = node[0] + right * (node[1] - node[0]);
      const float below = node[light.columns] + right * (node[light.columns + 1] - node[light.columns]);
      const float expected = min_of(max_of(above + down * (below - above), 0.5f), 2.0f);
      ASSERT_NEAR(light_at(light, y, x), expected, 1e-5f) << x << ", " << y;
      least = min_of(least, expected), most = max_of(most, expected);
    }
  EXPECT_LT(least, 0.8f * most) << "the shadow is seen";
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
