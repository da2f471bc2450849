// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg.h"
#include "image/metrics.h"
#include "jpeg_files.h"
#include "test_picture.h"

namespace pinhole {
namespace {

Image decoded(const std::vector<uint8_t>& bytes) {
  Image image;
  const Status status = decode_image(bytes.data(), bytes.size(), &image);
  EXPECT_TRUE(status.ok()) << status.text;
  return image;
}

class Coding : public testing::TestWithParam<std::tuple<ChromaSampling, bool, bool, int>> {};

TEST_P(Coding, comes_back_nearly_the_same) {
  const auto [sampling, progressive, arithmetic, channels] = GetParam();
  const Image image = smooth_picture(61, 45, channels);
  const std::vector<uint8_t> bytes = encoded(image, {98, sampling, progressive, arithmetic});
  const Image back = decoded(bytes);
  ASSERT_TRUE(back.same_shape(image));
  EXPECT_LE(max_difference(back, image), 6);
  double decibel = 0;
  ASSERT_TRUE(psnr(back, image, &decibel).ok());
  EXPECT_GT(decibel, 46);
  EXPECT_EQ(encoded(image, {98, sampling, progressive, arithmetic}), bytes);
}

INSTANTIATE_TEST_SUITE_P(all, Coding,
                         testing::Combine(testing::Values(ChromaSampling::s444, ChromaSampling::s422,
                                                          ChromaSampling::s440, ChromaSampling::s420,
                                                          ChromaSampling::s411),
                                          testing::Bool(), testing::Bool(), testing::Values(1, 3)));

TEST(Jpeg, samplings_are_stored_as_asked) {
  const Image image = smooth_picture(32, 32, 3);
  const std::pair<ChromaSampling, int> factors[] = {{ChromaSampling::s444, 0x11},
                                                    {ChromaSampling::s422, 0x21},
                                                    {ChromaSampling::s440, 0x12},
                                                    {ChromaSampling::s420, 0x22},
                                                    {ChromaSampling::s411, 0x41}};
  for (const auto& [sampling, luma] : factors) {
    const std::vector<uint8_t> bytes = encoded(image, {90, sampling});
    const uint8_t marker[] = {0xFF, 0xC0};
    const auto frame = std::search(bytes.begin(), bytes.end(), std::begin(marker), std::end(marker));
    ASSERT_NE(frame, bytes.end());
    EXPECT_EQ(frame[11], luma);
  }
}

TEST(Jpeg, quality_decides_the_size_and_is_checked) {
  const Image image = textured_picture(64, 64, 3);
  EXPECT_LT(encoded(image, {20}).size(), encoded(image, {90}).size());
  std::vector<uint8_t> bytes;
  EXPECT_EQ(encode_jpeg(image, {0}, &bytes).code, Code::invalid_argument);
  EXPECT_EQ(encode_jpeg(image, {101}, &bytes).code, Code::invalid_argument);
  EXPECT_EQ(encode_jpeg(Image{}, {90}, &bytes).code, Code::invalid_argument);
  Image wide;
  ASSERT_TRUE(make_image(65501, 1, 1, &wide).ok());
  EXPECT_EQ(encode_jpeg(wide, {90}, &bytes).code, Code::invalid_argument);
}

TEST(Jpeg, exif_orientation_turns_the_picture) {
  const std::vector<uint8_t> jpeg = encoded(smooth_picture(40, 24, 3), {95});
  const Image stored = decoded(jpeg);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Image turned = decoded(with_segment(jpeg, 0xE1, exif_payload(orientation, orientation % 2 == 0)));
    EXPECT_EQ(turned.width, orientation < 5 ? 40 : 24) << orientation;
    EXPECT_EQ(turned.pixels == stored.pixels, orientation == 1) << orientation;
  }
}

TEST(Jpeg, harmless_oddities_are_noted) {
  std::vector<uint8_t> bytes = encoded(smooth_picture(16, 16, 1), {90});
  bytes.insert(bytes.end(), {1, 2, 3}); // behind the end marker: not even looked at
  decoded(bytes);
  const uint8_t rest[] = {0x12, 0x34}; // before the table segment
  bytes.insert(bytes.begin() + 20, std::begin(rest), std::end(rest));
  Image image;
  std::string note;
  const Status status = decode_image(bytes.data(), bytes.size(), &image, &note);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_NE(note.find("extraneous"), std::string::npos) << note;
}

TEST(Jpeg, libjpeg_turbo_test_images) {
  const std::string folder = data_path("camera_jpeg/libjpeg-turbo/");
  if (folder.empty())
    GTEST_SKIP() << "PINHOLE_DATA is not set";
  Image reference;
  ASSERT_TRUE(load_image(folder + "testorig.ppm", &reference).ok());
  Image original, arithmetic;
  ASSERT_TRUE(load_image(folder + "testorig.jpg", &original).ok());
  EXPECT_LE(max_difference(original, reference), 3);
  const Status status = load_image(folder + "testimgari.jpg", &arithmetic);
  ASSERT_TRUE(status.ok()) << status.text;
  ASSERT_TRUE(arithmetic.same_shape(reference));
  double decibel = 0;
  ASSERT_TRUE(psnr(arithmetic, reference, &decibel).ok());
  EXPECT_GT(decibel, 30);
}

TEST(Jpeg, exif_pair_shows_the_same_scene) {
  const std::string folder = data_path("camera_jpeg/");
  if (folder.empty())
    GTEST_SKIP() << "PINHOLE_DATA is not set";
  Image upright, turned;
  ASSERT_TRUE(load_image(folder + "landscape_1800x1200_exif1.jpg", &upright).ok());
  ASSERT_TRUE(load_image(folder + "landscape_1200x1800_exif6.jpg", &turned).ok());
  ASSERT_EQ(upright.width, 1800);
  double decibel = 0;
  ASSERT_TRUE(psnr(turned, upright, &decibel).ok());
  EXPECT_NEAR(decibel, 28.883, 0.01); // Pillow's figure; mirrored or turned wrongly it is below 9
}

} // namespace
} // namespace pinhole
