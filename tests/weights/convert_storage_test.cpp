// SPDX-License-Identifier: Apache-2.0
#include "weights/convert_storage.h"

#include "base/half.h"
#include "weights/aligned_bytes.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

namespace pinhole::testing {
namespace {

class ToF16 : public ::testing::Test {
protected:
  void SetUp() override { build_sample(&builder_, 40); }

  size_t measure() {
    Arena counter(nullptr, 0);
    Model ignored{};
    const Status status = to_f16(builder_.model(), &counter, &ignored);
    EXPECT_TRUE(status.ok()) << status.text;
    return counter.used();
  }

  float* data_of(const char* name) {
    Model& model = builder_.model();
    return const_cast<float*>(static_cast<const float*>(model.values[find_value(model, name)].data));
  }

  ModelBuilder builder_{"sample"};
};

TEST_F(ToF16, NarrowsLargeLearnedTensorsAlone) {
  AlignedBytes memory(measure());
  Arena arena(memory.data(), memory.size());
  Model half{};
  const Status status = to_f16(builder_.model(), &arena, &half);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(arena.used(), memory.size());
  EXPECT_EQ(half.kind, FileKind::deploy);
  const Model& full = builder_.model();
  int narrowed = 0;
  for (int32_t i = 0; i < full.values.size; ++i) {
    const Value &a = full.values[i], &b = half.values[i];
    if (b.desc.dtype != DType::f16) {
      EXPECT_TRUE(a.data == b.data && a.desc == b.desc);
      EXPECT_FALSE(a.kind == ValueKind::parameter && a.desc.elements() > kMaxElementsKeptF32) << a.name;
      continue;
    }
    ++narrowed;
    EXPECT_EQ(a.kind, ValueKind::parameter);
    for (int64_t k = 0; k < a.desc.elements(); ++k)
      ASSERT_EQ(static_cast<const uint16_t*>(b.data)[k], half_from_float(static_cast<const float*>(a.data)[k]));
  }
  EXPECT_EQ(narrowed, 3) << "two convolutions and a transposed one";
}

TEST_F(ToF16, TheFileIsSmallerAndReads) {
  AlignedBytes memory(measure());
  Arena arena(memory.data(), memory.size());
  Model half{};
  ASSERT_TRUE(to_f16(builder_.model(), &arena, &half).ok());
  std::vector<uint8_t> full_bytes, half_bytes;
  ASSERT_TRUE(write_model(builder_.model(), &full_bytes).ok());
  const Status status = write_model(half, &half_bytes);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_LT(half_bytes.size(), full_bytes.size() * 6 / 10);
  ReadFile read(half_bytes);
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_EQ(read.model.values[find_value(read.model, "code.weight")].desc.dtype, DType::f16);
  std::vector<uint8_t> again;
  ASSERT_TRUE(write_model(read.model, &again).ok());
  EXPECT_EQ(again, half_bytes);
}

TEST_F(ToF16, RefusesWhatHalfCannotHold) {
  data_of("code.weight")[5] = 65504.0f;
  AlignedBytes memory(measure());
  Model half{};
  Arena fits(memory.data(), memory.size());
  EXPECT_TRUE(to_f16(builder_.model(), &fits, &half).ok());
  data_of("code.weight")[5] = -65505.0f;
  Arena arena(memory.data(), memory.size());
  const Status status = to_f16(builder_.model(), &arena, &half);
  EXPECT_EQ(status.code, Code::numeric);
  EXPECT_NE(std::strstr(status.text, "code.weight"), nullptr) << status.text;
}

TEST_F(ToF16, OneByteLessIsRefused) {
  AlignedBytes memory(measure() - 1);
  Arena arena(memory.data(), memory.size());
  Model half{};
  EXPECT_EQ(to_f16(builder_.model(), &arena, &half).code, Code::too_little_memory);
}

TEST_F(ToF16, AnInfiniteHalfInAFileIsRefused) {
  AlignedBytes memory(measure());
  Arena arena(memory.data(), memory.size());
  Model half{};
  ASSERT_TRUE(to_f16(builder_.model(), &arena, &half).ok());
  const Value& weight = half.values[find_value(half, "code.weight")];
  const_cast<uint16_t*>(static_cast<const uint16_t*>(weight.data))[7] = 0x7C00;
  std::vector<uint8_t> bytes;
  const Status status = write_model(half, &bytes);
  EXPECT_EQ(status.code, Code::numeric);
  EXPECT_NE(std::strstr(status.text, "element 7"), nullptr) << status.text;
}

} // namespace
} // namespace pinhole::testing
