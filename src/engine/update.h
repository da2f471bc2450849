// SPDX-License-Identifier: Apache-2.0
// The optimiser: one update of a flat block of parameters. Same formulas, same order of operations as torch.optim.
#pragma once

#include "engine/engine.h"

namespace pinhole {

// Updates elements begin..end-1 of the parameters `w` and of the moments from the gradients `g`, which are first
// multiplied by clip / state.loss_scale. sgd uses `m` alone (momentum, zero before the first step; `v` may be null),
// adam and adamw `m` and `v`. The step counted for bias correction is state.step + 1. Elements are independent: any
// split into ranges gives the same bits.
void update_range(Optimizer optimizer, const UpdateOptions& options, const RunState& state, float* w, const float* g,
                  float* m, float* v, int64_t begin, int64_t end, float clip = 1);

// Clipping by the gradient's Euclidean norm, as torch.nn.utils.clip_grad_norm_. The sum is taken in units of
// kClipChunk floats, so that it has the same bits for any number of threads.
// Sum of squares of elements begin..end-1 in double; the caller asks for one unit at a time.
double square_sum(const float* g, int64_t begin, int64_t end);
// The factor for update_range from all units' sums, in order: min(1, max_norm / (norm + 1e-6)). The sums are of
// unscaled gradients, the norm is that after division by state.loss_scale. max_norm <= 0 means no clipping: 1.
float clip_factor(float max_norm, const RunState& state, const double* sums, int64_t count);

} // namespace pinhole
