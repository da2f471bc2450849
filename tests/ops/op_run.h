// SPDX-License-Identifier: Apache-2.0
// Runs one pass of a layer on guarded memory and says what came out and what it did that it must not.
#pragma once

#include "device/cpu/thread_pool.h"
#include "ops/op_problem.h"

namespace pinhole::test {

enum class UnitOrder {
  whole,          // run(call, 0, units)
  single_reverse, // one unit at a time, the last one first
  shuffled,       // random pieces in random order
  threads,        // RunSpec::pool
};

// How a pass is run. The defaults are the plainest way.
struct RunSpec {
  const Kernels* kernels = nullptr;
  DType scalar = DType::f32; // stands for f32 in every desc
  Form form;                 // of every input, output and their gradients (ring_rows is ignored)
  UnitOrder order = UnitOrder::whole;
  ThreadPool* pool = nullptr;
  // Forward: these rows of out[0] alone; input rows outside row_window keep NaN. {0, 0} means all.
  RowRange rows;
  bool rings = false;    // forward with `rows`: inputs and outputs are rings just large enough
  bool in_place = false; // out[0] is in[0]'s memory; d_in[0] is d_out[0]'s
  uint8_t wanted = 0xFF; // bit i: d_in[i] / d_parameter[i] has data (where it may have)
  // Backward: add to these gradients, one per d_in / d_parameter, instead of overwriting infinity.
  const std::vector<Values>* onto = nullptr;
  bool null_unneeded = true; // what OpDef's needs do not name is null; else it is NaN
};

struct Outcome {
  // forward: outputs, then the buffers among the parameters after the pass. backward_data: one per input,
  // backward_weights: one per parameter; empty where there is no gradient.
  std::vector<Values> tensors;
  Faults faults; // guards overwritten, rows written outside the range, missing kernels
};

Outcome run_forward(const Problem& problem, const Operands& operands, const RunSpec& spec);

enum class Backward { data, weights };

// `outputs` are the forward pass's, from run_forward with the same kernels.
Outcome run_backward(Backward pass, const Problem& problem, const Operands& operands,
                     const std::vector<Values>& outputs, const RunSpec& spec);

// Bit i set: tensor i of the outcome is a gradient that this layer has.
uint8_t gradients_of(Backward pass, const Problem& problem);

} // namespace pinhole::test
