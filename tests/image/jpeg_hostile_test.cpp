// SPDX-License-Identifier: Apache-2.0
// Files that are damaged or lie: one clear Status each, and the picture is left alone.
#include "image/exif.h"
#include "jpeg_files.h"
#include "test_picture.h"

namespace pinhole {
namespace {

// The message; fails unless `bytes` are refused as a bad file.
std::string refusal(const std::vector<uint8_t>& bytes, const ImageLimits& limits = {}) {
  Image image{1, 1, 1, {77}};
  const Status status = decode_image(bytes.data(), bytes.size(), &image, nullptr, limits);
  EXPECT_EQ(status.code, Code::bad_file) << status.text;
  EXPECT_EQ(image.pixels, std::vector<uint8_t>{77});
  EXPECT_STRNE(status.text, "");
  return status.text;
}

void expect_refusal(const std::vector<uint8_t>& bytes, const std::string& reason) {
  const std::string text = refusal(bytes);
  EXPECT_NE(text.find(reason), std::string::npos) << text;
}

std::vector<uint8_t> cut(const std::vector<uint8_t>& bytes, size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

class Cuts : public testing::TestWithParam<JpegOptions> {};

TEST_P(Cuts, every_one_is_refused) {
  const std::vector<uint8_t> whole = encoded(textured_picture(40, 40, 3), GetParam());
  for (size_t size = 0; size < whole.size(); ++size)
    refusal(cut(whole, size));
}

INSTANTIATE_TEST_SUITE_P(codings, Cuts,
                         testing::Values(JpegOptions{75}, JpegOptions{75, ChromaSampling::s420, true},
                                         JpegOptions{75, ChromaSampling::s444, false, true},
                                         JpegOptions{75, ChromaSampling::s422, true, true}));

TEST(HostileJpeg, a_cut_names_the_row) {
  const std::vector<uint8_t> whole = encoded(textured_picture(64, 320, 1), {90});
  const std::string text = refusal(cut(whole, whole.size() / 2));
  unsigned row = 0, rows = 0;
  ASSERT_EQ(std::sscanf(text.c_str(), "JPEG: the file is truncated after row %u of %u", &row, &rows), 2) << text;
  EXPECT_EQ(rows, 320U);
  EXPECT_GT(row, 80U);
  EXPECT_LT(row, 240U);
  const std::vector<uint8_t> progressive = encoded(textured_picture(64, 320, 1), {90, ChromaSampling::s420, true});
  EXPECT_NE(refusal(cut(progressive, progressive.size() / 2)).find("scan"), std::string::npos);
}

TEST(HostileJpeg, an_early_end_marker_does_not_pass_for_a_frame) {
  const std::vector<uint8_t> whole = encoded(textured_picture(64, 320, 1), {90});
  std::vector<uint8_t> bytes = cut(whole, whole.size() / 2);
  bytes.insert(bytes.end(), {0xFF, 0xD9});
  expect_refusal(bytes, "after row");
}

TEST(HostileJpeg, garbage_is_no_image) {
  expect_refusal({}, "empty");
  expect_refusal({0}, "no JPEG, PNG, PGM or PPM");
  expect_refusal({'G', 'I', 'F', '8', '9', 'a', 0, 0, 0, 0}, "no JPEG, PNG, PGM or PPM");
  std::vector<uint8_t> bytes = {0xFF, 0xD8, 0xFF};
  for (uint32_t i = 0; i < 5000; ++i)
    bytes.push_back(static_cast<uint8_t>((i * 2654435761U) >> 13));
  expect_refusal(bytes, "JPEG header");
}

TEST(HostileJpeg, no_single_flip_crashes) {
  const std::vector<uint8_t> whole = encoded(textured_picture(24, 24, 3), {75});
  int refused = 0;
  for (size_t i = 0; i < whole.size() * 8; ++i) {
    std::vector<uint8_t> bytes = whole;
    bytes[i / 8] = static_cast<uint8_t>(bytes[i / 8] ^ 1U << i % 8);
    Image image;
    const Status status = decode_image(bytes.data(), bytes.size(), &image, nullptr, {1 << 20});
    refused += status.ok() ? 0 : 1;
    EXPECT_EQ(status.ok(), !image.pixels.empty());
  }
  EXPECT_GT(refused, 100);
}

TEST(HostileJpeg, other_inks_are_refused) {
  expect_refusal(flat_jpeg(4, JCS_CMYK), "CMYK");
  expect_refusal(flat_jpeg(4, JCS_YCCK), "CMYK");
  expect_refusal(flat_jpeg(2, JCS_UNKNOWN), "2 colour components");
}

TEST(HostileJpeg, sizes_are_checked_before_they_are_allocated) {
  const std::vector<uint8_t> jpeg = encoded(textured_picture(16, 16, 1), {75});
  expect_refusal(with_size(jpeg, 65500, 65500), "65500 x 65500");
  expect_refusal(with_size(jpeg, 65500, 1000), "after row");
  expect_refusal(with_size(jpeg, 65535, 16), "JPEG header");
  expect_refusal(with_size(jpeg, 0, 16), "JPEG header");
  expect_refusal(with_size(jpeg, 16, 0), "JPEG header");
  ImageLimits limits;
  limits.max_pixels = 255;
  EXPECT_NE(refusal(jpeg, limits).find("allowed 255"), std::string::npos);
  limits.max_pixels = 256;
  Image image;
  EXPECT_TRUE(decode_image(jpeg.data(), jpeg.size(), &image, nullptr, limits).ok());
}

// One scan per coefficient and bit is legal, and 65,500 rows of it would take hours.
TEST(HostileJpeg, thousands_of_scans_are_refused) {
  std::vector<jpeg_scan_info> scans = {{1, {0}, 0, 0, 0, 0}};
  for (int bit = 2; bit >= 0; --bit)
    for (int k = 1; k < 64; ++k)
      scans.push_back({1, {0}, k, k, bit == 2 ? 0 : bit + 1, bit});
  expect_refusal(flat_jpeg(1, JCS_GRAYSCALE, scans), "more than 100 scans");
  scans.resize(64);
  Image image;
  const std::vector<uint8_t> bytes = flat_jpeg(1, JCS_GRAYSCALE, scans);
  EXPECT_TRUE(decode_image(bytes.data(), bytes.size(), &image).ok());
}

TEST(Exif, both_byte_orders_and_every_cut) {
  for (const bool big_endian : {false, true})
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const std::vector<uint8_t> payload = exif_payload(orientation, big_endian);
      EXPECT_EQ(exif_orientation(payload.data(), payload.size()), orientation);
      constexpr size_t kUsed = 6 + 8 + 2 + 24; // nothing behind the second entry is needed
      for (size_t size = 0; size < kUsed; ++size) {
        const std::vector<uint8_t> shorter = cut(payload, size);
        EXPECT_EQ(exif_orientation(shorter.data(), size), 1) << size;
      }
    }
}

TEST(Exif, lies_are_ignored) {
  const std::vector<uint8_t> good = exif_payload(6, false);
  const auto altered = [&](size_t at, std::vector<uint8_t> bytes) {
    std::vector<uint8_t> payload = good;
    std::copy(bytes.begin(), bytes.end(), payload.begin() + static_cast<std::ptrdiff_t>(at));
    return exif_orientation(payload.data(), payload.size());
  };
  EXPECT_EQ(altered(0, {'X'}), 1);
  EXPECT_EQ(altered(8, {43}), 1);                      // no TIFF
  EXPECT_EQ(altered(10, {0xFF, 0xFF, 0xFF, 0xFF}), 1); // directory far outside
  EXPECT_EQ(altered(10, {0xF8, 0xFF, 0xFF, 0x7F}), 1);
  EXPECT_EQ(altered(14, {0xFF, 0xFF}), 6); // more entries than there are: the real one comes first
  EXPECT_EQ(altered(14, {1, 0}), 1);       // the entry is not counted
  EXPECT_EQ(altered(30, {4}), 1);          // not a short
  EXPECT_EQ(altered(36, {9}), 1);
  EXPECT_EQ(altered(36, {0}), 1);
}

TEST(Exif, the_eight_ways_to_hold_a_camera) {
  const std::vector<uint8_t> upright[] = {{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
                                          {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
                                          {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image image{3, 2, 1, {1, 2, 3, 4, 5, 6}};
    ASSERT_TRUE(apply_orientation(orientation, &image).ok());
    EXPECT_EQ(image.pixels, upright[orientation - 1]) << orientation;
    EXPECT_EQ(image.width, orientation < 5 ? 3 : 2);
  }
}

} // namespace
} // namespace pinhole
