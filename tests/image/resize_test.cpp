// SPDX-License-Identifier: Apache-2.0
// The expected bilinear numbers are PyTorch's (align_corners=False): reference_values.py prints them.
#include "image/resize.h"
#include "test_picture.h"

#include <gtest/gtest.h>
#include <numeric>

namespace pinhole {
namespace {

TEST(Resize, bilinear_agrees_with_pytorch) {
  const FloatImage gray = to_float(textured_picture(9, 7, 1));
  FloatImage resized;
  ASSERT_TRUE(resize(gray, 14, 10, ResizeMethod::bilinear, &resized).ok());
  const float larger[] = {2.75F, 2.75F, 2.75F,       2.75F, 2.75F,       2.78571429F, 3.42857143F,
                          3.75F, 3.75F, 4.35714286F, 5,     5.64285714F, 6.28571429F, 6.75F};
  for (int x = 0; x < 14; ++x)
    EXPECT_NEAR(resized.row(1)[x], larger[x], 1e-5) << x;
  ASSERT_TRUE(resize(gray, 4, 3, ResizeMethod::bilinear, &resized).ok());
  const float smaller[] = {15, 15, 16.125F, 18.375F};
  for (int x = 0; x < 4; ++x)
    EXPECT_NEAR(resized.row(1)[x], smaller[x], 1e-5) << x;
}

TEST(Resize, same_size_is_the_same_picture) {
  const Image image = textured_picture(13, 6, 3);
  for (const ResizeMethod method : {ResizeMethod::bilinear, ResizeMethod::area}) {
    Image resized;
    ASSERT_TRUE(resize(image, 13, 6, method, &resized).ok());
    EXPECT_EQ(resized.pixels, image.pixels);
  }
}

TEST(Resize, area_takes_the_mean_of_whole_blocks) {
  const Image image = textured_picture(12, 6, 3);
  FloatImage reduced;
  ASSERT_TRUE(resize(to_float(image), 4, 3, ResizeMethod::area, &reduced).ok());
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 4; ++x)
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int dy = 0; dy < 2; ++dy)
          for (int dx = 0; dx < 3; ++dx)
            sum += image.row(2 * y + dy)[(3 * x + dx) * 3 + c];
        EXPECT_NEAR(reduced.row(y)[x * 3 + c], sum / 6.0, 1e-4);
      }
}

TEST(Resize, area_keeps_the_mean_at_any_ratio) {
  const FloatImage image = to_float(textured_picture(37, 23, 1));
  const double mean = std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0) / (37 * 23);
  for (int width = 1; width <= 37; width += 3)
    for (int height = 1; height <= 23; height += 2) {
      FloatImage reduced;
      ASSERT_TRUE(resize(image, width, height, ResizeMethod::area, &reduced).ok());
      EXPECT_NEAR(std::accumulate(reduced.pixels.begin(), reduced.pixels.end(), 0.0) / (width * height), mean, 1e-3);
    }
}

TEST(Resize, area_interpolates_the_axis_that_grows) {
  const FloatImage image = to_float(textured_picture(8, 5, 1));
  FloatImage by_area, bilinear;
  ASSERT_TRUE(resize(image, 16, 11, ResizeMethod::area, &by_area).ok());
  ASSERT_TRUE(resize(image, 16, 11, ResizeMethod::bilinear, &bilinear).ok());
  EXPECT_EQ(by_area.pixels, bilinear.pixels);
}

TEST(Resize, one_pixel_and_wrong_sizes) {
  Image resized;
  ASSERT_TRUE(resize(Image{1, 1, 3, {9, 8, 7}}, 3, 2, ResizeMethod::bilinear, &resized).ok());
  EXPECT_EQ(resized.pixels, (std::vector<uint8_t>{9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7}));
  EXPECT_EQ(resize(resized, 0, 2, ResizeMethod::area, &resized).code, Code::invalid_argument);
  EXPECT_EQ(resize(Image{}, 2, 2, ResizeMethod::area, &resized).code, Code::invalid_argument);
}

} // namespace
} // namespace pinhole
