// SPDX-License-Identifier: Apache-2.0
// Recipe -> Model: wiring, short forms, initial values, tied parameters, faults with their lines.
#include "model/check_model.h"
#include "train/owned_model.h"
#include "train/tiny.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

// A recipe with this "inputs" object and these layers, each on a line of its own from line 4 on; "out" is trained.
std::string model_text(const std::string& inputs, const std::string& layers) {
  return "{\"name\": \"m\", \"loss\": {\"op\": \"mse_loss\"}, \"training\": {\"steps\": 1},\n\"model\": {\"inputs\": " +
         inputs + ",\n\"layers\": [\n" + layers + "],\n\"outputs\": {\"reconstruct\": \"out\"}}}";
}

std::string fault_of(const std::string& inputs, const std::string& layers) {
  const Recipe recipe = test::parsed(model_text(inputs, layers));
  OwnedModel model;
  return build_model(recipe, 0, 16, 16, &model).text;
}

Desc shape_of(const OwnedModel& model, const char* name) {
  const ValueId value = find_value(model.model, name);
  EXPECT_NE(value, kNoValue) << name;
  return value == kNoValue ? Desc() : model.values[static_cast<size_t>(value)].desc;
}

constexpr const char* kGray = R"({"image": {"channels": 1}})";

TEST(BuildModel, EveryShippedRecipeMakesASoundModel) {
  struct Expected {
    const char* name;
    int64_t parameters; // literature.md B2, B4; 0: at most 100,000
  };
  for (const Expected& expected : {Expected{"denoise-gray", 0}, Expected{"denoise-rgb", 0}, Expected{"denoise-fast", 0},
                                   Expected{"deep-ae", 219891}, Expected{"conv-pooled", 4385}}) {
    Recipe recipe;
    ASSERT_TRUE(load_recipe(expected.name, &recipe).ok());
    OwnedModel model;
    const Status built = build_model(recipe, 0, 64, 64, &model);
    ASSERT_TRUE(built.ok()) << built.text;
    const Status checked = check_model(model.model);
    EXPECT_TRUE(checked.ok()) << expected.name << ": " << checked.text;
    int64_t parameters = 0;
    for (const Value& value : model.values)
      parameters += value.kind == ValueKind::parameter ? value.desc.elements() : 0;
    if (expected.parameters > 0) {
      EXPECT_EQ(parameters, expected.parameters) << expected.name;
    }
    EXPECT_LE(parameters, expected.parameters > 0 ? expected.parameters : 100000) << expected.name;
    EXPECT_NE(find_entry(model.model, kTrainEntry), nullptr);
    EXPECT_NE(find_entry(model.model, "reconstruct"), nullptr);
  }
}

