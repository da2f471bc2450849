// SPDX-License-Identifier: Apache-2.0
// What every layer's .cu file shares. Its kernels are name##_cuda, listed in device/cuda/kernels.cpp.
#pragma once

#include "ops/op.h"

namespace pinhole {

inline int64_t one_unit(const Call&) {
  return 1;
}

// A phase that is one host call, which launches all its work on the device's stream.
constexpr Phase one_launch(void (*run)(const Call&, int64_t, int64_t)) {
  Phase phase;
  phase.units = one_unit;
  phase.run = run;
  return phase;
}

} // namespace pinhole
