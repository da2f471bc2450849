// SPDX-License-Identifier: Apache-2.0
#include "engine/update.h"

#include <cmath>

namespace pinhole {
namespace {

struct Constants {
  float rate, gradient_scale, decay;
};

void update_sgd(const UpdateOptions& options, const Constants& k, float* __restrict w, const float* __restrict g,
                float* __restrict m, int64_t begin, int64_t end) {
  const float momentum = options.momentum;
  const bool nesterov = options.nesterov;
  for (int64_t i = begin; i < end; ++i) {
    const float gradient = g[i] * k.gradient_scale + k.decay * w[i];
    const float velocity = momentum * m[i] + gradient;
    m[i] = velocity;
    w[i] -= k.rate * (nesterov ? gradient + momentum * velocity : velocity);
  }
}

// `shrink` multiplies the weights first (AdamW), `k.decay` adds them to the gradient (Adam); one of them does nothing.
void update_adam(const UpdateOptions& options, const Constants& k, float shrink, double step, float* __restrict w,
                 const float* __restrict g, float* __restrict m, float* __restrict v, int64_t begin, int64_t end) {
  const double correction1 = 1 - std::pow(options.beta1, step), correction2 = 1 - std::pow(options.beta2, step);
  const float step_size = static_cast<float>(static_cast<double>(k.rate) / correction1);
  const float root2 = static_cast<float>(std::sqrt(correction2)), epsilon = options.epsilon;
  const float keep1 = static_cast<float>(options.beta1), take1 = static_cast<float>(1 - options.beta1);
  const float keep2 = static_cast<float>(options.beta2), take2 = static_cast<float>(1 - options.beta2);
  for (int64_t i = begin; i < end; ++i) {
    const float gradient = g[i] * k.gradient_scale + k.decay * w[i];
    const float mean = m[i] * keep1 + take1 * gradient;
    const float square = v[i] * keep2 + take2 * gradient * gradient;
    m[i] = mean;
    v[i] = square;
    w[i] = w[i] * shrink - step_size * (mean / (std::sqrt(square) / root2 + epsilon));
  }
}

} // namespace

void update_range(Optimizer optimizer, const UpdateOptions& options, const RunState& state, float* w, const float* g,
                  float* m, float* v, int64_t begin, int64_t end, float clip) {
  Constants k = {state.learning_rate, clip / state.loss_scale, options.weight_decay};
  const double step = static_cast<double>(state.step) + 1;
  switch (optimizer) {
  case Optimizer::sgd:
    return update_sgd(options, k, w, g, m, begin, end);
  case Optimizer::adam:
    return update_adam(options, k, 1.0f, step, w, g, m, v, begin, end);
  case Optimizer::adamw:
    k.decay = 0;
    return update_adam(options, k, 1.0f - state.learning_rate * options.weight_decay, step, w, g, m, v, begin, end);
  }
}

double square_sum(const float* g, int64_t begin, int64_t end) {
  // Four sums, so that the additions need not wait for one another.
  double sum[4] = {0, 0, 0, 0};
  for (int64_t i = begin; i < end; ++i) {
    const double value = static_cast<double>(g[i]);
    sum[i & 3] += value * value;
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

float clip_factor(float max_norm, const RunState& state, const double* sums, int64_t count) {
  if (!(max_norm > 0))
    return 1;
  double sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += sums[i];
  const double factor = static_cast<double>(max_norm) / (std::sqrt(sum) / static_cast<double>(state.loss_scale) + 1e-6);
  return factor < 1 ? static_cast<float>(factor) : 1.0f;
}

} // namespace pinhole
