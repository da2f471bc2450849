// SPDX-License-Identifier: Apache-2.0
#include "image/color.h"
#include "test_picture.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

// reference_values.py prints Pillow's.
TEST(Gray, is_that_of_pillow) {
  EXPECT_EQ(rgb_to_gray(textured_picture(5, 2, 3)).pixels,
            (std::vector<uint8_t>{33, 33, 33, 33, 34, 38, 38, 38, 38, 39}));
  const Image white{1, 1, 3, {255, 255, 255}};
  EXPECT_EQ(rgb_to_gray(white).pixels[0], 255);
}

// Many colours, so that a factor that is wrong by one of its 65,536 parts shows.
TEST(Gray, is_that_of_pillow_for_65536_colours) {
  Image many{256, 256, 3, {}};
  for (int32_t y = 0; y < 256; ++y)
    for (int32_t x = 0; x < 256; ++x)
      for (int32_t c = 0; c < 3; ++c)
        many.pixels.push_back(static_cast<uint8_t>((x * (7 * c + 3) + y * (5 * c + 11)) % 256));
  const Image gray = rgb_to_gray(many);
  int64_t sum = 0;
  for (size_t i = 0; i < gray.pixels.size(); ++i)
    sum += gray.pixels[i] * static_cast<int64_t>(i % 251);
  EXPECT_EQ(sum, 1042505335);
}

TEST(Gray, to_rgb_and_back_changes_nothing) {
  const Image gray = textured_picture(16, 16, 1);
  EXPECT_EQ(gray_to_rgb(gray).channels, 3);
  EXPECT_EQ(rgb_to_gray(gray_to_rgb(gray)).pixels, gray.pixels);
  EXPECT_EQ(rgb_to_gray(gray).pixels, gray.pixels);
}

// The standards' own equations: Y = Kr R + (1 - Kr - Kb) G + Kb B, U = (B - Y) / (2 - 2 Kb), V = (R - Y) / (2 - 2 Kr).
void to_yuv(const uint8_t* rgb, YuvFormat format, uint8_t* y, uint8_t* u, uint8_t* v) {
  const double kr = format.matrix == YuvMatrix::bt601 ? 0.299 : 0.2126;
  const double kb = format.matrix == YuvMatrix::bt601 ? 0.114 : 0.0722;
  const bool limited = format.range == YuvRange::limited;
  const double luma = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  const auto store = [](double value) { return static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 255.0))); };
  *y = store(limited ? 16 + luma * 219 / 255 : luma);
  *u = store(128 + (rgb[2] - luma) / (2 - 2 * kb) * (limited ? 224.0 / 255 : 1));
  *v = store(128 + (rgb[0] - luma) / (2 - 2 * kr) * (limited ? 224.0 / 255 : 1));
}

// One colour per 2 x 2 block, so that shared chroma loses nothing.
Image blocks(int32_t width, int32_t height) {
  Image image{width, height, 3, {}};
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < 3; ++c)
        image.pixels.push_back(static_cast<uint8_t>((x / 2 * 37 + y / 2 * 59 + c * (x / 2 + 3) * 41) % 256));
  return image;
}

class Yuv : public testing::TestWithParam<YuvFormat> {};

TEST_P(Yuv, nv12_and_yuyv_come_back_within_rounding) {
  constexpr int32_t kWidth = 7, kHeight = 5, kPitch = 20;
  const Image image = blocks(kWidth, kHeight);
  std::vector<uint8_t> luma(kPitch * kHeight), chroma(kPitch * 3), yuyv(kPitch * kHeight);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      uint8_t* pair = &chroma[size_t(y / 2 * kPitch + x / 2 * 2)];
      to_yuv(image.row(y) + 3 * x, GetParam(), &luma[size_t(y * kPitch + x)], pair, pair + 1);
      uint8_t* group = &yuyv[size_t(y * kPitch + x / 2 * 4)];
      to_yuv(image.row(y) + 3 * x, GetParam(), group + x % 2 * 2, group + 1, group + 3);
    }
  Image from_nv12, from_yuyv;
  ASSERT_TRUE(nv12_to_rgb(luma.data(), kPitch, chroma.data(), kPitch, kWidth, kHeight, GetParam(), &from_nv12).ok());
  ASSERT_TRUE(yuyv_to_rgb(yuyv.data(), kPitch, kWidth, kHeight, GetParam(), &from_yuyv).ok());
  EXPECT_LE(max_difference(from_nv12, image), 2);
  EXPECT_EQ(from_yuyv.pixels, from_nv12.pixels);
}

