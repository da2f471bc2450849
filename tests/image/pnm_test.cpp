// SPDX-License-Identifier: Apache-2.0
#include "image/pnm.h"
#include "test_picture.h"

#include <gtest/gtest.h>

namespace pinhole {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes file(const std::string& text, const Bytes& rest = {}) {
  Bytes bytes(text.begin(), text.end());
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

void expect_pixels(const Bytes& bytes, int32_t width, int32_t channels, const Bytes& pixels) {
  Image image;
  const Status status = decode_image(bytes.data(), bytes.size(), &image);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(image.width, width);
  EXPECT_EQ(image.channels, channels);
  EXPECT_EQ(image.pixels, pixels);
}

TEST(Pnm, the_four_kinds) {
  expect_pixels(file("P2\n3 1\n255\n0 7\t255"), 3, 1, {0, 7, 255});
  expect_pixels(file("P3 1 2 255 1 2 3  4 5 6\n"), 1, 3, {1, 2, 3, 4, 5, 6});
  expect_pixels(file("P5\n2 2\n255\n", {9, 8, 7, 6}), 2, 1, {9, 8, 7, 6});
  expect_pixels(file("P6 2 1 255\r", {1, 2, 3, 4, 5, 6}), 2, 3, {1, 2, 3, 4, 5, 6});
}

TEST(Pnm, comments_depths_and_what_follows) {
  expect_pixels(file("P5 # a comment 1 2 3\n#another\n2#x\n 1\n100\n", {0, 50}), 2, 1, {0, 128});
  expect_pixels(file("P5 2 1 65535\n", {0xFF, 0xFF, 0x12, 0xF0}), 2, 1, {255, 19});
  expect_pixels(file("P2 2 1 1\n1 0 # the end"), 2, 1, {255, 0});
  expect_pixels(file("P5 1 1 255\n", {'#', 'P', '5'}), 1, 1, {'#'});
}

TEST(Pnm, written_pictures_come_back_exactly) {
  for (const int channels : {1, 3}) {
    const Image image = textured_picture(11, 6, channels);
    Bytes bytes;
    encode_pnm(image, &bytes);
    expect_pixels(bytes, 11, channels, image.pixels);
  }
}

TEST(Pnm, hostile_headers_are_refused) {
  const std::pair<const char*, const char*> cases[] = {
      {"P1 1 1 1", "P2, P3, P5 and P6"},    {"P7", "P2, P3, P5 and P6"},
      {"P5", "P2, P3, P5 and P6"},          {"P5 ", "header"},
      {"P5 0 1 255\n1", "header"},          {"P5 -1 1 255\n1", "header"},
      {"P5 1x 1 255\n1", "header"},         {"P5 1 1 0\n1", "header"},
      {"P5 1 1 65536\n1", "header"},        {"P5 99999999999 1 255\n1", "header"},
      {"P5 4294967297 1 255\n1", "header"}, {"P6 999999999 999999999 255\n1", "allowed"},
      {"P5 8000 8000 255\n1", "truncated"}, {"P2 8000 8000 255\n1 2 3", "truncated"},
      {"P5 1 1 255", "truncated"},          {"P5 1 1 255#", "truncated"},
      {"P5 1 1 255\n", "truncated"},        {"P5 1 1 256\n1", "truncated"},
      {"P2 2 1 255\n1 x", "value 1"},       {"P2 2 1 255\n1  ", "value 1"},
      {"P2 2 1 9\n1 10", "value 1"},        {"P5 1 1 9\n:", "value 0"},
  };
  for (const auto& [text, reason] : cases) {
    const Bytes bytes = file(text);
    Image image;
    const Status status = decode_image(bytes.data(), bytes.size(), &image);
    EXPECT_EQ(status.code, Code::bad_file) << text;
    EXPECT_NE(std::string(status.text).find(reason), std::string::npos) << text << " -> " << status.text;
    EXPECT_TRUE(image.pixels.empty());
  }
}

} // namespace
} // namespace pinhole
