// SPDX-License-Identifier: Apache-2.0
#include "image/png_file.h"
#include "test_picture.h"

#include <gtest/gtest.h>
#include <png.h>

namespace pinhole {
namespace {

using Bytes = std::vector<uint8_t>;

struct Variant {
  int depth, colour;
  int interlace = PNG_INTERLACE_NONE;
  bool transparent_colour = false;
};

void append(png_structp png, png_bytep data, size_t size) {
  Bytes* bytes = static_cast<Bytes*>(png_get_io_ptr(png));
  bytes->insert(bytes->end(), data, data + size);
}

// A file of packed rows, written by libpng; the palette has the colours {10 i, 20 i, 30 i}.
Bytes write_png(int width, int height, const Variant& variant, Bytes rows) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, append, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), variant.depth,
               variant.colour, variant.interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_color palette[4];
  for (int i = 0; i < 4; ++i)
    palette[i] = {static_cast<png_byte>(10 * i), static_cast<png_byte>(20 * i), static_cast<png_byte>(30 * i)};
  if (variant.colour == PNG_COLOR_TYPE_PALETTE)
    png_set_PLTE(png, info, palette, 4);
  const png_byte palette_alpha[] = {255, 255, 0};
  const png_color_16 clear = {0, 1, 2, 3, 200};
  if (variant.transparent_colour)
    png_set_tRNS(png, info, palette_alpha, 3, variant.colour == PNG_COLOR_TYPE_PALETTE ? nullptr : &clear);
  png_write_info(png, info);
  std::vector<png_bytep> starts(static_cast<size_t>(height));
  for (size_t y = 0; y < starts.size(); ++y)
    starts[y] = rows.data() + y * rows.size() / starts.size();
  png_write_image(png, starts.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

void expect_pixels(const Bytes& file, int channels, const Bytes& pixels, const std::string& expected_note = "") {
  Image image;
  std::string note;
  const Status status = decode_image(file.data(), file.size(), &image, &note);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(image.channels, channels);
  EXPECT_EQ(image.pixels, pixels);
  EXPECT_EQ(note, expected_note);
}

TEST(Png, written_pictures_come_back_exactly) {
  for (const int channels : {1, 3}) {
    const Image image = textured_picture(31, 17, channels);
    Bytes bytes, again;
    ASSERT_TRUE(encode_png(image, &bytes).ok());
    ASSERT_TRUE(encode_png(image, &again).ok());
    EXPECT_EQ(bytes, again);
    expect_pixels(bytes, channels, image.pixels);
  }
}

TEST(Png, few_bits_and_many) {
  expect_pixels(write_png(4, 1, {1, PNG_COLOR_TYPE_GRAY}, {0b01010000}), 1, {0, 255, 0, 255});
  expect_pixels(write_png(4, 1, {2, PNG_COLOR_TYPE_GRAY}, {0b00011011}), 1, {0, 85, 170, 255});
  expect_pixels(write_png(2, 1, {4, PNG_COLOR_TYPE_GRAY}, {0x2F}), 1, {34, 255});
  // 16 bits are rounded, not cut: 0x7FFF is 127.5 - 0.002, 0x80FF is 128.5 - 0.004.
  expect_pixels(write_png(3, 1, {16, PNG_COLOR_TYPE_GRAY}, {0x7F, 0xFF, 0x12, 0xF0, 0xFF, 0xFF}), 1, {127, 19, 255});
  expect_pixels(write_png(1, 1, {16, PNG_COLOR_TYPE_RGB}, {0, 0, 0x12, 0xF0, 0xFF, 0xFF}), 3, {0, 19, 255});
  expect_pixels(write_png(4, 1, {2, PNG_COLOR_TYPE_PALETTE}, {0b00011011}), 3,
                {0, 0, 0, 10, 20, 30, 20, 40, 60, 30, 60, 90});
}

TEST(Png, transparency_is_laid_over_black) {
  const char* note = "transparent pixels were laid over black";
  expect_pixels(write_png(2, 1, {8, PNG_COLOR_TYPE_GRAY_ALPHA}, {201, 128, 90, 255}), 1, {101, 90}, note);
  expect_pixels(write_png(1, 1, {8, PNG_COLOR_TYPE_RGB_ALPHA}, {200, 100, 50, 0}), 3, {0, 0, 0}, note);
  expect_pixels(write_png(1, 1, {8, PNG_COLOR_TYPE_RGB_ALPHA}, {200, 100, 50, 255}), 3, {200, 100, 50});
  const Variant palette = {2, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, true};
  expect_pixels(write_png(4, 1, palette, {0b00011011}), 3, {0, 0, 0, 10, 20, 30, 0, 0, 0, 30, 60, 90}, note);
  const Variant gray = {8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, true};
  expect_pixels(write_png(2, 1, gray, {200, 201}), 1, {0, 201}, note);
}

TEST(Png, interlaced_is_the_same_picture) {
  for (const int channels : {1, 3}) {
    const Image image = textured_picture(21, 19, channels);
    const int colour = channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
    const Bytes file = write_png(21, 19, {8, colour, PNG_INTERLACE_ADAM7}, image.pixels);
    expect_pixels(file, channels, image.pixels);
  }
}

std::string refusal(const Bytes& bytes, const ImageLimits& limits = {}) {
  Image image{1, 1, 1, {77}};
  const Status status = decode_image(bytes.data(), bytes.size(), &image, nullptr, limits);
  EXPECT_EQ(status.code, Code::bad_file) << status.text;
  EXPECT_EQ(image.pixels, Bytes{77});
  return status.text;
}

TEST(Png, every_cut_and_every_flip_is_refused) {
  Bytes whole;
  ASSERT_TRUE(encode_png(textured_picture(9, 7, 3), &whole).ok());
  for (size_t size = 0; size < whole.size(); ++size)
    refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
  for (size_t i = 0; i < whole.size() * 8; ++i) {
    Bytes bytes = whole;
    bytes[i / 8] = static_cast<uint8_t>(bytes[i / 8] ^ 1U << i % 8);
    refusal(bytes);
  }
}

TEST(Png, sizes_are_checked_first) {
  Bytes bytes;
  Image wide;
  ASSERT_TRUE(make_image(70000, 2, 1, &wide).ok());
  ASSERT_TRUE(encode_png(wide, &bytes).ok());
  expect_pixels(bytes, 1, wide.pixels);
  EXPECT_NE(refusal(bytes, {139999}).find("70000 x 2"), std::string::npos);
}

} // namespace
} // namespace pinhole
