// SPDX-License-Identifier: Apache-2.0
#include "image/idx.h"
#include "test_picture.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace pinhole {
namespace {

std::vector<uint8_t> idx_bytes(const std::vector<uint32_t>& sizes, size_t values) {
  std::vector<uint8_t> bytes = {0, 0, 8, static_cast<uint8_t>(sizes.size())};
  for (const uint32_t size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<uint8_t>(size >> shift));
  for (size_t i = 0; i < values; ++i)
    bytes.push_back(static_cast<uint8_t>(i * 7));
  return bytes;
}

std::vector<uint8_t> gzip(const std::vector<uint8_t>& bytes) {
  z_stream stream = {};
  std::vector<uint8_t> packed(bytes.size() + 1000);
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(Idx, plain_and_gzip_give_the_same) {
  const TemporaryFolder folder;
  const std::vector<uint8_t> bytes = idx_bytes({5, 3, 4}, 60);
  for (const std::string& path : {folder.write("plain", bytes), folder.write("packed", gzip(bytes))}) {
    IdxImages images;
    const Status status = load_idx_images(path, &images);
    ASSERT_TRUE(status.ok()) << status.text;
    EXPECT_EQ(images.count, 5);
    EXPECT_EQ(images.height, 3);
    EXPECT_EQ(images.width, 4);
    EXPECT_EQ(images.pixels, std::vector<uint8_t>(bytes.begin() + 16, bytes.end()));
  }
  std::vector<uint8_t> labels;
  ASSERT_TRUE(load_idx_labels(folder.write("labels", gzip(idx_bytes({9}, 9))), &labels).ok());
  EXPECT_EQ(labels.size(), 9U);
}

void expect_refused(const TemporaryFolder& folder, const std::vector<uint8_t>& bytes, const std::string& what) {
  IdxImages images;
  const Status status = load_idx_images(folder.write("file", bytes), &images);
  EXPECT_EQ(status.code, Code::bad_file) << what;
  EXPECT_GT(std::string(status.text).size(), folder.path.size() + 10) << what;
  EXPECT_TRUE(images.pixels.empty() && images.count == 0) << what;
}

TEST(Idx, every_cut_is_refused) {
  const TemporaryFolder folder;
  const std::vector<uint8_t> plain = idx_bytes({5, 3, 4}, 60), packed = gzip(plain);
  for (const std::vector<uint8_t>& whole : {plain, packed})
    for (size_t size = 0; size < whole.size(); ++size)
      expect_refused(folder, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, std::to_string(size));
}

TEST(Idx, hostile_headers_are_refused) {
  const TemporaryFolder folder;
  expect_refused(folder, idx_bytes({5, 3, 4}, 61), "one byte too many");
  expect_refused(folder, gzip(idx_bytes({5, 3, 4}, 61)), "one byte too many, packed");
  expect_refused(folder, idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 60), "product overflows");
  expect_refused(folder, gzip(idx_bytes({1000, 1000, 1000}, 60)), "more than the file can unpack to");
  expect_refused(folder, idx_bytes({5, 0, 4}, 0), "no rows");
  expect_refused(folder, idx_bytes({60}, 60), "labels where images are wanted");
  std::vector<uint8_t> floats = idx_bytes({5, 3, 4}, 60);
  floats[2] = 0x0D;
  expect_refused(folder, floats, "floats");
  std::vector<uint8_t> flipped = gzip(idx_bytes({5, 3, 4}, 60));
  flipped[flipped.size() - 6] ^= 1;
  expect_refused(folder, flipped, "wrong CRC-32");
  IdxImages images;
  EXPECT_EQ(load_idx_images(folder.file("none"), &images).code, Code::io_error);
}

TEST(Idx, mnist) {
  const std::string images_path = data_path("mnist/t10k-images-idx3-ubyte.gz");
  if (images_path.empty())
    GTEST_SKIP() << "PINHOLE_DATA is not set";
  IdxImages images;
  std::vector<uint8_t> labels;
  ASSERT_TRUE(load_idx_images(images_path, &images).ok());
  ASSERT_TRUE(load_idx_labels(data_path("mnist/t10k-labels-idx1-ubyte.gz"), &labels).ok());
  EXPECT_EQ(images.count, 10000);
  EXPECT_EQ(images.height * images.width, 784);
  ASSERT_EQ(labels.size(), 10000U);
  EXPECT_EQ(labels[0], 7);
}

} // namespace
} // namespace pinhole
