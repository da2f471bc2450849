// SPDX-License-Identifier: Apache-2.0
#include "ops/op_problem.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <numeric>

namespace pinhole::test {
namespace {

constexpr double kAwayFromZero = 0.1;

double rounded_to_f32(double value) {
  return static_cast<double>(static_cast<float>(value));
}

// `count` distinct values, a shuffled grid over the case's range.
Values distinct_values(const OpCase& op_case, int64_t count, std::mt19937* random) {
  Values values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    const double grid = op_case.low + (op_case.high - op_case.low) * (static_cast<double>(i) + 0.5) / double(count);
    values[i] = rounded_to_f32(op_case.low < 0 ? grid + std::copysign(kAwayFromZero, grid) : grid);
  }
  std::shuffle(values.begin(), values.end(), *random);
  return values;
}

Values uniform_values(const Desc& desc, double low, double high, std::mt19937* random) {
  std::uniform_real_distribution<double> uniform(low, high);
  Values values(static_cast<size_t>(desc.elements()));
  for (double& value : values)
    value = rounded_to_f32(uniform(*random));
  return values;
}

void fill(Problem* problem) {
  std::mt19937 random(2026);
  const ShapeQuery& query = problem->query;
  int64_t total = 0;
  for (int32_t i = 0; i < query.n_in; ++i)
    total += query.in[i].elements();
  const Values all = distinct_values(*problem->op_case, total, &random);
  auto next = all.begin();
  for (int32_t i = 0; i < query.n_in; ++i) {
    problem->operands.in.emplace_back(next, next + query.in[i].elements());
    next += query.in[i].elements();
  }
  for (int32_t i = 0; i < query.n_parameters; ++i) {
    // Buffers are statistics: a variance must be positive.
    const bool learned = problem->learned(i);
    problem->operands.parameter.push_back(
        uniform_values(query.parameter[i], learned ? -1 : 0.5, learned ? 1 : 1.5, &random));
  }
  problem->operands.d_out = uniform_values(query.out[0], -1, 1, &random);
}

} // namespace

AttributeList::AttributeList(const std::vector<AttributeCase>& cases) {
  for (const AttributeCase& a : cases)
    list_.push_back({a.key.c_str(), a.ints.data(), a.floats.data(), static_cast<int32_t>(a.ints.size()),
                     static_cast<int32_t>(a.floats.size())});
}

int64_t Problem::multiply_adds() const {
  return op().multiply_adds ? op().multiply_adds(query) : 0;
}

double Problem::terms(const Desc& tensor) const {
  int64_t work = multiply_adds();
  for (int32_t i = 0; i < query.n_in; ++i)
    work = std::max(work, query.in[i].elements());
  return std::max(1.0, static_cast<double>(work) / static_cast<double>(tensor.elements()));
}

ShapeQuery shape_query(const OpOptions& options, const std::vector<Desc>& in, bool training) {
  ShapeQuery query{};
  query.options = &options;
  query.in = in.data();
  query.n_in = static_cast<int32_t>(in.size());
  query.training = training;
  return query;
}

std::unique_ptr<Problem> make_problem(const Subject& subject, const OpCase& op_case, bool training, Faults* faults) {
  auto problem = std::make_unique<Problem>();
  problem->subject = subject;
  problem->op_case = &op_case;
  AttributeList attributes(op_case.attributes);
  if (const Status status = subject.op->parse(attributes.get(), &problem->options); !status.ok()) {
    faults->push_back(text("parse: legal attributes refused: %s", status.text));
    return nullptr;
  }
  problem->query = shape_query(problem->options, op_case.in, training);
  if (const Status status = subject.op->infer_shape(&problem->query); !status.ok()) {
    faults->push_back(text("infer_shape: legal shapes refused: %s", status.text));
    return nullptr;
  }
  if (problem->query.n_parameters > 0 && !subject.op->parameter_info) {
    faults->push_back("parameter_info: absent in a layer with parameters");
    return nullptr;
  }
  fill(problem.get());
  return problem;
}

std::string text(const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  return line;
}

std::string describe(const Desc& desc) {
  return text("{%d,%d,%d,%d} %s", desc.n, desc.h, desc.w, desc.c, dtype_name(desc.dtype));
}

} // namespace pinhole::test
