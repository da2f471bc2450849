// SPDX-License-Identifier: Apache-2.0
// Which values a step touches, how long each value lives, and which may share bytes.
#pragma once

#include "plan/plan.h"

namespace pinhole {

// The activations, inputs and gradients of activations that a step reads and writes. Parameters are left out: they
// live for ever.
struct StepValues {
  ValueId read[kMaxInputs + kMaxOutputs + 1], written[kMaxOutputs > kMaxInputs ? kMaxOutputs : kMaxInputs];
  int32_t reads = 0, writes = 0;
};
StepValues values_of(const Program& program, const Step& step);

// Fills Plan::lifetimes from the steps.
void find_lifetimes(Plan* plan);

// Fills Plan::aliases and Plan::elided: in-place layers, concat without a copy, reshapes.
void find_aliases(Plan* plan);

// The value whose block holds `value`, and the channel at which it starts there.
ValueId root_of(const Plan& plan, ValueId value, int32_t* channel_offset);

} // namespace pinhole
