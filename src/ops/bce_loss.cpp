// SPDX-License-Identifier: Apache-2.0
// -(t log p + (1 - t) log(1 - p)) on probabilities, each logarithm at least -100; value and gradient as torch's
// BCELoss.
#include "ops/loss.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"bce_loss", kLossFields, 2};

template <class T> struct BinaryCrossEntropy {
  explicit BinaryCrossEntropy(const LossOptions&) {}
  static T bounded_log(T x) {
    const T value = exact_log(x);
    return value < T(-100) ? T(-100) : value;
  }
  T value(T p, T t) const { return (t - T(1)) * bounded_log(T(1) - p) - t * bounded_log(p); }
  T gradient(T p, T t) const {
    const T variance = (T(1) - p) * p;
    return (p - t) / (variance < T(1e-12) ? T(1e-12) : variance);
  }
};

} // namespace

extern const Kernels bce_loss_plain_f32 = loss_kernels<float, BinaryCrossEntropy>();
extern const Kernels bce_loss_plain_f64 = loss_kernels<double, BinaryCrossEntropy>();
extern const OpDef bce_loss_op = loss_op<kTable>(OpId::bce_loss, &bce_loss_plain_f32);

} // namespace pinhole
