// SPDX-License-Identifier: Apache-2.0
// The fuzzer's seed files are what the writer makes today: a change of the format cannot go unnoticed, and the seeds
// stay in step. After a deliberate change: PINHOLE_WRITE_SEEDS=1 weights_test --gtest_filter='*Seeds*'
#include "weights/aligned_bytes.h"
#include "weights/convert_storage.h"
#include "weights/mapped_file.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

namespace pinhole::testing {
namespace {

void expect_seed(const char* name, const Model& model) {
  const std::string path = std::string(PINHOLE_SOURCE_DIR "/tests/fuzz/corpus/reader_fuzz/") + name;
  std::vector<uint8_t> bytes;
  Status status = write_model(model, &bytes);
  ASSERT_TRUE(status.ok()) << status.text;
  if (std::getenv("PINHOLE_WRITE_SEEDS")) {
    ASSERT_TRUE(replace_file(path, bytes.data(), bytes.size()).ok());
  }
  MappedFile file;
  status = file.open(path);
  ASSERT_TRUE(status.ok()) << status.text;
  ASSERT_EQ(file.size(), bytes.size());
  EXPECT_EQ(std::memcmp(file.data(), bytes.data(), bytes.size()), 0) << path;
}

TEST(Seeds, Sample) {
  ModelBuilder builder("sample");
  build_sample(&builder, 2);
  expect_seed("sample.pinhole", builder.model());
}

TEST(Seeds, SampleInHalfPrecision) {
  ModelBuilder builder("sample");
  build_sample(&builder, 4);
  AlignedBytes memory(1 << 16);
  Arena arena(memory.data(), memory.size());
  Model half{};
  ASSERT_TRUE(to_f16(builder.model(), &arena, &half).ok());
  expect_seed("half.pinhole", half);
}

TEST(Seeds, EveryLayer) {
  ModelBuilder builder("every layer");
  build_every_layer(&builder);
  std::set<OpId> used;
  for (const Node& node : builder.model().nodes)
    used.insert(node.op);
  int32_t count = 0;
  all_ops(&count);
  EXPECT_EQ(used.size(), static_cast<size_t>(count)) << "add the new layer to build_every_layer";
  expect_seed("every_layer.pinhole", builder.model());
}

} // namespace
} // namespace pinhole::testing
