// SPDX-License-Identifier: Apache-2.0
// Demosaicing against what must come out: flat colours and slopes exactly, the published 5x5 filters, straight edges.
#include "train/demosaic.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinhole {
namespace {

constexpr Demosaic kMethods[] = {Demosaic::bilinear, Demosaic::edge_directed, Demosaic::gradient_corrected};
constexpr BayerPhase kPhases[] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
constexpr int32_t kWidth = 13, kHeight = 10;

template <class Value> FloatImage picture(int32_t channels, Value value) {
  FloatImage image;
  EXPECT_TRUE(make_image(kWidth, kHeight, channels, &image).ok());
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      for (int32_t c = 0; c < channels; ++c)
        image.row(y)[x * channels + c] = value(y, x, c);
  return image;
}

FloatImage through(const FloatImage& rgb, BayerPhase phase, Demosaic method) {
  FloatImage mosaic, out;
  EXPECT_TRUE(bayer_mosaic(rgb, phase, &mosaic).ok());
  EXPECT_TRUE(demosaic(mosaic, phase, method, &out).ok());
  return out;
}

// Largest error `border` pixels and more from the edge.
float largest_error(const FloatImage& a, const FloatImage& b, int32_t border) {
  float largest = 0;
  for (int32_t y = border; y < kHeight - border; ++y)
    for (int32_t i = 3 * border; i < 3 * (kWidth - border); ++i)
      largest = std::fmax(largest, std::fabs(a.row(y)[i] - b.row(y)[i]));
  return largest;
}

TEST(Demosaic, FlatColoursComeBackEverywhere) {
  const FloatImage flat = picture(3, [](int32_t, int32_t, int32_t c) { return 0.2f + 0.3f * static_cast<float>(c); });
  for (const BayerPhase phase : kPhases)
    for (const Demosaic method : kMethods)
      EXPECT_LT(largest_error(through(flat, phase, method), flat, 0), 1e-6f) << static_cast<int>(method);
}

TEST(Demosaic, SlopesComeBackInside) {
  const FloatImage slope = picture(
      3, [](int32_t y, int32_t x, int32_t) { return 0.03f * static_cast<float>(x) + 0.02f * static_cast<float>(y); });
  for (const BayerPhase phase : kPhases)
    for (const Demosaic method : kMethods)
      EXPECT_LT(largest_error(through(slope, phase, method), slope, 3), 1e-6f) << static_cast<int>(method);
}

// A gray picture with an upright edge: green, chosen along the edge, keeps it; bilinear blurs it.
TEST(Demosaic, EdgeDirectedKeepsAnEdge) {
  const FloatImage edge = picture(3, [](int32_t, int32_t x, int32_t) { return x < 6 ? 0.2f : 0.8f; });
  for (const BayerPhase phase : kPhases) {
    EXPECT_LT(largest_error(through(edge, phase, Demosaic::edge_directed), edge, 0), 1e-6f);
    EXPECT_GT(largest_error(through(edge, phase, Demosaic::bilinear), edge, 0), 0.1f);
  }
}

// The filters as Malvar, He and Cutler print them (figure 2), times 8.
using Filter = float[5][5];
constexpr Filter kGreen = {{0, 0, -1, 0, 0}, {0, 0, 2, 0, 0}, {-1, 2, 4, 2, -1}, {0, 0, 2, 0, 0}, {0, 0, -1, 0, 0}};
constexpr Filter kBeside = {
    {0, 0, 0.5f, 0, 0}, {0, -1, 0, -1, 0}, {-1, 4, 5, 4, -1}, {0, -1, 0, -1, 0}, {0, 0, 0.5f, 0, 0}};
constexpr Filter kAcross = {
    {0, 0, -1.5f, 0, 0}, {0, 2, 0, 2, 0}, {-1.5f, 0, 6, 0, -1.5f}, {0, 2, 0, 2, 0}, {0, 0, -1.5f, 0, 0}};

float filtered(const FloatImage& mosaic, int32_t y, int32_t x, const Filter& filter, bool turned) {
  float sum = 0;
  for (int32_t i = 0; i < 5; ++i)
    for (int32_t j = 0; j < 5; ++j)
      sum += (turned ? filter[j][i] : filter[i][j]) * mosaic.row(y + i - 2)[x + j - 2];
  return sum / 8;
}

TEST(Demosaic, GradientCorrectedIsThePublishedFilters) {
  const FloatImage mosaic = picture(
      1, [](int32_t y, int32_t x, int32_t) { return static_cast<float>((y * 37 + x * 61 + x * y * 17) % 101) / 100; });
  for (const BayerPhase phase : kPhases) {
    FloatImage out;
    ASSERT_TRUE(demosaic(mosaic, phase, Demosaic::gradient_corrected, &out).ok());
    for (int32_t y = 2; y < kHeight - 2; ++y)
      for (int32_t x = 2; x < kWidth - 2; ++x) {
        const bool red_row = y % 2 == phase.red_y, red_column = x % 2 == phase.red_x;
        const float here = mosaic.row(y)[x];
        const bool green = red_row != red_column;
        const float across = filtered(mosaic, y, x, kAcross, false);
        const float red = green ? filtered(mosaic, y, x, kBeside, !red_row) : red_row ? here : across;
        const float blue = green ? filtered(mosaic, y, x, kBeside, red_row) : red_row ? across : here;
        EXPECT_NEAR(out.row(y)[3 * x], red, 1e-5f);
        EXPECT_NEAR(out.row(y)[3 * x + 1], green ? here : filtered(mosaic, y, x, kGreen, false), 1e-5f);
        EXPECT_NEAR(out.row(y)[3 * x + 2], blue, 1e-5f);
      }
  }
}

TEST(Demosaic, RefusesWhatIsNoMosaic) {
  FloatImage colour, narrow, out;
  ASSERT_TRUE(make_image(8, 8, 3, &colour).ok());
  ASSERT_TRUE(make_image(3, 8, 1, &narrow).ok());
  EXPECT_EQ(demosaic(colour, {}, Demosaic::bilinear, &out).code, Code::invalid_argument);
  EXPECT_EQ(demosaic(narrow, {}, Demosaic::bilinear, &out).code, Code::invalid_argument);
}

} // namespace
} // namespace pinhole
