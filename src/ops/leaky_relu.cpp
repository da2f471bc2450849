// SPDX-License-Identifier: Apache-2.0
#include "ops/elementwise.h"

namespace pinhole {

namespace {
// A slope of 0 or below would hide the sign of the argument, which the backward pass reads from the result.
constexpr OptionField kFields[] = {slope_field<SlopeOptions>()};
constexpr OptionTable kTable = {"leaky_relu", kFields, 1};
} // namespace

extern const Kernels leaky_relu_plain_f32 = activation_kernels<float, Activation::leaky_relu>();
extern const Kernels leaky_relu_plain_f64 = activation_kernels<double, Activation::leaky_relu>();
extern const OpDef leaky_relu_op =
    activation_op<kTable, Activation::leaky_relu>(OpId::leaky_relu, &leaky_relu_plain_f32);

} // namespace pinhole
