// SPDX-License-Identifier: Apache-2.0
// PyTorch's values from tests/golden (make_op_golden.py describes the files).
#pragma once

#include "ops/guarded_tensor.h"
#include "ops/op_check.h"

#include <vector>

namespace pinhole::test {

struct GoldenTensor {
  std::string role; // out, d_in, d_parameter, after
  int32_t index = 0;
  Desc desc;
  Values values;
};

struct GoldenCase {
  OpCase op_case;
  bool training = false;
  std::vector<Values> in, parameter;
  Values d_out;
  std::vector<GoldenTensor> results;
};

// GoogleTest's name of a case.
inline void PrintTo(const GoldenCase& golden, std::ostream* stream) {
  PrintTo(golden.op_case, stream);
}

// All cases; empty when the files are missing or do not fit together.
const std::vector<GoldenCase>& golden_cases();

} // namespace pinhole::test
