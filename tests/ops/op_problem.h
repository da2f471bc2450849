// SPDX-License-Identifier: Apache-2.0
// A case made concrete: parsed options, inferred shapes, and seeded values.
#pragma once

#include "ops/guarded_tensor.h"
#include "ops/op_check.h"

#include <memory>
#include <random>

namespace pinhole::test {

using Faults = std::vector<std::string>;

// Attributes in the form the library takes; lives as long as the AttributeCases it points into.
class AttributeList {
public:
  explicit AttributeList(const std::vector<AttributeCase>& cases);
  Attributes get() { return {list_.data(), static_cast<int32_t>(list_.size())}; }

private:
  std::vector<Attribute> list_;
};

// What a pass computes with.
struct Operands {
  std::vector<Values> in, parameter;
  Values d_out; // dL/d(out[0]); the other outputs are never differentiated
};

struct Problem {
  Subject subject;
  const OpCase* op_case = nullptr;
  OpOptions options;
  ShapeQuery query; // points into this struct
  Operands operands;

  Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  const OpDef& op() const { return *subject.op; }
  bool learned(int32_t parameter) const { return op().parameter_info(query, parameter).learned; }
  bool differentiable(int32_t input) const { return (op().no_gradient_in >> input & 1) == 0; }
  Desc out() const { return query.out[0]; }
  int64_t multiply_adds() const;
  // An upper estimate of how many products are summed for one element of `tensor`.
  double terms(const Desc& tensor) const;
};

// A ShapeQuery over `options` and `in`, not yet inferred.
ShapeQuery shape_query(const OpOptions& options, const std::vector<Desc>& in, bool training);

// Parses, infers and fills. Null with a fault appended when the layer refuses the case.
std::unique_ptr<Problem> make_problem(const Subject& subject, const OpCase& op_case, bool training, Faults* faults);

// printf into a std::string.
std::string text(const char* format, ...) __attribute__((format(printf, 1, 2)));
std::string describe(const Desc& desc);

} // namespace pinhole::test
