// SPDX-License-Identifier: Apache-2.0
#include "ops/elementwise.h"

namespace pinhole {

namespace {
constexpr OptionTable kTable = {"sigmoid", nullptr, 0};
} // namespace

extern const Kernels sigmoid_plain_f32 = activation_kernels<float, Activation::sigmoid>();
extern const Kernels sigmoid_plain_f64 = activation_kernels<double, Activation::sigmoid>();
extern const OpDef sigmoid_op = activation_op<kTable, Activation::sigmoid>(OpId::sigmoid, &sigmoid_plain_f32);

} // namespace pinhole
