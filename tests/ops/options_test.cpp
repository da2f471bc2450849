// SPDX-License-Identifier: Apache-2.0
// Attributes that a file or recipe may get wrong: refused in words that name layer, key and legal range.
#include "ops/op.h"

#include <gtest/gtest.h>

#include <cstring>

namespace pinhole {
namespace {

Attribute ints(const char* key, const int32_t* values, int32_t count) {
  return {key, values, nullptr, count, 0};
}
Attribute floats(const char* key, const float* values, int32_t count) {
  return {key, nullptr, values, 0, count};
}

// Parses one or two attributes; the error's text, empty when accepted.
std::string refusal(const char* op, std::initializer_list<Attribute> list) {
  Attribute attributes[2] = {};
  int32_t count = 0;
  for (const Attribute& attribute : list)
    attributes[count++] = attribute;
  OpOptions options;
  return find_op(op)->parse({attributes, count}, &options).text;
}

TEST(Options, WrongOnesAreNamed) {
  const int32_t two[] = {2, 2}, zero = 0;
  const float half = 0.5f, negative = -1;
  EXPECT_EQ(refusal("relu", {ints("slope", two, 1)}), "relu: unknown attribute 'slope'; known: none");
  EXPECT_EQ(refusal("max_pool2d", {ints("size", two, 2)}),
            "max_pool2d: unknown attribute 'size'; known: kernel, stride, padding");
  EXPECT_EQ(refusal("max_pool2d", {ints("kernel", two, 1)}),
            "max_pool2d: attribute 'kernel' must be 2 integers from 1 to 64");
  EXPECT_EQ(refusal("max_pool2d", {floats("kernel", &half, 1)}),
            "max_pool2d: attribute 'kernel' must be 2 integers from 1 to 64");
  EXPECT_EQ(refusal("pixel_shuffle", {ints("factor", &zero, 1)}),
            "pixel_shuffle: attribute 'factor' must be 1 integer from 1 to 64");
  EXPECT_EQ(refusal("leaky_relu", {floats("slope", &negative, 1)}),
            "leaky_relu: attribute 'slope' must be 1 number from 1e-06 to 1e+06");
  EXPECT_EQ(refusal("leaky_relu", {ints("slope", &zero, 1)}),
            "leaky_relu: attribute 'slope' must be 1 number from 1e-06 to 1e+06");
  EXPECT_EQ(refusal("leaky_relu", {floats("slope", &half, 1), floats("slope", &half, 1)}),
            "leaky_relu: attribute 'slope' is given twice");
}

TEST(Options, RulesBetweenAttributes) {
  const int32_t padding[] = {0, 2, 0, 0}, five = 5;
  EXPECT_EQ(refusal("max_pool2d", {ints("padding", padding, 4)}),
            "max_pool2d: attribute 'padding' must be less than the kernel, 2 by 2");
  EXPECT_EQ(refusal("unflatten", {ints("height", &five, 1), ints("width", &five, 1)}),
            "unflatten: attributes 'height', 'width' and 'channels' must be given");
}

TEST(Options, AnIntegerMayStandForANumber) {
  const int32_t one = 1;
  const Attribute slope = ints("slope", &one, 1);
  OpOptions options;
  ASSERT_TRUE(find_op("leaky_relu")->parse({const_cast<Attribute*>(&slope), 1}, &options).ok());
  float value = 0;
  std::memcpy(&value, options.bytes, sizeof value);
  EXPECT_EQ(value, 1.0f);
}

// What infer_shape refuses; the harness covers sizes, these are rules of single layers.
std::string shape_refusal(const char* op, std::initializer_list<Attribute> list, std::initializer_list<Desc> in,
                          bool training) {
  Attribute attributes[2] = {};
  int32_t count = 0;
  for (const Attribute& attribute : list)
    attributes[count++] = attribute;
  OpOptions options;
  EXPECT_TRUE(find_op(op)->parse({attributes, count}, &options).ok());
  ShapeQuery query = {};
  query.options = &options;
  query.in = in.begin();
  query.n_in = static_cast<int32_t>(in.size());
  query.training = training;
  return find_op(op)->infer_shape(&query).text;
}

TEST(Shapes, RefusalsSayWhatDoesNotFit) {
  const int32_t three = 3, relu = 1, nine[] = {9, 9};
  EXPECT_EQ(shape_refusal("batch_norm", {}, {{1, 1, 1, 8}}, true),
            "batch_norm: one value per channel has no variance; train on more than one pixel");
  EXPECT_EQ(shape_refusal("batch_norm", {}, {{1, 1, 1, 8}}, false), "");
  EXPECT_EQ(shape_refusal("pixel_shuffle", {ints("factor", &three, 1)}, {{1, 2, 2, 12}}, false),
            "pixel_shuffle: 12 input channels are not a multiple of factor^2 = 9");
  EXPECT_EQ(shape_refusal("pixel_unshuffle", {ints("factor", &three, 1)}, {{1, 6, 7, 1}}, false),
            "pixel_unshuffle: height 6 and width 7 must be multiples of factor 3");
  EXPECT_EQ(shape_refusal("max_pool2d", {ints("kernel", nine, 2)}, {{1, 8, 9, 1}}, false),
            "max_pool2d: kernel 9 by 9 is larger than the padded input of 8 by 9");
  EXPECT_EQ(shape_refusal("add", {ints("activation", &relu, 1)}, {{1, 2, 2, 1}, {1, 2, 2, 1}}, true),
            "add: a fused activation cannot be trained; state it as a layer of its own");
  EXPECT_EQ(shape_refusal("mse_loss", {}, {{1, 2, 2, 1}, {1, 2, 3, 1}}, true),
            "mse_loss: input 1 is 1 x 2 x 3 x 1 f32 but input 0 is 1 x 2 x 2 x 1 f32");
}

} // namespace
} // namespace pinhole
