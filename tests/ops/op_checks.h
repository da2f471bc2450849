// SPDX-License-Identifier: Apache-2.0
// The parts of op_check. Each appends what it finds to *faults.
#pragma once

#include "ops/op_run.h"

namespace pinhole::test {

// All that a layer computes for a problem: forward outputs and buffers, input gradients, parameter gradients.
struct Results {
  std::vector<Values> forward, data, weights;
};

// Runs forward and both backward passes alike; prefixes the faults with `label`.
Results run_all(const Problem& problem, const RunSpec& spec, const std::string& label, Faults* faults);

// A fault per tensor that is not the same bytes, or not within `tolerance` × max(1, sqrt(terms / 1e4)) of `expected`
// as a relative_error.
void expect_same(const Results& seen, const Results& expected, const std::string& label, Faults* faults);
void expect_close(const Problem& problem, const Results& seen, const Results& expected, double tolerance,
                  const std::string& label, Faults* faults);

// op_check_contract.cpp: what the contract states about itself: shapes, windows, parameters.
void check_statements(const Problem& problem, Faults* faults);
// op_check_refusals.cpp: options survive a round trip; wrong attributes and shapes are refused in words.
void check_round_trip(const Problem& problem, Faults* faults);
void check_wrong_attributes(const Problem& problem, Faults* faults);
void check_wrong_shapes(const Problem& problem, Faults* faults);
// op_check_numeric.cpp: f64 gradients against central differences.
void check_derivatives(const Problem& problem, const Results& reference, Faults* faults);
// op_check_memory.cpp: forms of memory, orders of units, subsets, accumulation, sharing, row ranges. `expected` is what
// the same kernels gave on dense tensors in one go.
void check_memory(const Problem& problem, const Kernels* kernels, const Results& expected, const std::string& label,
                  Faults* faults);

} // namespace pinhole::test
