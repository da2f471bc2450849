// SPDX-License-Identifier: Apache-2.0
#include "ops/op_checks.h"

#include <cmath>
#include <cstdlib>

namespace pinhole::test {
namespace {

constexpr Form kGapped{3, 5, 7, 1, 0};

// A pool of `threads` that lives as long as the program.
ThreadPool* pool_of(int32_t threads) {
  static ThreadPool* pools[8] = {};
  if (!pools[threads]) {
    const size_t bytes = align_up(thread_pool_bytes(threads), Arena::kAlignment);
    Arena arena(std::aligned_alloc(Arena::kAlignment, bytes), bytes);
    if (const Status status = start_threads(threads, &arena, &pools[threads]); !status.ok())
      std::abort();
  }
  return pools[threads];
}

struct Variant {
  const char* name;
  Form form;
  UnitOrder order;
  int32_t threads;
  bool null_unneeded;
};

// Everything here must not change one byte.
constexpr Variant kVariants[] = {
    {"a second time", {}, UnitOrder::whole, 0, true},
    {"NaN for what is not needed", {}, UnitOrder::whole, 0, false},
    {"pixel, row and image gaps", kGapped, UnitOrder::whole, 0, true},
    {"row gaps", {0, 3, 0, 0, 0}, UnitOrder::shuffled, 0, true},
    {"units one by one backwards", {}, UnitOrder::single_reverse, 0, true},
    {"units in shuffled pieces", kGapped, UnitOrder::shuffled, 0, true},
    {"1 thread", {}, UnitOrder::threads, 1, true},
    {"2 threads", {}, UnitOrder::threads, 2, true},
    {"3 threads", {}, UnitOrder::threads, 3, true},
};

void check_variants(const Problem& problem, const RunSpec& base, const Results& expected, const std::string& label,
                    Faults* faults) {
  for (const Variant& variant : kVariants) {
    RunSpec spec = base;
    spec.form = variant.form;
    spec.order = variant.order;
    spec.pool = variant.threads > 0 ? pool_of(variant.threads) : nullptr;
    spec.null_unneeded = variant.null_unneeded;
    const std::string name = label + ", " + variant.name;
    expect_same(run_all(problem, spec, name, faults), expected, name, faults);
  }
}

// Every subset of the gradients gives the same bytes as all of them together.
void check_subsets(Backward pass, const Problem& problem, RunSpec spec, const Results& expected,
                   const std::string& label, Faults* faults) {
  const std::vector<Values>& all = pass == Backward::data ? expected.data : expected.weights;
  const uint8_t has = gradients_of(pass, problem);
  for (uint8_t wanted = 1; wanted < has; ++wanted) {
    if ((wanted & ~has) != 0)
      continue;
    spec.wanted = wanted;
    const Outcome outcome = run_backward(pass, problem, problem.operands, expected.forward, spec);
    for (const std::string& fault : outcome.faults)
      faults->push_back(label + ": " + fault);
    for (size_t i = 0; i < all.size(); ++i)
      if (wanted >> i & 1 && !same_bytes(outcome.tensors[i], all[i]))
        faults->push_back(text("%s: gradient %zu differs when only mask %d is wanted", label.c_str(), i, wanted));
  }
}

// Adding onto a prefilled gradient rounds a few times more than overwriting does.
void check_accumulate(Backward pass, const Problem& problem, RunSpec spec, const Results& expected,
                      const std::string& label, Faults* faults) {
  constexpr double kTolerance = 1e-6;
  const std::vector<Values>& assigned = pass == Backward::data ? expected.data : expected.weights;
  std::vector<Values> onto = assigned, sum = assigned;
  for (size_t i = 0; i < assigned.size(); ++i)
    for (size_t e = 0; e < assigned[i].size(); ++e) {
      onto[i][e] = static_cast<double>(static_cast<float>(0.5 - 0.001 * static_cast<double>(e % 997)));
      sum[i][e] += onto[i][e];
    }
  spec.onto = &onto;
  const Outcome outcome = run_backward(pass, problem, problem.operands, expected.forward, spec);
  for (size_t i = 0; i < sum.size(); ++i)
    if (const double seen = relative_error(outcome.tensors[i], sum[i]); !(seen <= kTolerance))
      faults->push_back(
          text("%s: accumulate: gradient %zu off by %.3g, at most %.3g", label.c_str(), i, seen, kTolerance));
}

void check_in_place(const Problem& problem, RunSpec spec, const Results& expected, const std::string& label,
                    Faults* faults) {
  if (problem.op().sharing != Sharing::in_place)
    return;
  spec.in_place = true;
  for (const Form& form : {Form{}, kGapped}) {
    spec.form = form;
    Results seen = expected;
    seen.forward = run_forward(problem, problem.operands, spec).tensors;
    if (problem.query.training)
      seen.data = run_backward(Backward::data, problem, problem.operands, expected.forward, spec).tensors;
    expect_same(seen, expected, label + ", in place", faults);
  }
}

// Copies rows of every image of `from` into `to`.
void copy_rows(const Desc& desc, RowRange rows, const Values& from, Values* to) {
  const int64_t row = int64_t{desc.w} * desc.c;
  for (int32_t n = 0; n < desc.n; ++n)
    for (int64_t i = rows.begin * row; i < rows.end * row; ++i)
      (*to)[n * desc.h * row + i] = from[n * desc.h * row + i];
}

// Forward in random ranges of rows, from nothing but the rows that row_window names.
void check_rows(const Problem& problem, RunSpec spec, const Results& expected, const std::string& label,
                Faults* faults) {
  const int32_t height = problem.out().h;
  std::mt19937 random(3);
  for (const int32_t most : {1, 2, 5, 16}) {
    Results seen = expected;
    spec.rings = most % 2 == 0;
    spec.form = most > 1 ? kGapped : Form{};
    const std::string name = text("%s, at most %d rows%s", label.c_str(), most, spec.rings ? " in rings" : "");
    for (int32_t begin = 0; begin < height;) {
      const auto count = 1 + static_cast<int32_t>(random() % static_cast<uint32_t>(most));
      spec.rows = {begin, std::min(begin + count, height)};
      begin = spec.rows.end;
      const Outcome outcome = run_forward(problem, problem.operands, spec);
      for (const std::string& fault : outcome.faults)
        faults->push_back(name + ": " + fault);
      for (int32_t i = 0; i < problem.query.n_out; ++i)
        copy_rows(problem.query.out[i], spec.rows, outcome.tensors[i], &seen.forward[i]);
    }
    expect_same(seen, expected, name, faults);
  }
}

} // namespace

void check_memory(const Problem& problem, const Kernels* kernels, const Results& expected, const std::string& label,
                  Faults* faults) {
  RunSpec spec;
  spec.kernels = kernels;
  check_variants(problem, spec, expected, label, faults);
  check_in_place(problem, spec, expected, label, faults);
  if (!problem.query.training)
    return check_rows(problem, spec, expected, label, faults);
  for (const Backward pass : {Backward::data, Backward::weights}) {
    check_subsets(pass, problem, spec, expected, label, faults);
    check_accumulate(pass, problem, spec, expected, label, faults);
  }
}

} // namespace pinhole::test
