// SPDX-License-Identifier: Apache-2.0
#include "ops/elementwise.h"

namespace pinhole {

namespace {
constexpr OptionTable kTable = {"relu", nullptr, 0};
} // namespace

extern const Kernels relu_plain_f32 = activation_kernels<float, Activation::relu>();
extern const Kernels relu_plain_f64 = activation_kernels<double, Activation::relu>();
extern const OpDef relu_op = activation_op<kTable, Activation::relu>(OpId::relu, &relu_plain_f32);

} // namespace pinhole
