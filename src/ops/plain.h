// SPDX-License-Identifier: Apache-2.0
// The plain loops of every layer, on float and on double: the reference that every other kernel is checked against.
#pragma once

#include "ops/op.h"

namespace pinhole {

// Plain kernels of a layer for f32 or f64 views; null for another dtype. Each ops/name.cpp defines
// name##_plain_f32 and name##_plain_f64 from one template. No SIMD, same results on every machine.
const Kernels* plain_kernels(OpId op, DType dtype);

} // namespace pinhole
