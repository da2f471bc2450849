// SPDX-License-Identifier: Apache-2.0
// The losses that are one sum over all elements: mse_loss, l1_loss, charbonnier_loss, bce_loss, kl_loss. A loss is a
// functor
//   T value(T prediction, T target) and T gradient(T prediction, T target), the derivative by the prediction.
// loss = weight * sum(value) / divisor, summed in double over fixed groups of rows.
#pragma once

#include "base/exact_math.h"
#include "ops/channel_sums.h"
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

// PyTorch's names: the sum over all elements, divided by the number of elements, by nothing, or by the number of
// images. A likelihood and kl_loss add up to an evidence lower bound with batchmean.
enum class Reduction : int32_t { mean = 0, sum = 1, batchmean = 2 };

struct LossOptions {
  float weight = 1.0f;
  Reduction reduction = Reduction::mean;
  float epsilon = 1e-3f; // charbonnier_loss's; the others ignore it
};
constexpr OptionField kLossFields[] = {
    {"weight", true, 1, offsetof(LossOptions, weight), 0, 1e6},
    {"reduction", false, 1, offsetof(LossOptions, reduction), 0, 2},
    {"epsilon", true, 1, offsetof(LossOptions, epsilon), 1e-6, 1e3},
};

// Eight sums side by side, so that the loop has no chain of additions. Element i of a row goes to lane i % 8, however
// the row is laid out.
struct SumLanes {
  double lane[8] = {0, 0, 0, 0, 0, 0, 0, 0};

  template <class Value> void add(int64_t first, int64_t count, Value value) {
    int64_t i = 0;
    for (; i < count && (first + i) % 8 != 0; ++i)
      lane[(first + i) % 8] += value(i);
    for (; i + 8 <= count; i += 8)
      for (int64_t j = 0; j < 8; ++j)
        lane[j] += value(i + j);
    for (; i < count; ++i)
      lane[(first + i) % 8] += value(i);
  }
  double total() const {
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
  }
};

inline int64_t loss_groups(const Call& call) {
  return row_groups(call.in[0].desc).count;
}
inline size_t loss_scratch_bytes(const Call& call) {
  return static_cast<size_t>(loss_groups(call)) * sizeof(double);
}

template <class T, template <class> class Loss> void loss_sum_groups(const Call& call, int64_t begin, int64_t end) {
  const View &prediction = call.in[0], &target = call.in[1];
  const Loss<T> loss(call.options->as<LossOptions>());
  const Runs runs = runs_of_row(prediction, target);
  for (int64_t group = begin; group < end; ++group) {
    SumLanes sum;
    for_rows_of_group(prediction.desc, group, [&](int32_t n, int32_t y) {
      for (int32_t r = 0; r < runs.count; ++r) {
        const T* p = prediction.row<T>(n, y) + r * prediction.pixel_stride;
        const T* t = target.row<T>(n, y) + r * target.pixel_stride;
        sum.add(r * runs.length, runs.length, [=](int64_t i) { return static_cast<double>(loss.value(p[i], t[i])); });
      }
    });
    static_cast<double*>(call.scratch)[group] = sum.total();
  }
}

inline int64_t divisor(Reduction reduction, const Desc& desc) {
  switch (reduction) {
  case Reduction::mean:
    return desc.elements();
  case Reduction::sum:
    return 1;
  case Reduction::batchmean:
    return desc.n;
  }
  return 1;
}

// weight / divisor.
inline double loss_scale(const Call& call) {
  const auto& options = call.options->as<LossOptions>();
  return static_cast<double>(options.weight) / static_cast<double>(divisor(options.reduction, call.in[0].desc));
}

inline int64_t one_unit(const Call&) {
  return 1;
}
template <class T> void loss_add_groups(const Call& call, int64_t, int64_t) {
  double sum = 0;
  for (int64_t group = 0; group < loss_groups(call); ++group)
    sum += static_cast<const double*>(call.scratch)[group];
  *call.out[0].base<T>() = static_cast<T>(sum * loss_scale(call));
}

template <class T, template <class> class Loss> void loss_backward_row(const Call& call, int32_t n, int32_t y) {
  const View &prediction = call.in[0], &target = call.in[1], &d_in = call.d_in[0];
  const Loss<T> loss(call.options->as<LossOptions>());
  const T scale = static_cast<T>(static_cast<double>(*call.d_out[0].base<T>()) * loss_scale(call));
  const Runs runs = runs_of_row(d_in, prediction, target);
  for (int32_t r = 0; r < runs.count; ++r) {
    const T* p = prediction.row<T>(n, y) + r * prediction.pixel_stride;
    const T* t = target.row<T>(n, y) + r * target.pixel_stride;
    write_run(d_in.row<T>(n, y) + r * d_in.pixel_stride, runs.length, accumulates(call.accumulate_in, 0),
              [=](int64_t i) { return scale * loss.gradient(p[i], t[i]); });
  }
}

template <class T, template <class> class Loss> constexpr Kernel loss_forward() {
  Kernel kernel = {};
  kernel.phase[0] = {loss_groups, loss_sum_groups<T, Loss>};
  kernel.phase[1] = {one_unit, loss_add_groups<T>};
  kernel.scratch_bytes = loss_scratch_bytes;
  return kernel;
}

template <class T, template <class> class Loss> constexpr Kernels loss_kernels() {
  Kernels kernels = {};
  kernels.forward = loss_forward<T, Loss>();
  kernels.backward_data = row_kernel<RowsOf::d_in, loss_backward_row<T, Loss>>();
  return kernels;
}

template <const OptionTable& table> Status loss_shape(ShapeQuery* query) {
  const DType dtype = query->in[0].dtype;
  PINHOLE_RETURN_IF_ERROR(require_equal_inputs(table.op, *query, true));
  return set_output(table.op, query, 0, 1, 1, 1, 1, dtype == DType::f64 ? DType::f64 : DType::f32);
}

template <const OptionTable& table, class Options = LossOptions> constexpr OpDef loss_op(OpId id, const Kernels* cpu) {
  OpDef op = define_op<Options, table, loss_shape<table>>(id, 2, 2, all_rows, cpu);
  op.data_needs = kNeedsInput;
  op.no_gradient_in = 1 << 1;
  return op;
}

} // namespace pinhole
