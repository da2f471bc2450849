// SPDX-License-Identifier: Apache-2.0
#include "ops/elementwise.h"

namespace pinhole {

namespace {
constexpr OptionTable kTable = {"tanh", nullptr, 0};
} // namespace

extern const Kernels tanh_plain_f32 = activation_kernels<float, Activation::tanh>();
extern const Kernels tanh_plain_f64 = activation_kernels<double, Activation::tanh>();
extern const OpDef tanh_op = activation_op<kTable, Activation::tanh>(OpId::tanh, &tanh_plain_f32);

} // namespace pinhole
