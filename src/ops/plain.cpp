// SPDX-License-Identifier: Apache-2.0
// The table of plain loops. Apart from registry.cpp so that a program without tests does not link the double versions.
#include "ops/plain.h"

namespace pinhole {

#define PINHOLE_OP(id, name)                                                                                           \
  extern const Kernels name##_plain_f32;                                                                               \
  extern const Kernels name##_plain_f64;
#include "ops/ops.def"
#undef PINHOLE_OP

const Kernels* plain_kernels(OpId op, DType dtype) {
  switch (op) {
#define PINHOLE_OP(id, name)                                                                                           \
  case OpId::name:                                                                                                     \
    return dtype == DType::f64 ? &name##_plain_f64 : dtype == DType::f32 ? &name##_plain_f32 : nullptr;
#include "ops/ops.def"
#undef PINHOLE_OP
  }
  return nullptr;
}

} // namespace pinhole
