// SPDX-License-Identifier: Apache-2.0
// Per channel, y = (x - mean) / sqrt(var + epsilon) * weight + bias. Inference takes the running statistics; training
// takes those of the batch, moves the running ones (variance unbiased, as PyTorch) and saves mean and 1/sqrt(var +
// epsilon) in out[1] and out[2], {1, 1, 1, c}, for the backward passes.
#include "ops/batch_norm_options.h"
#include "ops/batch_norm_sums.h"
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

namespace {

constexpr OptionField kFields[] = {
    {"epsilon", true, 1, offsetof(BatchNormOptions, epsilon), 1e-12, 1},
    {"momentum", true, 1, offsetof(BatchNormOptions, momentum), 0, 1},
};
constexpr OptionTable kTable = {"batch_norm", kFields, 2};

double epsilon_of(const Call& call) {
  return static_cast<double>(call.options->as<BatchNormOptions>().epsilon);
}

int64_t training_groups(const Call& call) {
  return call.training ? row_groups(call.in[0].desc).count : 0;
}
int64_t training_channels(const Call& call) {
  return call.training ? call.in[0].desc.c : 0;
}

// Statistics of the batch from the groups', and the running ones moved towards them.
template <class T> void finish_statistics(const Call& call, int64_t begin, int64_t end) {
  const double momentum = static_cast<double>(call.options->as<BatchNormOptions>().momentum);
  T* running_mean = call.parameter[kRunningMean].base<T>();
  T* running_var = call.parameter[kRunningVar].base<T>();
  for (int64_t c = begin; c < end; ++c) {
    const Moments moments = combined_moments(call.in[0].desc, channel_partials(call), static_cast<int32_t>(c));
    const double unbiased = moments.squares / max_of(moments.count - 1, 1.0);
    call.out[1].base<T>()[c] = static_cast<T>(moments.mean);
    call.out[2].base<T>()[c] = static_cast<T>(1 / std::sqrt(moments.squares / moments.count + epsilon_of(call)));
    const auto mean = static_cast<T>((1 - momentum) * static_cast<double>(running_mean[c]) + momentum * moments.mean);
    const auto var = static_cast<T>((1 - momentum) * static_cast<double>(running_var[c]) + momentum * unbiased);
    if (!std::isfinite(mean) || !std::isfinite(var))
      continue; // a batch with a number that is none must not spoil what later ones, and the file, go by
    running_mean[c] = mean;
    running_var[c] = var;
  }
}

template <class T> void normalise_row(const Call& call, int32_t n, int32_t y) {
  constexpr int32_t kBlock = 64;
  const View &in = call.in[0], &out = call.out[0];
  const T* mean = call.training ? call.out[1].base<T>() : call.parameter[kRunningMean].base<T>();
  const T *weight = call.parameter[kWeight].base<T>(), *bias = call.parameter[kBias].base<T>();
  const T epsilon = static_cast<T>(epsilon_of(call));
  for (int32_t first = 0; first < in.desc.c; first += kBlock) {
    const int32_t count = min_of(kBlock, in.desc.c - first);
    T scale[kBlock];
    for (int32_t c = 0; c < count; ++c)
      scale[c] = weight[first + c] *
                 (call.training ? call.out[2].base<T>()[first + c]
                                : T(1) / std::sqrt(call.parameter[kRunningVar].base<T>()[first + c] + epsilon));
    for (int32_t x = 0; x < in.desc.w; ++x) {
      const T* from = in.row<T>(n, y) + x * in.pixel_stride + first;
      write_run(out.row<T>(n, y) + x * out.pixel_stride + first, count, false,
                [&](int64_t c) { return (from[c] - mean[first + c]) * scale[c] + bias[first + c]; });
    }
  }
}

// Means over the batch of d_y and of d_y times the normalised x, per channel, behind the partial sums in scratch.
template <class T> T* gradient_means(const Call& call) {
  return reinterpret_cast<T*>(channel_partials(call).partial(row_groups(call.in[0].desc).count, 0));
}
template <class T> void finish_gradient_means(const Call& call, int64_t begin, int64_t end) {
  const Desc& desc = call.in[0].desc;
  for (int64_t c = begin; c < end; ++c)
    for (int sum = 0; sum < 2; ++sum)
      gradient_means<T>(call)[sum * desc.c + c] =
          static_cast<T>(channel_partials(call).total(row_groups(desc).count, sum, static_cast<int32_t>(c)) /
                         static_cast<double>(desc.pixels()));
}

template <class T> void data_gradient_row(const Call& call, int32_t n, int32_t y) {
  const View &in = call.in[0], &d_out = call.d_out[0], &d_in = call.d_in[0];
  const T *mean = call.out[1].base<T>(), *inverse = call.out[2].base<T>(), *weight = call.parameter[kWeight].base<T>();
  const T *mean_dy = gradient_means<T>(call), *mean_dy_x = mean_dy + in.desc.c;
  for (int32_t x = 0; x < in.desc.w; ++x) {
    const T* value = in.row<T>(n, y) + x * in.pixel_stride;
    const T* dy = d_out.row<T>(n, y) + x * d_out.pixel_stride;
    write_run(d_in.row<T>(n, y) + x * d_in.pixel_stride, in.desc.c, accumulates(call.accumulate_in, 0), [=](int64_t c) {
      const T normal = (value[c] - mean[c]) * inverse[c];
      return weight[c] * inverse[c] * (dy[c] - mean_dy[c] - normal * mean_dy_x[c]);
    });
  }
}

// d_bias is the sum of d_y, d_weight that of d_y times the normalised x.
template <class T> void finish_weight_gradients(const Call& call, int64_t begin, int64_t end) {
  for (int32_t i = kWeight; i <= kBias; ++i) {
    if (!call.d_parameter[i].data)
      continue;
    write_run(call.d_parameter[i].base<T>() + begin, end - begin, accumulates(call.accumulate_parameter, i),
              [&](int64_t c) {
                return static_cast<T>(channel_partials(call).total(
                    row_groups(call.in[0].desc).count, i == kBias ? 0 : 1, static_cast<int32_t>(begin + c)));
              });
  }
}

Status infer_shape(ShapeQuery* query) {
  const Desc& in = query->in[0];
  if (query->training && in.pixels() == 1)
    return error(Code::bad_shape, "batch_norm: one value per channel has no variance; train on more than one pixel");
  PINHOLE_RETURN_IF_ERROR(same_shape<kTable>(query));
  Desc vector = in;
  vector.n = vector.h = vector.w = 1;
  query->n_parameters = kBatchNormParameters;
  for (Desc& parameter : query->parameter)
    parameter = vector;
  if (query->training) {
    query->out[1] = query->out[2] = vector;
    query->n_out = 3;
  }
  return Status();
}

ParameterInfo parameter_info(const ShapeQuery&, int32_t index) {
  constexpr ParameterInfo kInfo[kBatchNormParameters] = {
      {"weight", true, 1, 0}, {"bias", true, 0, 0}, {"running_mean", false, 0, 0}, {"running_var", false, 1, 0}};
  return kInfo[index];
}

template <class T> constexpr Kernels kernels() {
  Kernels kernels = {};
  kernels.forward.phase[0] = {training_groups, sum_moments<T>};
  kernels.forward.phase[1] = {training_channels, finish_statistics<T>};
  kernels.forward.phase[2] = row_phase<RowsOf::forward, normalise_row<T>>();
  kernels.backward_data.phase[0] = {training_groups, sum_gradients<T>};
  kernels.backward_data.phase[1] = {training_channels, finish_gradient_means<T>};
  kernels.backward_data.phase[2] = row_phase<RowsOf::d_in, data_gradient_row<T>>();
  kernels.backward_weights.phase[0] = {training_groups, sum_gradients<T>};
  kernels.backward_weights.phase[1] = {training_channels, finish_weight_gradients<T>};
  kernels.forward.scratch_bytes = channel_scratch_bytes;
  kernels.backward_data.scratch_bytes = kernels.backward_weights.scratch_bytes = channel_scratch_bytes;
  return kernels;
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<BatchNormOptions, kTable, infer_shape>(OpId::batch_norm, 1, 1, same_rows, cpu);
  op.data_needs = op.weights_needs = kNeedsInput;
  op.sharing = Sharing::in_place;
  op.parameter_info = parameter_info;
  return op;
}

} // namespace

extern const Kernels batch_norm_plain_f32 = kernels<float>();
extern const Kernels batch_norm_plain_f64 = kernels<double>();
extern const OpDef batch_norm_op = contract(&batch_norm_plain_f32);

} // namespace pinhole
