// SPDX-License-Identifier: Apache-2.0
// Parts of a print in the wrong one of its own colours.
#include "train/drawn_defects.h"
#include "train/misprint.h"

#include <algorithm>
#include <cmath>

namespace pinhole {
namespace {

using test::key_of;

constexpr int32_t kSide = test::kDefectSide;
constexpr float kInk = 0.1f, kPaper = 0.9f, kRounding = 1e-6f;

bool is(float pixel, float colour) {
  return std::fabs(pixel - colour) < kRounding;
}

// Bars of ink, ten pixels wide, on paper.
struct Print {
  std::vector<float> pixels = std::vector<float>(size_t{kSide} * kSide);

  Print() {
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = i / 10 % 2 == 0 ? kInk : kPaper;
  }
  View view() { return dense_view({1, kSide, kSide, 1, DType::f32}, pixels.data()); }
};

TEST(Misprints, SwapTheColoursThatThereAre) {
  const Print good;
  int32_t to_ink = 0, to_paper = 0, between = 0;
  for (uint32_t item = 0; item < 200; ++item) {
    Print print;
    put_misprints({6, 30}, key_of(item), print.view());
    for (size_t i = 0; i < print.pixels.size(); ++i) {
      const float pixel = print.pixels[i];
      ASSERT_TRUE(pixel > kInk - kRounding && pixel < kPaper + kRounding) << pixel;
      if (is(pixel, good.pixels[i]))
        continue;
      to_ink += is(pixel, kInk);
      to_paper += is(pixel, kPaper);
      between += !is(pixel, kInk) && !is(pixel, kPaper);
    }
  }
  EXPECT_GT(to_ink, 1000);
  EXPECT_GT(to_paper, 1000);
  EXPECT_GT(between, 0) << "outlines fade";
  EXPECT_LT(between, (to_ink + to_paper) / 2) << "but are sharp";
}

TEST(Misprints, GrowWithTheirSize) {
  test::expect_to_grow<Print>(put_misprints, {0.0003f, 0.01f}, {0.03f, 0.3f});
}

TEST(Misprints, FollowTheirKey) {
  test::expect_to_follow_key<Print>(put_misprints);
}

TEST(Misprints, NeedTwoColours) {
  Print plain;
  std::fill(plain.pixels.begin(), plain.pixels.end(), 0.5f);
  const std::vector<float> before = plain.pixels;
  for (uint32_t item = 0; item < 20; ++item)
    put_misprints({4, 30}, key_of(item), plain.view());
  EXPECT_EQ(plain.pixels, before);
}

// Red ink on blue paper, in a wider buffer: whole colours are swapped, and nothing beside the picture is touched.
TEST(Misprints, SwapWholeColours) {
  constexpr int32_t kStride = 5;
  const float ink[3] = {0.8f, 0.1f, 0.1f}, paper[3] = {0.2f, 0.3f, 0.9f};
  std::vector<float> pixels(size_t{kSide} * kSide * kStride, -7);
  for (int32_t i = 0; i < kSide * kSide; ++i)
    std::copy_n(i % kSide < kSide / 2 ? ink : paper, 3, pixels.begin() + ptrdiff_t{i} * kStride);
  View view = dense_view({1, kSide, kSide, 3, DType::f32}, pixels.data());
  view.pixel_stride = kStride;
  view.row_stride = int64_t{kSide} * kStride;
  put_misprints({10, 30}, key_of(3), view);
  int32_t swapped = 0;
  for (int32_t i = 0; i < kSide * kSide; ++i) {
    const float* const pixel = pixels.data() + ptrdiff_t{i} * kStride;
    const float to_paper = (pixel[0] - ink[0]) / (paper[0] - ink[0]);
    for (int32_t c = 1; c < 3; ++c)
      ASSERT_NEAR(pixel[c], ink[c] + to_paper * (paper[c] - ink[c]), 1e-5f) << i;
    ASSERT_EQ(pixel[3], -7);
    swapped += (to_paper > 0.5f) == (i % kSide < kSide / 2);
  }
  EXPECT_GT(swapped, 10);
}

} // namespace
} // namespace pinhole