INSTANTIATE_TEST_SUITE_P(formats, Yuv,
                         testing::Values(YuvFormat{YuvMatrix::bt601, YuvRange::limited},
                                         YuvFormat{YuvMatrix::bt601, YuvRange::full},
                                         YuvFormat{YuvMatrix::bt709, YuvRange::limited},
                                         YuvFormat{YuvMatrix::bt709, YuvRange::full}));

TEST(Yuv, limited_black_and_white_are_exact_and_extremes_clip) {
  const uint8_t groups[] = {16, 128, 235, 128, 0, 128, 255, 128};
  Image image;
  ASSERT_TRUE(yuyv_to_rgb(groups, 8, 4, 1, {}, &image).ok());
  EXPECT_EQ(image.pixels, (std::vector<uint8_t>{0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255}));
}

TEST(Yuv, refuses_short_pitches_and_empty_sizes) {
  const uint8_t bytes[64] = {0};
  Image image;
  EXPECT_EQ(yuyv_to_rgb(bytes, 7, 3, 2, {}, &image).code, Code::invalid_argument);
  EXPECT_EQ(nv12_to_rgb(bytes, 3, bytes, 3, 3, 2, {}, &image).code, Code::invalid_argument);
  EXPECT_EQ(nv12_to_rgb(bytes, 2, bytes, 4, 3, 2, {}, &image).code, Code::invalid_argument);
  EXPECT_EQ(yuyv_to_rgb(bytes, 64, 0, 2, {}, &image).code, Code::invalid_argument);
  EXPECT_EQ(yuyv_to_rgb(nullptr, 64, 2, 2, {}, &image).code, Code::invalid_argument);
  EXPECT_EQ(bayer8_to_rgb(bytes, 8, 1, 2, BayerOrder::rggb, &image).code, Code::invalid_argument);
}

// The mosaic that a sensor of this order sees of `image`.
std::vector<uint8_t> mosaic_of(const Image& image, BayerOrder order) {
  constexpr int kChannels[][4] = {{0, 1, 1, 2}, {2, 1, 1, 0}, {1, 0, 2, 1}, {1, 2, 0, 1}};
  std::vector<uint8_t> mosaic;
  for (int32_t y = 0; y < image.height; ++y)
    for (int32_t x = 0; x < image.width; ++x)
      mosaic.push_back(image.row(y)[3 * x + kChannels[static_cast<int>(order)][y % 2 * 2 + x % 2]]);
  return mosaic;
}

class Bayer : public testing::TestWithParam<BayerOrder> {};

// Bilinear interpolation restores a picture that is linear; mirrored edges bend it by at most one step.
TEST_P(Bayer, restores_a_slope_and_keeps_what_was_measured) {
  Image slope{12, 10, 3, {}};
  for (int32_t y = 0; y < 10; ++y)
    for (int32_t x = 0; x < 12; ++x)
      for (int32_t c = 0; c < 3; ++c)
        slope.pixels.push_back(static_cast<uint8_t>(10 + 60 * c + 4 * x + 6 * y));
  const std::vector<uint8_t> mosaic = mosaic_of(slope, GetParam());
  Image restored;
  ASSERT_TRUE(bayer8_to_rgb(mosaic.data(), 12, 12, 10, GetParam(), &restored).ok());
  EXPECT_EQ(mosaic_of(restored, GetParam()), mosaic);
  for (int32_t y = 1; y < 9; ++y)
    for (int32_t i = 3; i < 33; ++i)
      EXPECT_EQ(restored.row(y)[i], slope.row(y)[i]) << y << " " << i;
  EXPECT_LE(max_difference(restored, slope), 10);
}

INSTANTIATE_TEST_SUITE_P(orders, Bayer,
                         testing::Values(BayerOrder::rggb, BayerOrder::bggr, BayerOrder::grbg, BayerOrder::gbrg));

} // namespace
} // namespace pinhole
