// SPDX-License-Identifier: Apache-2.0
#include "weights/aligned_bytes.h"
#include "weights/format.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinhole::testing {
namespace {

std::vector<uint8_t> write(const Model& model) {
  std::vector<uint8_t> bytes;
  const Status status = write_model(model, &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

std::vector<uint8_t> sample_bytes() {
  ModelBuilder builder("sample");
  build_sample(&builder);
  return write(builder.model());
}

TEST(RoundTrip, SecondFileHasTheSameBytes) {
  const std::vector<uint8_t> first = sample_bytes();
  ReadFile read(first);
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_EQ(write(read.model), first);
}

TEST(RoundTrip, EqualModelsGiveEqualBytes) {
  EXPECT_EQ(sample_bytes(), sample_bytes());
}

TEST(RoundTrip, KeepsValuesAndData) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  const Model& model = builder.model();
  ReadFile read(write(model));
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_STREQ(read.model.name, "sample");
  EXPECT_EQ(read.model.kind, FileKind::training);
  ASSERT_EQ(read.model.values.size, model.values.size);
  for (int32_t i = 0; i < model.values.size; ++i) {
    const Value &a = model.values[i], &b = read.model.values[i];
    EXPECT_STREQ(a.name, b.name);
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.desc, b.desc);
    ASSERT_EQ(a.data == nullptr, b.data == nullptr);
    if (a.data) {
      EXPECT_EQ(std::memcmp(a.data, b.data, a.desc.bytes()), 0) << a.name;
      EXPECT_GE(static_cast<const uint8_t*>(b.data), read.file.data()) << "in place";
      EXPECT_LT(static_cast<const uint8_t*>(b.data), read.file.data() + read.file.size());
    }
  }
}

TEST(RoundTrip, KeepsNodesAndEntries) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  const Model& model = builder.model();
  ReadFile read(write(model));
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  ASSERT_EQ(read.model.nodes.size, model.nodes.size);
  for (int32_t i = 0; i < model.nodes.size; ++i) {
    const Node &a = model.nodes[i], &b = read.model.nodes[i];
    EXPECT_STREQ(a.name, b.name);
    EXPECT_EQ(a.op, b.op);
    EXPECT_EQ(std::memcmp(&a.options, &b.options, sizeof a.options), 0) << a.name;
    ASSERT_TRUE(a.n_in == b.n_in && a.n_out == b.n_out && a.n_parameters == b.n_parameters);
    EXPECT_TRUE(std::equal(a.in, a.in + a.n_in, b.in) && std::equal(a.out, a.out + a.n_out, b.out) &&
                std::equal(a.parameter, a.parameter + a.n_parameters, b.parameter));
  }
  ASSERT_EQ(read.model.entries.size, model.entries.size);
  for (int32_t i = 0; i < model.entries.size; ++i) {
    const EntryPoint &a = model.entries[i], &b = read.model.entries[i];
    EXPECT_STREQ(a.name, b.name);
    EXPECT_EQ(a.mode, b.mode);
    EXPECT_TRUE(std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(), b.inputs.end()));
    EXPECT_TRUE(std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end()));
  }
}

TEST(RoundTrip, KeepsPreprocessingAndProvenance) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  Model& model = builder.model();
  model.kind = FileKind::deploy;
  model.preprocessing = {Channels::rgb, 1.0f / 255, -0.5f, 480, 640};
  ReadFile read(write(model));
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_EQ(read.model.kind, FileKind::deploy);
  EXPECT_EQ(read.model.preprocessing.channels, Channels::rgb);
  EXPECT_EQ(read.model.preprocessing.scale, 1.0f / 255);
  EXPECT_EQ(read.model.preprocessing.offset, -0.5f);
  EXPECT_EQ(read.model.preprocessing.fixed_height, 480);
  EXPECT_EQ(read.model.preprocessing.fixed_width, 640);
  const Provenance &a = model.provenance, &b = read.model.provenance;
  EXPECT_STREQ(a.recipe, b.recipe);
  EXPECT_STREQ(a.data, b.data);
  EXPECT_STREQ(a.data_licence, b.data_licence);
  EXPECT_STREQ(a.tool, b.tool);
  EXPECT_STREQ(a.note, b.note);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.steps, b.steps);
}

TEST(RoundTrip, StatesOneImageWhateverTheBatch) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  const std::vector<uint8_t> one = write(builder.model());
  for (Value& value : builder.model().values)
    if (value.kind == ValueKind::input || (value.kind == ValueKind::activation && value.desc.elements() > 1))
      value.desc.n = 16;
  EXPECT_EQ(write(builder.model()), one);
}

TEST(RoundTrip, TensorsLieAtMultiplesOf64) {
  const std::vector<uint8_t> bytes = sample_bytes();
  EXPECT_EQ(bytes.size() % kFileAlignment, 0u);
  ReadFile read(bytes);
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  for (const Value& value : read.model.values)
    EXPECT_EQ(reinterpret_cast<uintptr_t>(value.data) % kFileAlignment, 0u) << value.name;
}

TEST(Memory, MeasuredIsUsedAndOneByteLessIsRefused) {
  const std::vector<uint8_t> bytes = sample_bytes();
  ReadFile read(bytes);
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_EQ(read.arena.used(), read.measured);
  AlignedBytes memory(read.measured - 1);
  Arena arena(memory.data(), memory.size());
  Model model{};
  const Status status = read_model(read.file.data(), read.file.size(), &arena, &model);
  EXPECT_EQ(status.code, Code::too_little_memory);
  EXPECT_NE(std::strstr(status.text, "give 1 more"), nullptr) << status.text;
  EXPECT_EQ(arena.used(), 0u) << "nothing is taken";
}

TEST(Memory, AnArenaPartlyUsedServes) {
  const std::vector<uint8_t> bytes = sample_bytes();
  ReadFile read(bytes);
  AlignedBytes memory(read.measured + 128);
  Arena arena(memory.data(), memory.size());
  void* block = nullptr;
  ASSERT_TRUE(arena.take_bytes(100, &block));
  Model model{};
  const Status status = read_model(read.file.data(), read.file.size(), &arena, &model);
  EXPECT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(arena.used(), arena.size());
}

TEST(Memory, UnalignedBytesAreRefused) {
  const std::vector<uint8_t> bytes = sample_bytes();
  AlignedBytes shifted(bytes.size() + 8);
  std::memcpy(shifted.data() + 8, bytes.data(), bytes.size());
  size_t setup_bytes = 0;
  EXPECT_EQ(measure_model(shifted.data() + 8, bytes.size(), &setup_bytes).code, Code::invalid_argument);
  EXPECT_EQ(measure_model(nullptr, 0, &setup_bytes).code, Code::invalid_argument);
}

TEST(Writer, RefusesWhatTheReaderWouldRefuse) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  std::vector<uint8_t> bytes;
  Value& weight = builder.model().values[find_value(builder.model(), "up.weight")];
  const_cast<float*>(static_cast<const float*>(weight.data))[3] = NAN;
  Status status = write_model(builder.model(), &bytes);
  EXPECT_EQ(status.code, Code::numeric);
  EXPECT_NE(std::strstr(status.text, "up.weight"), nullptr) << status.text;
  EXPECT_TRUE(bytes.empty());
  weight.kind = ValueKind::gradient;
  EXPECT_EQ(write_model(builder.model(), &bytes).code, Code::invalid_argument);
}

} // namespace
} // namespace pinhole::testing
