// SPDX-License-Identifier: Apache-2.0
#include "ops/op_check.h"

#include "device/cpu/simd.h"
#include "ops/op_checks.h"
#include "ops/plain.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace pinhole::test {
namespace {

constexpr double kF32Tolerance = 1e-5;
constexpr double kFreeTerms = 1e4; // sums up to this length meet the tolerance as it is

// Calls visit(label, seen, expected, desc) for every tensor of both results.
template <class Visit>
void for_each_tensor(const Problem& problem, const Results& seen, const Results& expected, const Visit& visit) {
  const ShapeQuery& query = problem.query;
  std::vector<Desc> buffers(query.out, query.out + query.n_out);
  for (int32_t i = 0; i < query.n_parameters; ++i)
    if (!problem.learned(i))
      buffers.push_back(query.parameter[i]);
  for (size_t i = 0; i < expected.forward.size(); ++i)
    visit(text("forward[%zu]", i), seen.forward[i], expected.forward[i], buffers[i]);
  for (size_t i = 0; i < expected.data.size(); ++i)
    visit(text("d_in[%zu]", i), seen.data[i], expected.data[i], query.in[i]);
  for (size_t i = 0; i < expected.weights.size(); ++i)
    visit(text("d_parameter[%zu]", i), seen.weights[i], expected.weights[i], query.parameter[i]);
}

void take(Outcome outcome, const std::string& label, std::vector<Values>* tensors, Faults* faults) {
  *tensors = std::move(outcome.tensors);
  for (const std::string& fault : outcome.faults)
    faults->push_back(label + ": " + fault);
}

void check_kernels(const Problem& problem, const Kernels* kernels, const Results& reference, const std::string& label,
                   Faults* faults) {
  RunSpec spec;
  spec.kernels = kernels;
  const Results results = run_all(problem, spec, label, faults);
  expect_close(problem, results, reference, kF32Tolerance, label, faults);
  check_memory(problem, kernels, results, label, faults);
}

void check_mode(const Subject& subject, const OpCase& op_case, bool training, Faults* faults) {
  const std::unique_ptr<Problem> problem = make_problem(subject, op_case, training, faults);
  if (!problem)
    return;
  check_statements(*problem, faults);
  check_round_trip(*problem, faults);
  check_wrong_attributes(*problem, faults);
  check_wrong_shapes(*problem, faults);

  RunSpec reference_spec;
  reference_spec.kernels = subject.plain_f64;
  reference_spec.scalar = DType::f64;
  const Results reference = run_all(*problem, reference_spec, "plain f64", faults);
  check_derivatives(*problem, reference, faults);
  check_kernels(*problem, subject.plain_f32, reference, "plain f32", faults);
  for (int level = 0; level < kSimdLevels; ++level) {
    const auto simd = static_cast<SimdLevel>(level);
    if (!simd_supported(simd))
      continue;
    if (const Status status = choose_simd(simd_name(simd)); !status.ok())
      faults->push_back(text("choose_simd: %s", status.text));
    check_kernels(*problem, subject.op->cpu, reference, text("cpu at %s", simd_name(simd)), faults);
  }
}

} // namespace

Results run_all(const Problem& problem, const RunSpec& spec, const std::string& label, Faults* faults) {
  Results results;
  take(run_forward(problem, problem.operands, spec), label, &results.forward, faults);
  if (!problem.query.training)
    return results;
  take(run_backward(Backward::data, problem, problem.operands, results.forward, spec), label, &results.data, faults);
  take(run_backward(Backward::weights, problem, problem.operands, results.forward, spec), label, &results.weights,
       faults);
  return results;
}

void expect_same(const Results& seen, const Results& expected, const std::string& label, Faults* faults) {
  const auto compare = [&](const char* what, const std::vector<Values>& a, const std::vector<Values>& b) {
    for (size_t i = 0; i < b.size(); ++i)
      if (!same_bytes(a[i], b[i]))
        faults->push_back(
            text("%s: %s[%zu]: other bytes, error %.3g", label.c_str(), what, i, relative_error(a[i], b[i])));
  };
  compare("forward", seen.forward, expected.forward);
  compare("d_in", seen.data, expected.data);
  compare("d_parameter", seen.weights, expected.weights);
}

void expect_close(const Problem& problem, const Results& seen, const Results& expected, double tolerance,
                  const std::string& label, Faults* faults) {
  for_each_tensor(
      problem, seen, expected, [&](const std::string& what, const Values& a, const Values& b, const Desc& desc) {
        const double limit = tolerance * std::fmax(1, std::sqrt(problem.terms(desc) / kFreeTerms));
        const double seen_error = relative_error(a, b);
        if (!(seen_error <= limit))
          faults->push_back(text("%s: %s: error %.3g, at most %.3g", label.c_str(), what.c_str(), seen_error, limit));
      });
}

void PrintTo(const OpCase& op_case, std::ostream* stream) {
  *stream << op_case.op << " " << op_case.name;
}

Subject subject_of(const std::string& name) {
  Subject subject;
  subject.op = find_op(name.c_str());
  if (subject.op) {
    subject.plain_f32 = plain_kernels(subject.op->id, DType::f32);
    subject.plain_f64 = plain_kernels(subject.op->id, DType::f64);
  }
  return subject;
}

std::vector<std::string> op_check(const Subject& subject, const OpCase& op_case) {
  Faults faults;
  for (const bool training : {false, true})
    if (training ? op_case.training : op_case.inference) {
      Faults found;
      check_mode(subject, op_case, training, &found);
      for (const std::string& fault : found)
        faults.push_back(
            text("%s %s, %s: ", op_case.op.c_str(), op_case.name.c_str(), training ? "training" : "inference") + fault);
    }
  return faults;
}

} // namespace pinhole::test
