// SPDX-License-Identifier: Apache-2.0
#include "test_picture.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace pinhole {
namespace {

TEST(Pixels, sizes_are_checked) {
  Image image;
  EXPECT_EQ(make_image(0, 1, 1, &image).code, Code::invalid_argument);
  EXPECT_EQ(make_image(1, -1, 1, &image).code, Code::invalid_argument);
  EXPECT_EQ(make_image(1, 1, 2, &image).code, Code::invalid_argument);
  ASSERT_TRUE(make_image(2, 3, 3, &image).ok());
  EXPECT_EQ(image.pixels, std::vector<uint8_t>(18));
}

TEST(Pixels, floats_are_clipped_and_rounded) {
  const float infinity = std::numeric_limits<float>::infinity();
  const FloatImage image{9, 1, 1, {-3, 0.5F, 1.5F, 0.49F, 254.6F, 256, infinity, -infinity, std::nanf("")}};
  EXPECT_EQ(to_bytes(image).pixels, (std::vector<uint8_t>{0, 0, 2, 0, 255, 255, 255, 0, 0}));
  const Image picture = textured_picture(16, 16, 3);
  EXPECT_EQ(to_bytes(to_float(picture)).pixels, picture.pixels);
}

TEST(ImageFile, saved_pictures_are_found_again) {
  const TemporaryFolder folder;
  const Image gray = smooth_picture(20, 14, 1), colour = smooth_picture(20, 14, 3);
  const std::tuple<const char*, Image, int> cases[] = {{"a.png", gray, 0},   {"b.PNG", colour, 0}, {"c.pgm", gray, 0},
                                                       {"d.ppm", colour, 0}, {"e.jpg", colour, 8}, {"f.jpeg", gray, 4}};
  for (const auto& [name, image, allowed] : cases) {
    const Status saved = save_image(folder.file(name), image);
    ASSERT_TRUE(saved.ok()) << saved.text;
    Image back;
    const Status loaded = load_image(folder.file(name), &back);
    ASSERT_TRUE(loaded.ok()) << loaded.text;
    EXPECT_LE(max_difference(back, image), allowed) << name;
  }
}

TEST(ImageFile, the_content_decides_not_the_name) {
  const TemporaryFolder folder;
  const Image image = textured_picture(8, 8, 1);
  ASSERT_TRUE(save_image(folder.file("a.png"), image).ok());
  std::filesystem::rename(folder.file("a.png"), folder.file("a.jpg"));
  Image back;
  ASSERT_TRUE(load_image(folder.file("a.jpg"), &back).ok());
  EXPECT_EQ(back.pixels, image.pixels);
}

TEST(ImageFile, errors_name_the_file_and_the_reason) {
  const TemporaryFolder folder;
  Image image = textured_picture(8, 8, 3);
  EXPECT_EQ(save_image(folder.file("a.bmp"), image).code, Code::invalid_argument);
  EXPECT_EQ(save_image(folder.file("a"), image).code, Code::invalid_argument);
  EXPECT_EQ(save_image(folder.file("a.pgm"), image).code, Code::invalid_argument);
  EXPECT_EQ(save_image(folder.file("none/a.png"), image).code, Code::io_error);
  EXPECT_EQ(load_image(folder.file("none.png"), &image).code, Code::io_error);
  EXPECT_EQ(load_image(folder.path, &image).code, Code::io_error);
  EXPECT_EQ(load_image(folder.write("empty.png", {}), &image).code, Code::bad_file);
  const Status status = load_image(folder.write(std::string(150, 'x') + "_name.png", {1, 2, 3}), &image);
  EXPECT_EQ(status.code, Code::bad_file);
  EXPECT_NE(std::string(status.text).find("_name.png: no JPEG"), std::string::npos) << status.text;
  ImageLimits limits;
  limits.max_file_bytes = 2;
  EXPECT_EQ(load_image(folder.write("large.png", {1, 2, 3}), &image, nullptr, limits).code, Code::bad_file);
}

} // namespace
} // namespace pinhole
