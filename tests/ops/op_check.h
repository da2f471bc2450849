// SPDX-License-Identifier: Apache-2.0
// op_check: one harness that checks any layer against its contract (ops/op.h). A case states a layer, its options and
// its input shapes; nothing here knows what a particular layer computes.
//
//   for (const std::string& fault : op_check(subject_of("conv2d"), a_case)) ADD_FAILURE() << fault;
#pragma once

#include "ops/op.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace pinhole::test {

struct AttributeCase {
  std::string key;
  std::vector<int32_t> ints;
  std::vector<float> floats;
};

struct OpCase {
  std::string op;
  std::string name; // letters, digits and underscores; unique within the op
  std::vector<AttributeCase> attributes;
  std::vector<Desc> in;
  // Inference runs the forward pass, also by rows; training runs all passes on whole tensors. A fused activation has
  // no training, a loss no inference worth the time.
  bool inference = true, training = true;
  // Range of the input values. Values are all distinct, and at least 0.1 away from 0 when `low` is negative, so that
  // rectifiers, maxima and absolute differences are differentiated away from their kinks.
  double low = -1, high = 1;
};

// GoogleTest's name of a case.
void PrintTo(const OpCase& op_case, std::ostream* stream);

// What is checked: a contract and its plain loops. Mutation tests put deliberately broken ones here.
struct Subject {
  const OpDef* op = nullptr;
  const Kernels* plain_f32 = nullptr;
  const Kernels* plain_f64 = nullptr;
};

// The library's layer of this name; `op` is null when there is none.
Subject subject_of(const std::string& name);

// Every violation found, as "check: what was expected, what was seen"; empty when the layer keeps its contract.
std::vector<std::string> op_check(const Subject& subject, const OpCase& op_case);

} // namespace pinhole::test
