// SPDX-License-Identifier: Apache-2.0
// The expected numbers are scikit-image's and SciPy's: reference_values.py prints them.
#include "image/filter.h"
#include "image/metrics.h"
#include "test_picture.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

Image disturbed(const Image& picture) {
  Image image = picture;
  for (int32_t y = 0; y < image.height; ++y)
    for (int32_t x = 0; x < image.width; ++x)
      for (int32_t c = 0; c < image.channels; ++c) {
        uint8_t& value = image.row(y)[x * image.channels + c];
        value = static_cast<uint8_t>(std::clamp(value + (31 * x + 17 * y + 7 * c) % 23 - 11, 0, 255));
      }
  return image;
}

struct Expected {
  int32_t width, height, channels;
  double decibel, similarity;
};

TEST(Metrics, agree_with_scikit_image) {
  for (const Expected& expected : {Expected{40, 30, 1, 31.732868529, 0.820106674},
                                   {33, 47, 3, 31.782032924, 0.839388997},
                                   {11, 11, 1, 32.071790069, 0.801709468}}) {
    const Image reference = textured_picture(expected.width, expected.height, expected.channels);
    double decibel = 0, similarity = 0;
    ASSERT_TRUE(psnr(disturbed(reference), reference, &decibel).ok());
    ASSERT_TRUE(ssim(disturbed(reference), reference, &similarity).ok());
    EXPECT_NEAR(decibel, expected.decibel, 1e-8);
    EXPECT_NEAR(similarity, expected.similarity, 1e-8);
  }
}

TEST(Metrics, equal_pictures_are_perfect) {
  const Image image = textured_picture(20, 16, 3);
  double decibel = 0, similarity = 0;
  ASSERT_TRUE(psnr(image, image, &decibel).ok());
  ASSERT_TRUE(ssim(image, image, &similarity).ok());
  EXPECT_TRUE(std::isinf(decibel) && decibel > 0);
  EXPECT_NEAR(similarity, 1, 1e-12);
}

TEST(Metrics, one_grey_level_is_48_13_decibel) {
  Image image = smooth_picture(8, 8, 1);
  const Image reference = image;
  for (uint8_t& value : image.pixels)
    ++value;
  double decibel = 0;
  ASSERT_TRUE(psnr(image, reference, &decibel).ok());
  EXPECT_NEAR(decibel, 20 * std::log10(255.0), 1e-12);
}

TEST(Metrics, refuse_pairs_that_do_not_fit) {
  double value = 0;
  const Image gray = smooth_picture(12, 12, 1);
  for (const Image& other : {smooth_picture(12, 12, 3), smooth_picture(11, 12, 1), Image{}}) {
    EXPECT_EQ(psnr(other, gray, &value).code, Code::invalid_argument);
    EXPECT_EQ(ssim(other, gray, &value).code, Code::invalid_argument);
  }
  EXPECT_EQ(psnr(Image{}, Image{}, &value).code, Code::invalid_argument);
  const Image small = smooth_picture(10, 40, 1);
  EXPECT_EQ(ssim(small, small, &value).code, Code::invalid_argument);
}

TEST(GaussianBlur, agrees_with_scipy) {
  const FloatImage gray = to_float(textured_picture(9, 7, 1));
  const std::pair<double, std::vector<float>> cases[] = {
      {0.8, {15, 15.0004407F, 15.0223511F, 15.2511025F, 15.77213F, 16.2511025F, 17.0219103F, 17.9772082F, 18.7037546F}},
      {2.5,
       {15.139277F, 15.2244145F, 15.4037563F, 15.6868811F, 16.0702481F, 16.5242161F, 16.9869355F, 17.3720067F,
        17.5922647F}}};
  for (const auto& [sigma, expected] : cases) {
    FloatImage blurred;
    ASSERT_TRUE(gaussian_blur(gray, sigma, &blurred).ok());
    for (size_t x = 0; x < expected.size(); ++x)
      EXPECT_NEAR(blurred.row(3)[x], expected[x], 2e-5) << "sigma " << sigma << " x " << x;
  }
}

TEST(GaussianBlur, treats_channels_alike_and_sigma_zero_copies) {
  const Image gray = textured_picture(12, 5, 1);
  FloatImage colour{12, 5, 3, {}};
  for (const uint8_t value : gray.pixels)
    colour.pixels.insert(colour.pixels.end(), {float(value), float(value), float(value)});
  FloatImage blurred_gray, blurred_colour, copied;
  ASSERT_TRUE(gaussian_blur(to_float(gray), 1.3, &blurred_gray).ok());
  ASSERT_TRUE(gaussian_blur(colour, 1.3, &blurred_colour).ok());
  for (size_t i = 0; i < blurred_colour.pixels.size(); ++i)
    EXPECT_EQ(blurred_colour.pixels[i], blurred_gray.pixels[i / 3]);
  ASSERT_TRUE(gaussian_blur(colour, 0, &copied).ok());
  EXPECT_EQ(copied.pixels, colour.pixels);
  for (const double sigma : {-1.0, 101.0, std::nan("")})
    EXPECT_EQ(gaussian_blur(colour, sigma, &copied).code, Code::invalid_argument);
}

// The pack's README gives these figures, measured with another implementation.
TEST(GaussianBlur, real_camera_noise_yardstick) {
  const std::string folder = data_path("denoise/real_noise_polyu_canon5d2_600d");
  if (folder.empty())
    GTEST_SKIP() << "PINHOLE_DATA is not set";
  double noisy_sum = 0, blurred_sum = 0;
  int pairs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().string();
    const size_t at = name.find("_real");
    if (at == std::string::npos)
      continue;
    Image noisy, mean;
    FloatImage blurred;
    ASSERT_TRUE(load_image(name, &noisy).ok());
    ASSERT_TRUE(load_image(name.replace(at, 5, "_mean"), &mean).ok());
    ASSERT_TRUE(gaussian_blur(to_float(noisy), 0.8, &blurred).ok());
    double decibel = 0;
    ASSERT_TRUE(psnr(noisy, mean, &decibel).ok());
    noisy_sum += decibel;
    ASSERT_TRUE(psnr(to_bytes(blurred), mean, &decibel).ok());
    blurred_sum += decibel;
    ++pairs;
  }
  ASSERT_EQ(pairs, 40);
  EXPECT_NEAR(noisy_sum / pairs, 36.05, 0.01);
  EXPECT_NEAR(blurred_sum / pairs, 37.17, 0.02);
}

} // namespace
} // namespace pinhole
