// SPDX-License-Identifier: Apache-2.0
// |p - t|; its gradient is 0 where p equals t.
#include "ops/loss.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"l1_loss", kLossFields, 2};

template <class T> struct AbsoluteError {
  explicit AbsoluteError(const LossOptions&) {}
  T value(T p, T t) const { return p > t ? p - t : t - p; }
  T gradient(T p, T t) const { return p > t ? T(1) : (p < t ? T(-1) : p - t); } // p - t: 0, or NaN
};

} // namespace

extern const Kernels l1_loss_plain_f32 = loss_kernels<float, AbsoluteError>();
extern const Kernels l1_loss_plain_f64 = loss_kernels<double, AbsoluteError>();
extern const OpDef l1_loss_op = loss_op<kTable>(OpId::l1_loss, &l1_loss_plain_f32);

} // namespace pinhole