TEST(BuildModel, SamePaddingPutsTheOddRowAtTheBottom) {
  const Recipe recipe = test::parsed(model_text(R"({"image": {"channels": 1, "height": 7, "width": 10}})", R"(
      {"op": "conv2d", "name": "even", "out_channels": 2, "kernel": [4, 5], "padding": "same"},
      {"op": "conv2d", "name": "strided", "out_channels": 2, "kernel": 3, "stride": 2, "padding": "same"},
      {"op": "max_pool2d", "name": "pooled", "kernel": 2, "stride": 2, "padding": "same"},
      {"op": "conv_transpose2d", "name": "wider", "out_channels": 1, "kernel": 3, "stride": 2, "padding": "same"},
      {"op": "conv2d", "name": "given", "out_channels": 1, "kernel": 3, "padding": [1, 2]},
      {"op": "relu", "name": "out"})"));
  OwnedModel model;
  const Status built = build_model(recipe, 0, 1, 1, &model);
  ASSERT_TRUE(built.ok()) << built.text;
  EXPECT_EQ(shape_of(model, "even"), (Desc{1, 7, 10, 2, DType::f32}));
  EXPECT_EQ(shape_of(model, "strided"), (Desc{1, 4, 5, 2, DType::f32}));
  EXPECT_EQ(shape_of(model, "pooled"), (Desc{1, 2, 3, 2, DType::f32}));
  EXPECT_EQ(shape_of(model, "wider"), (Desc{1, 4, 6, 1, DType::f32}));
  EXPECT_EQ(shape_of(model, "given"), (Desc{1, 4, 8, 1, DType::f32}));
  const int32_t* numbers = reinterpret_cast<const int32_t*>(model.nodes[0].options.bytes);
  const int32_t padding[] = {1, 2, 2, 2}; // 3 rows: 1 above, 2 below; 4 columns: 2 and 2
  bool found = false;
  for (int i = 0; i + 4 <= 16; ++i)
    found = found || std::memcmp(numbers + i, padding, sizeof padding) == 0;
  EXPECT_TRUE(found);
}

TEST(BuildModel, InputsOfEntriesAreThoseTheyNeed) {
  Recipe recipe;
  ASSERT_TRUE(load_recipe("denoise-gray", &recipe).ok());
  OwnedModel model;
  ASSERT_TRUE(build_model(recipe, 0, 64, 64, &model).ok());
  const auto names = [&](const char* entry) {
    std::string list;
    for (const ValueId value : find_entry(model.model, entry)->inputs)
      list += std::string(model.values[static_cast<size_t>(value)].name) + " ";
    return list;
  };
  EXPECT_EQ(names("reconstruct"), "image level ");
  EXPECT_EQ(names(kTrainEntry), "image level target ");
}

TEST(BuildModel, InitialValues) {
  const Recipe recipe = test::parsed(model_text(kGray, R"(
      {"op": "conv2d", "name": "plain", "out_channels": 64, "kernel": 5, "padding": "same"},
      {"op": "conv2d", "name": "he", "out_channels": 64, "kernel": 3, "padding": "same", "init": "kaiming"},
      {"op": "conv2d", "name": "glorot", "out_channels": 32, "kernel": 3, "padding": "same", "init": "xavier_uniform"},
      {"op": "batch_norm", "name": "normal"},
      {"op": "conv2d", "name": "out", "out_channels": 1, "kernel": 1, "init": "zero"})"));
  OwnedModel model, same, other;
  ASSERT_TRUE(build_model(recipe, 3, 16, 16, &model).ok());
  ASSERT_TRUE(build_model(recipe, 3, 16, 16, &same).ok());
  ASSERT_TRUE(build_model(recipe, 4, 16, 16, &other).ok());
  EXPECT_EQ(model.tensors, same.tensors);
  EXPECT_NE(model.tensors, other.tensors);
  const auto tensor = [&](const char* name) {
    return model.tensors[static_cast<size_t>(find_value(model.model, name))];
  };
  // Uniform in +-bound: all inside, nearly reaching it, with a third of its square as variance.
  const auto expect_uniform = [&](const char* name, double bound) {
    double square = 0, most = 0;
    const std::vector<float> numbers = tensor(name);
    for (const float number : numbers) {
      square += std::pow(static_cast<double>(number), 2);
      most = std::max(most, std::fabs(static_cast<double>(number)));
    }
    const auto n = static_cast<double>(numbers.size());
    EXPECT_LE(most, bound * (1 + 1e-6)) << name;
    EXPECT_GE(most, bound * (1 - 20 / n)) << name;
    EXPECT_NEAR(square / n, bound * bound / 3, 5 * bound * bound * std::sqrt(4 / 45.0 / n)) << name;
  };
  expect_uniform("plain.weight", 1 / std::sqrt(25.0));
  expect_uniform("plain.bias", 1 / std::sqrt(25.0));
  expect_uniform("he.weight", std::sqrt(6 / (9.0 * 64)));
  expect_uniform("glorot.weight", std::sqrt(6 / (9.0 * (64 + 32))));
  for (const char* name : {"he.bias", "glorot.bias", "out.weight", "out.bias", "normal.bias", "normal.running_mean"})
    for (const float number : tensor(name))
      EXPECT_EQ(number, 0.0f) << name;
  for (const char* name : {"normal.weight", "normal.running_var"})
    for (const float number : tensor(name))
      EXPECT_EQ(number, 1.0f) << name;
}

TEST(BuildModel, TiedParametersAreOneValue) {
  const std::string layers = R"({"op": "conv2d", "name": "first", "out_channels": 1, "kernel": 3, "padding": 1},
{"op": "conv2d", "name": "out", "out_channels": 1, "kernel": 3, "padding": 1, "weight": "first.weight"})";
  const Recipe recipe = test::parsed(model_text(kGray, layers));
  OwnedModel model;
  const Status built = build_model(recipe, 0, 16, 16, &model);
  ASSERT_TRUE(built.ok()) << built.text;
  EXPECT_EQ(model.nodes[0].parameter[0], model.nodes[1].parameter[0]);
  EXPECT_NE(model.nodes[0].parameter[1], model.nodes[1].parameter[1]);
  EXPECT_TRUE(check_model(model.model).ok());
}

TEST(BuildModel, FaultsNameTheLayersLine) {
  const auto fault = [](const std::string& layers) { return fault_of(kGray, layers); };
  const auto expect = [](const std::string& text, const std::string& start) {
    EXPECT_EQ(text.rfind(start, 0), 0u) << text << "\n  does not begin with\n" << start;
  };
  const std::string conv = R"({"op": "conv2d", "name": "a", "out_channels": 1, "kernel": 3, "padding": 1},)";
  const std::string out = "\n"
                          R"({"op": "relu", "name": "out"})";
  EXPECT_EQ(fault(conv + out), "");
  expect(fault(conv +
               "\n"
               R"({"op": "conv2d", "name": "b", "out_channels": 1, "kernl": 3},)" +
               out),
         "tiny.json:5: layer \"b\": conv2d: unknown attribute 'kernl'");
  expect(fault(conv +
               "\n"
               R"({"op": "relu", "name": "b", "in": ["headd"]},)" +
               out),
         "tiny.json:5: no layer or input before this one is called \"headd\"");
  expect(fault(conv +
               "\n"
               R"({"op": "add", "name": "b", "in": ["a"]},)" +
               out),
         "tiny.json:5: layer \"b\": takes 2 to ");
  expect(fault(conv +
               "\n"
               R"({"op": "conv2d", "name": "b", "out_channels": 1, "kernel": 3,)"
               "\n"
               R"("weight": "a.bias"},)" +
               out),
         "tiny.json:6: \"a.bias\" has another shape");
  expect(fault(conv +
               "\n"
               R"({"op": "relu", "name": "b", "weight": "a.weight"},)" +
               out),
         "tiny.json:5: layer \"b\": only a parameter may be given the name of another one");
  expect(fault(conv +
               "\n"
               R"({"op": "conv2d", "name": "b", "out_channels": 1, "kernel": "same"},)" +
               out),
         "tiny.json:5: layer \"b\": \"same\" is a value of \"padding\" alone");
  expect(fault(conv +
               "\n"
               R"({"op": "conv2d", "name": "b", "out_channels": 1, "kernel": 30},)" +
               out),
         "tiny.json:5: layer \"b\": conv2d: ");
  expect(fault(R"({"op": "relu", "name": "a"})"), "tiny.json:5: no layer or input before this one is called \"out\"");
}

} // namespace
} // namespace pinhole
