// SPDX-License-Identifier: Apache-2.0
// A sample of a normal distribution per element, through which gradients flow: inputs are mean and log variance,
//   training:  z = mean + exp(log_variance / 2) * noise, noise of the standard normal distribution
//   inference: z = mean
// The noise of element e of image n (counted in memory order) at a step is a function of the run's seed, the step, n,
// e and the attribute `stream`, so that the backward pass makes it again, and so does a run that is resumed. Two such
// layers in one network need different streams, else their noise is the same.
#include "base/random_streams.h"
#include "ops/blocks.h"
#include "ops/define_op.h"

namespace pinhole {

namespace {

struct ReparameterizeOptions {
  int32_t stream = 0;
};
constexpr OptionField kFields[] = {{"stream", false, 1, offsetof(ReparameterizeOptions, stream), 0, 255}};
constexpr OptionTable kTable = {"reparameterize", kFields, 1};

// Noise of elements first..first+count-1 of image n, at most kBlock.
template <class T> void fill_noise(const Call& call, int32_t n, int64_t first, int64_t count, T* noise) {
  const uint64_t stream = static_cast<uint64_t>(call.options->as<ReparameterizeOptions>().stream) << 32;
  float four[4] = {0, 0, 0, 0};
  for (int64_t i = 0; i < count; ++i) {
    const auto e = static_cast<uint64_t>(first + i);
    if (i == 0 || e % 4 == 0) {
      const RandomWords words = random_words(call.state->seed, RandomStream::latent_sample, call.state->step,
                                             static_cast<uint32_t>(n), stream | (e / 4 & 0xffffffffu));
      normal_pair(words.word[0], words.word[1], &four[0], &four[1]);
      normal_pair(words.word[2], words.word[3], &four[2], &four[3]);
    }
    noise[i] = static_cast<T>(four[e % 4]);
  }
}

// Number of the first element of a run of row y.
int64_t element_number(const Desc& desc, int32_t y, int32_t run, int64_t first) {
  return (int64_t{y} * desc.w + run) * desc.c + first;
}

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const View& out = call.out[0];
  for_blocks(common_runs(out, call.in, call.n_in), [&](int32_t run, int64_t first, int64_t count) {
    const T* mean = element<T>(call.in[0], n, y, run, first);
    const T* log_variance = element<T>(call.in[1], n, y, run, first);
    T* to = element<T>(out, n, y, run, first);
    if (!call.training)
      return write_run(to, count, false, [=](int64_t i) { return mean[i]; });
    T drawn[kBlock];
    fill_noise(call, n, element_number(out.desc, y, run, first), count, drawn);
    const T* noise = drawn;
    write_run(to, count, false, [=](int64_t i) { return mean[i] + exact_exp(T(0.5) * log_variance[i]) * noise[i]; });
  });
}

// The derivatives are 1, and noise * exp(log_variance / 2) / 2.
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  const View &d_out = call.d_out[0], &log_variance = call.in[1];
  const Runs packed = common_runs(d_out, call.d_in, call.n_in);
  const Runs runs = packed.count == 1 ? runs_of_row(d_out, log_variance) : packed;
  for_blocks(runs, [&](int32_t run, int64_t first, int64_t count) {
    T copied[kBlock], drawn[kBlock];
    copy_run(element<T>(d_out, n, y, run, first), copied, count, false);
    const T* gradient = copied;
    if (call.d_in[0].data)
      write_run(element<T>(call.d_in[0], n, y, run, first), count, accumulates(call.accumulate_in, 0),
                [=](int64_t i) { return gradient[i]; });
    if (!call.d_in[1].data)
      return;
    fill_noise(call, n, element_number(d_out.desc, y, run, first), count, drawn);
    const T *noise = drawn, *from = element<T>(log_variance, n, y, run, first);
    write_run(element<T>(call.d_in[1], n, y, run, first), count, accumulates(call.accumulate_in, 1),
              [=](int64_t i) { return gradient[i] * (T(0.5) * exact_exp(T(0.5) * from[i]) * noise[i]); });
  });
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_out, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<ReparameterizeOptions, kTable, same_shape<kTable>>(OpId::reparameterize, 2, 2, same_rows, cpu);
  op.sharing = Sharing::in_place;
  op.data_needs = kNeedsInput;
  return op;
}

} // namespace

extern const Kernels reparameterize_plain_f32 = kernels<float>();
extern const Kernels reparameterize_plain_f64 = kernels<double>();
extern const OpDef reparameterize_op = contract(&reparameterize_plain_f32);

} // namespace pinhole
