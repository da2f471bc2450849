// SPDX-License-Identifier: Apache-2.0
// From a Plan's integers to the views and calls that kernels see. With null bases the views carry shapes and strides
// alone: that is how the planner asks a kernel for its scratch.
#pragma once

#include "plan/plan.h"

namespace pinhole {

// Where the regions start; all null while planning.
struct Bases {
  unsigned char* region[kRegions] = {nullptr, nullptr, nullptr, nullptr};
};

View value_view(const Plan& plan, const Bases& bases, ValueId value);

// Views that one call points into: the forward ones, and the gradients.
constexpr int32_t kCallViews = 2 * (kMaxInputs + kMaxOutputs + kMaxParameters);

// The call of step `s`, its views written to storage[0..kCallViews-1]. Prepare steps get the call of the step whose
// kernel they prepare.
Call step_call(const Plan& plan, const Bases& bases, int32_t s, View* storage);

// The kernel of a step (of the step that it prepares); null for the update.
const Kernel* step_kernel(const Plan& plan, const Step& step);

} // namespace pinhole
