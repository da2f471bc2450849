// SPDX-License-Identifier: Apache-2.0
// What a training engine has learned, put into a copy of its file.
#include "engine/open_engine.h"
#include "engine/unet_model.h"

#include <cmath>
#include <limits>

namespace pinhole::testing {
namespace {

std::vector<uint8_t> unet_file(int32_t image_channels) {
  ModelBuilder builder("unet");
  build_unet(&builder, image_channels);
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(write_model(builder.model(), &bytes).ok());
  return bytes;
}

class Store : public ::testing::Test {
protected:
  Store() : bytes_(unet_file(1)), copy_(bytes_) {
    build_unet(&builder_);
    options_.plan.program.height = options_.plan.program.width = 16;
    options_.plan.program.mode = Mode::training;
  }
  bool copy_is_as_it_was() { return std::memcmp(copy_.data(), bytes_.data(), bytes_.size()) == 0; }

  ModelBuilder builder_{"unet"};
  EngineOptions options_;
  std::vector<uint8_t> bytes_;
  AlignedBytes copy_;
};

TEST_F(Store, NothingLearnedGivesTheSameBytes) {
  OpenEngine engine(builder_.model(), options_);
  const Status status = store_in_file(*engine, copy_.data(), copy_.size());
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_TRUE(copy_is_as_it_was());
}

TEST_F(Store, TheFileHoldsEveryNewNumber) {
  OpenEngine engine(builder_.model(), options_);
  const Array<float> weights = parameter_section(*engine, 0);
  for (int32_t i = 0; i < weights.size; ++i)
    weights.data[i] += 0.001f * static_cast<float>(i + 1);
  const Status status = store_in_file(*engine, copy_.data(), copy_.size());
  ASSERT_TRUE(status.ok()) << status.text;
  ReadFile read(copy_.data(), copy_.size()); // checks every checksum
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  int32_t compared = 0;
  for (ValueId v = 0; v < read.model.values.size; ++v) {
    const Value& value = read.model.values[v];
    if (value.kind != ValueKind::parameter)
      continue;
    EXPECT_EQ(std::memcmp(value.data, engine->views[v].base<float>(), value.desc.bytes()), 0) << value.name;
    EXPECT_NE(std::memcmp(value.data, builder_.model().values[v].data, value.desc.bytes()), 0) << value.name;
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST_F(Store, RefusalsLeaveTheFileAlone) {
  OpenEngine engine(builder_.model(), options_);
  AlignedBytes other(unet_file(3));
  EXPECT_EQ(store_in_file(*engine, other.data(), other.size()).code, Code::invalid_argument);
  EXPECT_EQ(store_in_file(*engine, copy_.data(), copy_.size() - 1).code, Code::bad_file);
  parameter_section(*engine, 0).data[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(store_in_file(*engine, copy_.data(), copy_.size()).code, Code::numeric);
  EXPECT_TRUE(copy_is_as_it_was());

  options_.plan.program.mode = Mode::inference;
  OpenEngine inference(builder_.model(), options_);
  EXPECT_EQ(store_in_file(*inference, copy_.data(), copy_.size()).code, Code::invalid_argument);
  EXPECT_TRUE(copy_is_as_it_was());
}

} // namespace
} // namespace pinhole::testing
