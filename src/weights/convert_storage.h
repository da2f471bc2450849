// SPDX-License-Identifier: Apache-2.0
// Passes that change how parameters are stored, not what they mean. The engine widens f16 to f32 when it packs weights.
#pragma once

#include "model/model.h"

namespace pinhole {

// Tensors of at most this many elements (biases, scales) stay f32: they cost nothing and carry the most.
constexpr int64_t kMaxElementsKeptF32 = 64;

// A deploy Model whose learned f32 tensors of more than kMaxElementsKeptF32 elements are f16, rounded to nearest even;
// buffers and everything else are shared with `model`, which must outlive it. New bytes come from `memory`; over a
// measuring arena the call only counts them and *out is undefined. A number beyond ±65504 is an error that names its
// tensor.
Status to_f16(const Model& model, Arena* memory, Model* out);

} // namespace pinhole
