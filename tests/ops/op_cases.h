// SPDX-License-Identifier: Apache-2.0
// Short forms in which the lists of cases are written.
#pragma once

#include "ops/op_check.h"

#include <array>

namespace pinhole::test {

inline AttributeCase ints(std::string key, std::vector<int32_t> values) {
  return {std::move(key), std::move(values), {}};
}
inline AttributeCase floats(std::string key, std::vector<float> values) {
  return {std::move(key), {}, std::move(values)};
}

inline OpCase inference_only(OpCase op_case) {
  op_case.training = false;
  return op_case;
}
inline OpCase training_only(OpCase op_case) {
  op_case.inference = false;
  return op_case;
}

// All options of conv2d and conv_transpose2d.
struct ConvCase {
  int32_t out_channels = 1;
  std::array<int32_t, 2> kernel{3, 3}, stride{1, 1};
  std::array<int32_t, 4> padding{0, 0, 0, 0};
  std::array<int32_t, 2> dilation{1, 1};
  int32_t groups = 1, bias = 1;
  std::array<int32_t, 2> output_padding{0, 0}; // conv_transpose2d alone
  int32_t activation = 0;
};
std::vector<AttributeCase> conv_attributes(const ConvCase& conv, bool transposed);

// The cases of every layer, and the lists they are made of.
const std::vector<OpCase>& op_cases();
std::vector<OpCase> convolution_cases();
std::vector<OpCase> other_cases();

} // namespace pinhole::test
