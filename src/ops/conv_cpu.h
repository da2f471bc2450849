// SPDX-License-Identifier: Apache-2.0
// The passes of convolution on the CPU: what a call means as a pass, and how a pass is cut into units.
#pragma once

#include "ops/conv_pass.h"

namespace pinhole {

// Passes of a layer with parameters {weight, bias}. They copy views and read no data. In backward passes without the
// gradient in question the pass has null data there and no units.
GatherPass gather_forward(const Call& call, const ConvOptions& options, bool adjoint);
GatherPass gather_backward(const Call& call, const ConvOptions& options, bool adjoint);
WeightGradientPass weight_gradient(const Call& call, const ConvOptions& options, const View& small, const View& big,
                                   bool output_is_big);

// Rows to compute over all images; 0 when the pass's output is not wanted.
int64_t gather_rows(const GatherPass& pass);
// Channels of the weight's first axis, and of the bias; 0 when that gradient is not wanted.
int64_t weight_gradient_channels(const WeightGradientPass& pass);
int64_t bias_gradient_channels(const WeightGradientPass& pass);

// The gather at the SIMD level in force. Packed bytes depend on the shape alone.
int64_t gather_units(const GatherPass& pass);
void run_gather(const GatherPass& pass, int64_t begin, int64_t end);
size_t packed_bytes(const GatherPass& pass);
int64_t pack_units(const GatherPass& pass);
void pack_weights(const GatherPass& pass, int64_t begin, int64_t end);

// The weight gradient at the SIMD level in force, in two phases: sums over groups of rows, whose number depends on the
// shape alone, then the sum of those in order.
int64_t weight_gradient_units(const WeightGradientPass& pass);
void run_weight_gradient(const WeightGradientPass& pass, int64_t begin, int64_t end);
size_t weight_gradient_scratch(const WeightGradientPass& pass);
int64_t reduce_units(const WeightGradientPass& pass);
void reduce_weight_gradient(const WeightGradientPass& pass, int64_t begin, int64_t end);

} // namespace pinhole
