// SPDX-License-Identifier: Apache-2.0
// How far the code of a variational autoencoder is from the prior: inputs are the mean and the log variance of a normal
// distribution per element, and the loss is its divergence from the standard one,
//   KL[N(mean, exp(log_variance)) || N(0, 1)] = (exp(log_variance) + mean^2 - 1 - log_variance) / 2,
// by default summed over the code and averaged over the images. Both inputs get a gradient.
#include "ops/loss.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"kl_loss", kLossFields, 2};

struct KlOptions : LossOptions {
  constexpr KlOptions() { reduction = Reduction::batchmean; }
};

template <class T> struct Divergence {
  explicit Divergence(const LossOptions&) {}
  T value(T mean, T log_variance) const {
    return T(0.5) * (exact_exp(log_variance) + mean * mean - T(1) - log_variance);
  }
};

// The derivatives are mean, and half of exp(log_variance) - 1.
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  const T scale = static_cast<T>(static_cast<double>(*call.d_out[0].base<T>()) * loss_scale(call));
  const auto write = [&](int32_t input, auto gradient) {
    const View &in = call.in[input], &d_in = call.d_in[input];
    if (!d_in.data)
      return;
    const Runs runs = runs_of_row(d_in, in);
    for (int32_t r = 0; r < runs.count; ++r) {
      const T* from = in.row<T>(n, y) + r * in.pixel_stride;
      write_run(d_in.row<T>(n, y) + r * d_in.pixel_stride, runs.length, accumulates(call.accumulate_in, input),
                [=](int64_t i) { return scale * gradient(from[i]); });
    }
  };
  write(0, [](T mean) { return mean; });
  write(1, [](T log_variance) { return T(0.5) * (exact_exp(log_variance) - T(1)); });
}

template <class T> constexpr Kernels kernels() {
  Kernels kernels = {};
  kernels.forward = loss_forward<T, Divergence>();
  kernels.backward_data = row_kernel<RowsOf::d_in, backward_row<T>>();
  return kernels;
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = loss_op<kTable, KlOptions>(OpId::kl_loss, cpu);
  op.no_gradient_in = 0;
  return op;
}

} // namespace

extern const Kernels kl_loss_plain_f32 = kernels<float>();
extern const Kernels kl_loss_plain_f64 = kernels<double>();
extern const OpDef kl_loss_op = contract(&kl_loss_plain_f32);

} // namespace pinhole
