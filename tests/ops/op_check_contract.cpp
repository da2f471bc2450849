// SPDX-License-Identifier: Apache-2.0
#include "ops/op_checks.h"

#include <algorithm>
#include <set>

namespace pinhole::test {
namespace {

void check_desc(const char* what, int32_t index, const Desc& desc, Faults* faults) {
  if (desc.n < 1 || desc.h < 1 || desc.w < 1 || desc.c < 1)
    faults->push_back(text("infer_shape: %s[%d] is %s", what, index, describe(desc).c_str()));
}

void check_parameters(const Problem& problem, Faults* faults) {
  std::set<std::string> names;
  bool buffers = false;
  for (int32_t i = 0; i < problem.query.n_parameters; ++i) {
    check_desc("parameter", i, problem.query.parameter[i], faults);
    const ParameterInfo info = problem.op().parameter_info(problem.query, i);
    if (!info.name || !names.insert(info.name).second)
      faults->push_back(text("parameter_info: parameter %d has no name of its own", i));
    if (info.learned && buffers)
      faults->push_back(text("parameter_info: learned parameter %d comes after a buffer", i));
    buffers = buffers || !info.learned;
    if (info.fan_in < 0)
      faults->push_back(text("parameter_info: negative fan_in of parameter %d", i));
  }
}

// Windows lie inside the input, grow with the range, and the whole output needs no more than the whole input.
void check_windows(const Problem& problem, Faults* faults) {
  const int32_t height = problem.out().h;
  for (int32_t input = 0; input < problem.query.n_in; ++input)
    for (int32_t begin = 0; begin < height; ++begin)
      for (int32_t end = begin + 1; end <= height; ++end) {
        const RowRange window = problem.op().row_window(problem.query, input, {begin, end});
        const RowRange wider = problem.op().row_window(problem.query, input, {begin, std::min(end + 1, height)});
        const bool inside = 0 <= window.begin && window.begin <= window.end && window.end <= problem.query.in[input].h;
        const bool grows = window.count() == 0 || (wider.begin <= window.begin && wider.end >= window.end);
        if (!inside || !grows)
          return faults->push_back(text("row_window: rows %d..%d of out[0] need rows %d..%d of in[%d]", begin, end,
                                        window.begin, window.end, input));
      }
}

// A fused activation belongs to inference: no backward pass reads the values before it.
void check_fused_activation(const Problem& problem, Faults* faults) {
  if (!problem.op().fused_activation || !problem.query.training)
    return;
  OpOptions options = problem.options;
  float* slope = nullptr;
  *problem.op().fused_activation(&options, &slope) = Activation::relu;
  ShapeQuery query = shape_query(options, problem.op_case->in, true);
  if (problem.op().infer_shape(&query).ok())
    faults->push_back("infer_shape: accepted a fused activation in training");
}

} // namespace

void check_statements(const Problem& problem, Faults* faults) {
  const OpDef& op = problem.op();
  const ShapeQuery& query = problem.query;
  if (query.n_in < op.min_inputs || query.n_in > op.max_inputs || op.max_inputs > kMaxInputs)
    faults->push_back(text("OpDef: %d inputs, stated %d to %d", query.n_in, op.min_inputs, op.max_inputs));
  if (query.n_out < 1 || query.n_out > kMaxOutputs || query.n_parameters < 0 || query.n_parameters > kMaxParameters)
    return faults->push_back(text("infer_shape: %d outputs, %d parameters", query.n_out, query.n_parameters));
  for (int32_t i = 0; i < query.n_out; ++i)
    check_desc("out", i, query.out[i], faults);
  check_parameters(problem, faults);
  check_windows(problem, faults);
  check_fused_activation(problem, faults);
  if (problem.multiply_adds() < 0)
    faults->push_back("multiply_adds: negative");
}

} // namespace pinhole::test
