// SPDX-License-Identifier: Apache-2.0
// Every case of tests/ops whose layer has GPU kernels, against the CPU's plain loops in double. Skipped, never passed,
// where there is no device.
#include "device/cuda_run.h"
#include "ops/op_cases.h"
#include "ops/plain.h"

#include <gtest/gtest.h>

namespace pinhole::test {
namespace {

// f16 in memory: the result is rounded once or twice (before and after a bias) to 11 bits, the sums themselves are f32.
constexpr double kConvolutionLimit = 2e-3, kFusedLimit = 4e-3;
constexpr int32_t kConvolutionSteps = 64; // of one case

bool has_cuda_kernels(const OpCase& op_case) {
  const char* const names[] = {"conv2d", "conv_transpose2d", "relu", "leaky_relu", "sigmoid", "tanh"};
  for (const char* name : names)
    if (op_case.op == name)
      return true;
  return false;
}

std::vector<OpCase> select_cases() {
  std::vector<OpCase> cases;
  for (const std::vector<OpCase>& list : {convolution_cases(), other_cases()})
    for (const OpCase& op_case : list)
      if (has_cuda_kernels(op_case))
        cases.push_back(op_case);
  return cases;
}

const std::vector<OpCase>& cuda_cases() {
  static const std::vector<OpCase> cases = select_cases();
  return cases;
}

// The parameter is an index into cuda_cases().
class CudaOp : public testing::TestWithParam<size_t> {
protected:
  void SetUp() override {
    if (cuda_device_count() == 0)
      GTEST_SKIP() << "no CUDA device: the kernels of " << op_case().op << " were not run";
    const Status status = open_cuda_device(0, kConvolutionSteps, &device_);
    ASSERT_TRUE(status.ok()) << status.text;
  }
  void TearDown() override { close_cuda_device(device_); }

  bool make(bool training) {
    Faults faults;
    problem_ = make_problem({find_op(op_case().op.c_str()), nullptr, nullptr}, op_case(), training, &faults);
    for (const std::string& fault : faults)
      ADD_FAILURE() << fault;
    if (problem_)
      operands_ = half_operands(problem_->operands);
    return problem_ != nullptr;
  }
  // Without gaps, what our rules allow must be there in cuDNN, too.
  bool supported(const Form& form) const {
    const bool by_rule = cuda_kernels_of(nullptr, *problem_, form),
               by_device = cuda_kernels_of(device_, *problem_, form);
    EXPECT_TRUE(by_device || !by_rule || form.pixel_gap > 0) << "cuDNN does not support this convolution";
    return by_device;
  }
  bool activation_layer() const { return problem_->query.n_parameters == 0; }
  double limit() const {
    return activation_layer() ? 0 : op_case().name.rfind("fused", 0) == 0 ? kFusedLimit : kConvolutionLimit;
  }
  // Activations are the same function on both sides, so their f16 results are the same bits.
  RunSpec reference_spec() const {
    RunSpec spec;
    spec.scalar = activation_layer() ? DType::f32 : DType::f64;
    spec.kernels = plain_kernels(problem_->op().id, spec.scalar);
    return spec;
  }
  std::vector<Values> reference_outputs() const {
    std::vector<Values> outputs = run_forward(*problem_, operands_, reference_spec()).tensors;
    for (Values& output : outputs)
      output = as_half(output);
    return outputs;
  }
  void expect_equal(const Outcome& cuda, const std::vector<Values>& reference, const char* what) {
    for (const std::string& fault : cuda.faults)
      ADD_FAILURE() << what << ": " << fault;
    ASSERT_EQ(cuda.tensors.size(), reference.size()) << what;
    for (size_t i = 0; i < reference.size(); ++i)
      EXPECT_LE(relative_error(cuda.tensors[i], activation_layer() ? as_half(reference[i]) : reference[i]), limit())
          << what << " " << i;
  }
  void check(CudaPass pass, const std::vector<Values>& outputs, const std::vector<Values>& reference,
             const CudaRunSpec& spec, const char* what) {
    const Outcome first = run_on_cuda(pass, device_, *problem_, operands_, outputs, spec);
    expect_equal(first, reference, what);
    const Outcome second = run_on_cuda(pass, device_, *problem_, operands_, outputs, spec);
    for (size_t i = 0; i < first.tensors.size(); ++i)
      EXPECT_TRUE(same_bytes(first.tensors[i], second.tensors[i])) << what << ": two runs differ in " << i;
  }
  void check_backward(CudaPass pass, const std::vector<Values>& outputs, const CudaRunSpec& spec, const char* what) {
    RunSpec cpu = reference_spec();
    cpu.onto = spec.onto;
    const Outcome reference = run_backward(pass == CudaPass::backward_data ? Backward::data : Backward::weights,
                                           *problem_, operands_, outputs, cpu);
    check(pass, outputs, reference.tensors, spec, what);
  }

  static const OpCase& op_case() { return cuda_cases()[GetParam()]; }

  CudaDevice* device_ = nullptr;
  std::unique_ptr<Problem> problem_;
  Operands operands_;
};

TEST_P(CudaOp, Forward) {
  if (!op_case().inference)
    GTEST_SKIP() << "this case is about training";
  ASSERT_TRUE(make(false));
  const std::vector<Values> reference = run_forward(*problem_, operands_, reference_spec()).tensors;
  for (const Form& form : {Form{}, Form{8, 24, 40, 8}}) {
    if (!supported(form))
      GTEST_SKIP() << "runs on the CPU in this form";
    CudaRunSpec spec;
    spec.form = form;
    check(CudaPass::forward, {}, reference, spec, form.pixel_gap ? "forward with gaps" : "forward");
    spec.parameters_on_device = true;
    check(CudaPass::forward, {}, reference, spec, "forward, parameters on the device");
    spec.in_place = problem_->op().sharing == Sharing::in_place;
    if (spec.in_place)
      check(CudaPass::forward, {}, reference, spec, "forward in place");
  }
}

TEST_P(CudaOp, Backward) {
  if (!op_case().training)
    GTEST_SKIP() << "this case is about inference";
  ASSERT_TRUE(make(true));
  const std::vector<Values> outputs = reference_outputs();
  for (const Form& form : {Form{}, Form{8, 24, 40, 8}}) {
    if (!supported(form))
      GTEST_SKIP() << "runs on the CPU in this form";
    CudaRunSpec spec;
    spec.form = form;
    check_backward(CudaPass::backward_data, outputs, spec, "backward_data");
    spec.in_place = problem_->op().sharing == Sharing::in_place;
    if (spec.in_place)
      check_backward(CudaPass::backward_data, outputs, spec, "backward_data in place");
    spec.in_place = false;
    spec.onto = &operands_.in;
    check_backward(CudaPass::backward_data, outputs, spec, "backward_data accumulated");
    if (problem_->query.n_parameters == 0)
      continue;
    spec.onto = nullptr;
    check_backward(CudaPass::backward_weights, outputs, spec, "backward_weights");
    spec.onto = &operands_.parameter;
    check_backward(CudaPass::backward_weights, outputs, spec, "backward_weights accumulated");
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaOp, testing::Range<size_t>(0, cuda_cases().size()), [](const auto& instance) {
  const OpCase& op_case = cuda_cases()[instance.param];
  return op_case.op + "_" + op_case.name;
});

} // namespace
} // namespace pinhole::test
