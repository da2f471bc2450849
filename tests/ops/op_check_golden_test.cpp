// SPDX-License-Identifier: Apache-2.0
// Every layer against PyTorch's outputs, gradients and running statistics.
#include "device/cpu/simd.h"
#include "ops/op_golden.h"
#include "ops/op_run.h"

#include <gtest/gtest.h>

namespace pinhole::test {
namespace {

// Results are stored in f32, so double loops may differ by their rounding (2^-24 of the largest value).
constexpr double kF64Tolerance = 1.5e-7;
constexpr double kF32Tolerance = 1e-5;

class OpCheckGolden : public testing::TestWithParam<GoldenCase> {
protected:
  void SetUp() override {
    const GoldenCase& golden = GetParam();
    const Subject subject = subject_of(golden.op_case.op);
    ASSERT_NE(subject.op, nullptr);
    Faults faults;
    problem_ = make_problem(subject, golden.op_case, golden.training, &faults);
    for (const std::string& fault : faults)
      ADD_FAILURE() << fault;
    ASSERT_NE(problem_, nullptr);
    ASSERT_EQ(problem_->operands.parameter.size(), golden.parameter.size());
    operands_ = {golden.in, golden.parameter, golden.d_out};
  }

  void expect_golden(const Kernels* kernels, DType scalar, double tolerance);
  void expect_tensor(const GoldenTensor& tensor, const Desc& desc, const Values& seen, double tolerance);

  std::unique_ptr<Problem> problem_;
  Operands operands_;
};

void OpCheckGolden::expect_tensor(const GoldenTensor& tensor, const Desc& desc, const Values& seen, double tolerance) {
  EXPECT_EQ(describe(tensor.desc), describe(desc)) << tensor.role << " " << tensor.index;
  EXPECT_LE(relative_error(seen, tensor.values), tolerance) << tensor.role << " " << tensor.index;
}

void OpCheckGolden::expect_golden(const Kernels* kernels, DType scalar, double tolerance) {
  const ShapeQuery& query = problem_->query;
  RunSpec spec;
  spec.kernels = kernels;
  spec.scalar = scalar;
  const Outcome forward = run_forward(*problem_, operands_, spec);
  Outcome data, weights;
  if (GetParam().training) {
    data = run_backward(Backward::data, *problem_, operands_, forward.tensors, spec);
    weights = run_backward(Backward::weights, *problem_, operands_, forward.tensors, spec);
  }
  std::vector<Values> after(static_cast<size_t>(query.n_parameters));
  for (int32_t i = 0, buffer = query.n_out; i < query.n_parameters; ++i)
    if (!problem_->learned(i))
      after[i] = forward.tensors[buffer++];
  for (const GoldenTensor& tensor : GetParam().results) {
    const int32_t i = tensor.index;
    if (tensor.role == "out")
      expect_tensor(tensor, query.out[i], forward.tensors[i], tolerance);
    else if (tensor.role == "d_in")
      expect_tensor(tensor, query.in[i], data.tensors[i], tolerance);
    else if (tensor.role == "d_parameter")
      expect_tensor(tensor, query.parameter[i], weights.tensors[i], tolerance);
    else
      expect_tensor(tensor, query.parameter[i], after[i], tolerance);
  }
}

TEST_P(OpCheckGolden, PlainF64) {
  expect_golden(problem_->subject.plain_f64, DType::f64, kF64Tolerance);
}

TEST_P(OpCheckGolden, PlainF32) {
  expect_golden(problem_->subject.plain_f32, DType::f32, kF32Tolerance);
}

TEST_P(OpCheckGolden, EverySimdLevel) {
  for (int level = 0; level < kSimdLevels; ++level) {
    const char* name = simd_name(static_cast<SimdLevel>(level));
    SCOPED_TRACE(name);
    if (simd_supported(static_cast<SimdLevel>(level))) {
      ASSERT_TRUE(choose_simd(name).ok());
      expect_golden(problem_->op().cpu, DType::f32, kF32Tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(PyTorch, OpCheckGolden, testing::ValuesIn(golden_cases()),
                         [](const auto& test) { return test.param.op_case.op + "_" + test.param.op_case.name; });

TEST(OpCheckGoldenFile, WasRead) {
  EXPECT_GE(golden_cases().size(), 60u);
}

} // namespace
} // namespace pinhole::test
