// SPDX-License-Identifier: Apache-2.0
#include "model/check_model.h"
#include "weights/sample_model.h"

#include <gtest/gtest.h>

#include <cstring>

namespace pinhole::testing {
namespace {

class SampleModel : public ::testing::Test {
protected:
  void SetUp() override { build_sample(&builder_); }

  ModelBuilder builder_{"sample"};
};

TEST_F(SampleModel, FindsEntries) {
  const Model& model = builder_.model();
  ASSERT_NE(find_entry(model, "train"), nullptr);
  EXPECT_EQ(find_entry(model, "train")->mode, Mode::training);
  EXPECT_EQ(find_entry(model, "sample"), nullptr);
  ASSERT_NE(find_entry(model, nullptr), nullptr);
  EXPECT_STREQ(find_entry(model, nullptr)->name, "reconstruct");
}

TEST_F(SampleModel, WithoutInferenceThereIsNoDefaultEntry) {
  for (EntryPoint& entry : builder_.model().entries)
    entry.mode = Mode::training;
  EXPECT_EQ(find_entry(builder_.model(), nullptr), nullptr);
}

TEST_F(SampleModel, FindsValues) {
  const Model& model = builder_.model();
  EXPECT_EQ(find_value(model, "image"), 0);
  ASSERT_NE(find_value(model, "norm.running_mean"), kNoValue);
  EXPECT_EQ(model.values[find_value(model, "norm.running_mean")].kind, ValueKind::buffer);
  EXPECT_EQ(find_value(model, "norm"), kNoValue);
  EXPECT_EQ(find_value(model, ""), kNoValue);
}

TEST_F(SampleModel, IsWhole) {
  const Status status = check_model(builder_.model());
  EXPECT_TRUE(status.ok()) << status.text;
}

// What only a model made in memory can have; tests/weights/hostile_test.cpp has the rest.
TEST_F(SampleModel, GradientsAndMissingDataAreRefused) {
  Value& weight = builder_.model().values[find_value(builder_.model(), "up.weight")];
  const Value whole = weight;
  weight.data = nullptr;
  EXPECT_EQ(check_model(builder_.model()).code, Code::bad_file);
  weight = whole;
  weight.kind = ValueKind::gradient;
  const Status status = check_model(builder_.model());
  EXPECT_EQ(status.code, Code::bad_file);
  EXPECT_NE(std::strstr(status.text, "up.weight"), nullptr) << status.text;
}

} // namespace
} // namespace pinhole::testing
