// SPDX-License-Identifier: Apache-2.0
#include "ops/op_checks.h"

#include <algorithm>
#include <cmath>

namespace pinhole::test {
namespace {

// Central differences of L = sum(d_out · out[0]) with step h are off by h²/6 · |third derivative|, which is below
// 2e-7 for third derivatives up to 1e6 (the Charbonnier loss with its default ε). Each of the two outputs is off by a
// few roundings, allowed for by 2^-51 · |d_out · out| / h, about 1e-9: it counts where one output is the mean over many
// inputs. Values are at least h away from kinks (see OpCase).
constexpr double kStep = 0x1p-20;
constexpr double kTolerance = 1e-6;
constexpr double kFewRoundings = 0x1p-51;
constexpr int64_t kWork = 4000000; // multiply-adds spent per tensor; elements beyond that are sampled
constexpr int64_t kFewest = 12;

struct Slope {
  double value = 0, rounding = 0;
};

Slope slope_at(const Problem& problem, Operands* operands, double* value, const RunSpec& spec) {
  const double middle = *value, above = middle + kStep, below = middle - kStep;
  *value = above;
  const Values high = run_forward(problem, *operands, spec).tensors[0];
  *value = below;
  const Values low = run_forward(problem, *operands, spec).tensors[0];
  *value = middle;
  Slope slope;
  for (size_t i = 0; i < high.size(); ++i) {
    slope.value += operands->d_out[i] * (high[i] - low[i]) / (above - below);
    if (high[i] != low[i])
      slope.rounding += kFewRoundings * std::fabs(operands->d_out[i] * high[i]) / kStep;
  }
  return slope;
}

std::vector<size_t> sample(size_t elements, int64_t cost, std::mt19937* random) {
  std::vector<size_t> order(elements);
  for (size_t i = 0; i < elements; ++i)
    order[i] = i;
  const auto most = static_cast<size_t>(std::max(kFewest, kWork / std::max<int64_t>(cost, 1)));
  if (most >= elements)
    return order;
  std::shuffle(order.begin() + 1, order.end() - 1, *random);
  std::swap(order[1], order[elements - 1]);
  order.resize(most);
  return order;
}

void check_tensor(const Problem& problem, const std::string& what, const Values& gradient, Operands* operands,
                  Values* values, Faults* faults) {
  RunSpec spec;
  spec.kernels = problem.subject.plain_f64;
  spec.scalar = DType::f64;
  std::mt19937 random(11);
  double scale = 0;
  for (const double g : gradient)
    scale = std::fmax(scale, std::fabs(g));
  const int64_t cost = std::max(problem.multiply_adds(), problem.query.in[0].elements() + problem.out().elements());
  for (const size_t i : sample(values->size(), cost, &random)) {
    const Slope slope = slope_at(problem, operands, &(*values)[i], spec);
    const double limit = kTolerance * std::fmax(scale, std::fabs(slope.value)) + slope.rounding;
    if (!(std::fabs(gradient[i] - slope.value) <= limit))
      return faults->push_back(text("derivative: %s[%zu] is %.9g, differences give %.9g, off by more than %.3g",
                                    what.c_str(), i, gradient[i], slope.value, limit));
  }
}

} // namespace

void check_derivatives(const Problem& problem, const Results& reference, Faults* faults) {
  Operands operands = problem.operands;
  for (size_t i = 0; i < reference.data.size(); ++i)
    if (!reference.data[i].empty())
      check_tensor(problem, text("d_in[%zu]", i), reference.data[i], &operands, &operands.in[i], faults);
  for (size_t i = 0; i < reference.weights.size(); ++i)
    if (!reference.weights[i].empty())
      check_tensor(problem, text("d_parameter[%zu]", i), reference.weights[i], &operands, &operands.parameter[i],
                   faults);
}

} // namespace pinhole::test
