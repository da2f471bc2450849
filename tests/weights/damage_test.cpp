// SPDX-License-Identifier: Apache-2.0
// Damage of every kind that a disk or a cable does to a file.
#include "weights/aligned_bytes.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <random>

namespace pinhole::testing {
namespace {

std::vector<uint8_t> sample_bytes(int32_t channels) {
  ModelBuilder builder("sample");
  build_sample(&builder, channels);
  std::vector<uint8_t> bytes;
  const Status status = write_model(builder.model(), &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

// Memory for reading the undamaged file, so that only the damage can be the reason of a refusal.
class Damage : public ::testing::Test {
protected:
  void make_file(int32_t channels) {
    bytes_ = sample_bytes(channels);
    ReadFile read(bytes_);
    ASSERT_TRUE(read.status.ok()) << read.status.text;
    setup_bytes_ = read.measured;
  }

  Status read(const void* file, size_t size) const {
    AlignedBytes memory(setup_bytes_);
    Arena arena(memory.data(), memory.size());
    Model model{};
    return read_model(file, size, &arena, &model);
  }

  void expect_refused(AlignedBytes* file, size_t bit) const {
    file->data()[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    const Status status = read(file->data(), file->size());
    EXPECT_FALSE(status.ok()) << "bit " << bit;
    EXPECT_NE(status.text[0], 0) << "bit " << bit;
    EXPECT_NE(status.code, Code::too_little_memory) << "bit " << bit;
    file->data()[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }

  std::vector<uint8_t> bytes_;
  size_t setup_bytes_ = 0;
};

TEST_F(Damage, EveryLengthButTheRightOneIsRefused) {
  make_file(4);
  for (size_t size = 0; size < bytes_.size(); ++size) {
    AlignedBytes cut(bytes_.data(), size);
    const Status status = read(cut.data(), size);
    EXPECT_EQ(status.code, Code::bad_file) << size;
    EXPECT_NE(status.text[0], 0) << size;
  }
  std::vector<uint8_t> longer = bytes_;
  for (int i = 0; i < 64; ++i) {
    longer.push_back(0);
    AlignedBytes file(longer);
    EXPECT_EQ(read(file.data(), file.size()).code, Code::bad_file) << i;
  }
}

TEST_F(Damage, LargeFileCutAtEvery64thByteIsRefused) {
  make_file(160);
  AlignedBytes file(bytes_);
  for (size_t size = 0; size < bytes_.size(); size += 64)
    EXPECT_EQ(read(file.data(), size).code, Code::bad_file) << size;
}

TEST_F(Damage, EveryBitOfASmallFileCounts) {
  make_file(4);
  AlignedBytes file(bytes_);
  for (size_t bit = 0; bit < bytes_.size() * 8; ++bit)
    expect_refused(&file, bit);
  EXPECT_TRUE(read(file.data(), file.size()).ok()) << "undamaged again";
}

TEST_F(Damage, TenThousandRandomBitsOfALargerFileCount) {
  make_file(40);
  AlignedBytes file(bytes_);
  std::mt19937_64 random(20);
  for (int i = 0; i < 10000; ++i)
    expect_refused(&file, random() % (bytes_.size() * 8));
}

} // namespace
} // namespace pinhole::testing
