// SPDX-License-Identifier: Apache-2.0
#include "train/checkpoint.h"

#include "base/crc32c.h"
#include "train/tiny.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

Checkpoint sample() {
  Checkpoint c;
  c.seed = 5;
  c.steps_done = 17;
  c.total_steps = 100;
  c.batch = 4;
  c.loss_sum = 0.1;
  c.loss_count = 3;
  c.part_sums = {0.075, 0.025};
  c.best_loss = 0.25;
  c.best_step = 10;
  c.validations_since_best = 2;
  c.recipe = "{}";
  c.data = "pictures 10 ";
  c.simd = "avx2";
  c.weights = {1, 2, 3};
  c.moment1 = {4, 5, 6};
  c.moment2 = {7, 8, 9};
  c.buffers = {10};
  c.best_weights = {11, 12, 13};
  return c;
}

TEST(Checkpoint, RoundTrip) {
  const std::vector<uint8_t> bytes = write_checkpoint(sample());
  Checkpoint read;
  ASSERT_TRUE(read_checkpoint(bytes.data(), bytes.size(), &read).ok());
  EXPECT_EQ(write_checkpoint(read), bytes);
  EXPECT_EQ(read.recipe, "{}");
  EXPECT_EQ(read.best_weights, sample().best_weights);
  EXPECT_EQ(read.part_sums, sample().part_sums);
  EXPECT_EQ(read.validations_since_best, 2);
  EXPECT_TRUE(read.mean_weights.empty());
}

// Version 1 had no parts of the loss at its end.
TEST(Checkpoint, TheVersionBeforeIsRead) {
  Checkpoint without = sample();
  without.part_sums.clear();
  std::vector<uint8_t> bytes = write_checkpoint(without);
  const uint32_t version = 1;
  std::memcpy(&bytes[8], &version, sizeof version);
  bytes.resize(bytes.size() - sizeof(uint64_t));
  const uint64_t size = bytes.size();
  std::memcpy(&bytes[16], &size, sizeof size);
  const uint32_t crc = crc32c(&bytes[16], bytes.size() - 16);
  std::memcpy(&bytes[12], &crc, sizeof crc);
  Checkpoint read;
  const Status status = read_checkpoint(bytes.data(), bytes.size(), &read);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(write_checkpoint(read), write_checkpoint(without));
}

TEST(Checkpoint, EveryCutIsRefused) {
  const std::vector<uint8_t> bytes = write_checkpoint(sample());
  Checkpoint read;
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(read_checkpoint(bytes.data(), size, &read).code, Code::bad_file) << size;
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(read_checkpoint(longer.data(), longer.size(), &read).code, Code::bad_file);
}

TEST(Checkpoint, EveryFlippedBitIsRefused) {
  std::vector<uint8_t> bytes = write_checkpoint(sample());
  Checkpoint read;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    EXPECT_EQ(read_checkpoint(bytes.data(), bytes.size(), &read).code, Code::bad_file) << bit;
    bytes[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
  }
}

// With the checksum made right again, so that the fields' own checks are what refuses.
Code with_word(size_t offset, uint64_t word) {
  std::vector<uint8_t> bytes = write_checkpoint(sample());
  std::memcpy(bytes.data() + offset, &word, sizeof word);
  const uint32_t crc = crc32c(bytes.data() + 16, bytes.size() - 16);
  std::memcpy(bytes.data() + 12, &crc, sizeof crc);
  Checkpoint read;
  return read_checkpoint(bytes.data(), bytes.size(), &read).code;
}

TEST(Checkpoint, HostileFieldsAreRefused) {
  constexpr size_t kTotalSteps = 40, kRecipeSize = 96;
  EXPECT_EQ(with_word(kTotalSteps, 100), Code::ok);
  EXPECT_EQ(with_word(kTotalSteps, 0), Code::bad_file);
  for (const uint64_t size : {uint64_t{1}, uint64_t{3}, uint64_t{1} << 40, ~uint64_t{0}})
    EXPECT_EQ(with_word(kRecipeSize, size), Code::bad_file) << size;
  Checkpoint wrong = sample();
  wrong.moment1[1] = std::nanf("");
  const std::vector<uint8_t> bytes = write_checkpoint(wrong);
  EXPECT_EQ(read_checkpoint(bytes.data(), bytes.size(), &wrong).code, Code::bad_file);
}

TEST(Checkpoint, FileErrorsNameTheFile) {
  const test::TemporaryFolder folder;
  Checkpoint read;
  EXPECT_EQ(load_checkpoint(folder.file("none"), &read).code, Code::io_error);
  ASSERT_TRUE(save_checkpoint(folder.file("c"), sample()).ok());
  ASSERT_TRUE(load_checkpoint(folder.file("c"), &read).ok());
  EXPECT_EQ(read.steps_done, 17);
  std::filesystem::resize_file(folder.file("c"), 100);
  const Status status = load_checkpoint(folder.file("c"), &read);
  EXPECT_NE(std::string(status.text).find("/c: the checkpoint has 100 bytes"), std::string::npos) << status.text;
}

} // namespace
} // namespace pinhole
