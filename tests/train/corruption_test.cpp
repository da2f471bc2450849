// SPDX-License-Identifier: Apache-2.0
#include "train/corruption.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace pinhole {
namespace {

// An image of one value.
struct Picture {
  std::vector<float> values;
  View view;

  Picture(int32_t height, int32_t width, int32_t channels, float value) {
    Desc desc;
    desc.h = height;
    desc.w = width;
    desc.c = channels;
    values.assign(static_cast<size_t>(desc.elements()), value);
    view = dense_view(desc, values.data());
  }
};

Corruption kind(const char* text) {
  Corruption corruption;
  const Status status = parse_corruption(text, &corruption);
  EXPECT_TRUE(status.ok()) << status.text;
  return corruption;
}

// Mean and variance of what was added to `value`, each within 5 standard errors of what is expected.
void expect_noise(const Picture& picture, float value, double variance) {
  double sum = 0, square = 0;
  for (const float x : picture.values) {
    const double difference = static_cast<double>(x) - static_cast<double>(value);
    sum += difference;
    square += difference * difference;
  }
  const auto n = static_cast<double>(picture.values.size());
  EXPECT_NEAR(sum / n, 0, 5 * std::sqrt(variance / n));
  EXPECT_NEAR(square / n, variance, 5 * variance * std::sqrt(2 / n));
}

TEST(Corruption, GaussianHasItsVariance) {
  for (const int32_t channels : {1, 3}) {
    Picture picture(200, 301, channels, 0.5f);
    const float level = corrupt(kind("gaussian:25"), NoiseKey(), picture.view);
    EXPECT_FLOAT_EQ(level, 25.0f / 255);
    expect_noise(picture, 0.5f, 25.0 * 25 / (255.0 * 255));
  }
}

TEST(Corruption, SensorVarianceGrowsWithBrightness) {
  for (const float value : {0.0f, 0.25f, 1.0f}) {
    Picture picture(200, 300, 1, value);
    const double variance = 0.01 * static_cast<double>(value) + 0.002;
    const float level = corrupt(kind("sensor:0.01,0.002"), NoiseKey(), picture.view);
    EXPECT_NEAR(static_cast<double>(level), std::sqrt(variance), 1e-6);
    expect_noise(picture, value, variance);
  }
}

TEST(Corruption, NeighboursAreIndependent) {
  Picture picture(200, 300, 1, 0);
  corrupt(kind("gaussian:255"), NoiseKey(), picture.view);
  for (const size_t distance : {size_t{1}, size_t{2}, size_t{3}, size_t{4}, size_t{300}}) {
    double product = 0;
    const size_t n = picture.values.size() - distance;
    for (size_t i = 0; i < n; ++i)
      product += static_cast<double>(picture.values[i] * picture.values[i + distance]);
    EXPECT_NEAR(product / static_cast<double>(n), 0, 5 / std::sqrt(static_cast<double>(n))) << distance;
  }
}

TEST(Corruption, TheKeyDecides) {
  std::vector<std::vector<float>> seen;
  for (const NoiseKey& key : {NoiseKey{1, 2, 3, false}, NoiseKey{2, 2, 3, false}, NoiseKey{1, 3, 3, false},
                              NoiseKey{1, 2, 4, false}, NoiseKey{1, 2, 3, true}}) {
    Picture picture(8, 8, 1, 0.5f), again(8, 8, 1, 0.5f);
    corrupt(kind("gaussian:10"), key, picture.view);
    corrupt(kind("gaussian:10"), key, again.view);
    EXPECT_EQ(picture.values, again.values);
    for (const auto& other : seen)
      EXPECT_NE(picture.values, other);
    seen.push_back(picture.values);
  }
}

TEST(Corruption, LayoutInMemoryDoesNotMatter) {
  Picture dense(9, 7, 3, 0.5f), wide(9, 20, 8, 0.5f);
  View part = wide.view;
  part.desc.w = 7;
  part.desc.c = 3;
  corrupt(kind("sensor:0.1,0.1"), NoiseKey(), dense.view);
  corrupt(kind("sensor:0.1,0.1"), NoiseKey(), part);
  for (int32_t y = 0; y < 9; ++y)
    for (int32_t x = 0; x < 7; ++x)
      for (int32_t c = 0; c < 3; ++c)
        EXPECT_EQ(dense.view.row<float>(0, y)[x * 3 + c], part.row<float>(0, y)[x * 8 + c]);
  EXPECT_EQ(wide.values.back(), 0.5f);
  EXPECT_EQ(wide.values[3], 0.5f); // the fourth channel
}

TEST(Corruption, RangesAreDrawnUniformly) {
  const Interval interval = {10, 50};
  double sum = 0;
  float least = 50, most = 10;
  constexpr int kDraws = 4000;
  for (uint32_t i = 0; i < kDraws; ++i) {
    NoiseKey key;
    key.item = i;
    const float drawn = draw(interval, key, 0);
    EXPECT_NE(drawn, draw(interval, key, 1));
    sum += static_cast<double>(drawn);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  EXPECT_NEAR(sum / kDraws, 30, 5 * 40 / std::sqrt(12.0 * kDraws));
  EXPECT_GE(least, 10);
  EXPECT_LT(least, 10.5f);
  EXPECT_LT(most, 50);
  EXPECT_GT(most, 49.5f);
}

TEST(Corruption, MaskClearsWholePixels) {
  Picture picture(200, 300, 3, 0.5f);
  EXPECT_EQ(corrupt(kind("mask:0.3"), NoiseKey(), picture.view), 0.0f);
  int cleared = 0;
  for (size_t i = 0; i < picture.values.size(); i += 3) {
    EXPECT_EQ(picture.values[i], picture.values[i + 1]);
    EXPECT_EQ(picture.values[i], picture.values[i + 2]);
    cleared += picture.values[i] == 0.0f ? 1 : 0;
  }
  EXPECT_NEAR(cleared, 0.3 * 60000, 5 * std::sqrt(0.3 * 0.7 * 60000));
}

TEST(Corruption, OccludesTwoRowsButNeverTheLastPair) {
  std::vector<int> hits(28);
  for (uint32_t item = 0; item < 2000; ++item) {
    Picture picture(28, 28, 1, 0.5f);
    NoiseKey key;
    key.item = item;
    corrupt(kind("occlude"), key, picture.view);
    int first = -1, count = 0;
    for (int y = 0; y < 28; ++y)
      if (*picture.view.row<float>(0, y) == 1.0f) {
        first = first < 0 ? y : first;
        ++count;
      }
    ASSERT_EQ(count, 2);
    ++hits[static_cast<size_t>(first)];
  }
  for (size_t y = 0; y < 26; ++y)
    EXPECT_GT(hits[y], 0) << y;
  EXPECT_EQ(hits[26], 0);
}

TEST(Corruption, ParsesAndRefuses) {
  EXPECT_EQ(kind("gaussian:0..55").first.high, 55.0f);
  EXPECT_EQ(kind("gaussian:0..55").first.low, 0.0f);
  EXPECT_EQ(kind("gaussian:.5..1.5").first.low, 0.5f);
  EXPECT_EQ(kind("sensor:0.01..0.02,1e-3").second.high, 1e-3f);
  EXPECT_EQ(kind("jpeg:80").kind, CorruptionKind::jpeg);
  EXPECT_EQ(kind("none").kind, CorruptionKind::none);
  EXPECT_EQ(kind("misprint:3..24").kind, CorruptionKind::misprint);
  EXPECT_EQ(kind("misprint:3..24").first.high, 24.0f);
  EXPECT_EQ(kind("crack:40..300,0.1").kind, CorruptionKind::crack);
  EXPECT_EQ(kind("crack:40..300,0.1").second.low, 0.1f);
  for (const char* text : {"",
                           "gauss:1",
                           "gaussian",
                           "gaussian:",
                           "gaussian:x",
                           "gaussian:1,2",
                           "gaussian:-1",
                           "gaussian:256",
                           "gaussian:9..3",
                           "gaussian:nan",
                           "sensor:0.1",
                           "sensor:0.1,",
                           "mask:1.5",
                           "occlude:1",
                           "jpeg:0",
                           "misprint:0",
                           "misprint:3,1",
                           "misprint",
                           "crack:40",
                           "crack:0,0.5",
                           "crack:40,1.5",
                           "gaussian:25 ",
                           "none:0",
                           ":"}) {
    Corruption corruption;
    const Status status = parse_corruption(text, &corruption);
    EXPECT_EQ(status.code, Code::invalid_argument) << text;
  }
}

TEST(Corruption, AReversedRangeIsToldTheRightWayRound) {
  Corruption refused;
  const Status status = parse_corruption("crack:300..40,0.1", &refused);
  EXPECT_EQ(status.code, Code::invalid_argument);
  EXPECT_NE(std::string(status.text).find("LOW..HIGH, the lower first"), std::string::npos) << status.text;
}

TEST(Corruption, ACameraTakesThreeNumbers) {
  const Corruption corruption = kind("isp:83..1e4,0..5,2");
  EXPECT_EQ(corruption.first.high, 1e4f);
  EXPECT_EQ(corruption.second.high, 5.0f);
  EXPECT_EQ(corruption.third.low, 2.0f);
  for (const char* text : {"isp:100,1", "isp:0,1,0", "isp:100,9,0", "isp:100,1,3", "isp:100,1,0,0"}) {
    Corruption refused;
    EXPECT_EQ(parse_corruption(text, &refused).code, Code::invalid_argument) << text;
  }
}

} // namespace
} // namespace pinhole
