// SPDX-License-Identifier: Apache-2.0
// (p - t)^2
#include "ops/loss.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"mse_loss", kLossFields, 2};

template <class T> struct SquaredError {
  explicit SquaredError(const LossOptions&) {}
  T value(T p, T t) const { return (p - t) * (p - t); }
  T gradient(T p, T t) const { return T(2) * (p - t); }
};

} // namespace

extern const Kernels mse_loss_plain_f32 = loss_kernels<float, SquaredError>();
extern const Kernels mse_loss_plain_f64 = loss_kernels<double, SquaredError>();
extern const OpDef mse_loss_op = loss_op<kTable>(OpId::mse_loss, &mse_loss_plain_f32);

} // namespace pinhole
