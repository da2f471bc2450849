// SPDX-License-Identifier: Apache-2.0
// What every layer's .cu file shares. Its kernels are name##_cuda, listed in device/cuda/kernels.cpp.
#pragma once

#include "ops/op.h"

namespace pinhole {

// A phase that is one host call, which launches all its work on the device's stream.
constexpr Phase one_launch(void (*run)(const Call&, int64_t, int64_t)) {
  Phase phase;
  phase.units = [](const Call&) { return int64_t{1}; };
  phase.run = run;
  return phase;
}

} // namespace pinhole
