// SPDX-License-Identifier: Apache-2.0
// sqrt((p - t)^2 + epsilon^2): L1 with a round tip.
#include "ops/loss.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"charbonnier_loss", kLossFields, 3};

template <class T> struct Charbonnier {
  T epsilon;
  explicit Charbonnier(const LossOptions& options) : epsilon(static_cast<T>(options.epsilon)) {}
  T value(T p, T t) const { return std::sqrt((p - t) * (p - t) + epsilon * epsilon); }
  T gradient(T p, T t) const { return (p - t) / value(p, t); }
};

} // namespace

extern const Kernels charbonnier_loss_plain_f32 = loss_kernels<float, Charbonnier>();
extern const Kernels charbonnier_loss_plain_f64 = loss_kernels<double, Charbonnier>();
extern const OpDef charbonnier_loss_op = loss_op<kTable>(OpId::charbonnier_loss, &charbonnier_loss_plain_f32);

} // namespace pinhole
