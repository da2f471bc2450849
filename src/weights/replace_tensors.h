// SPDX-License-Identifier: Apache-2.0
// New numbers into the bytes of an existing weights file: what a camera keeps of its training.
#pragma once

#include "base/status.h"
#include "model/model.h"

namespace pinhole {

// The floats for a stored value, dense, as many as its shape has elements; null leaves the value as it is.
struct NewNumbers {
  const void* context;
  const float* (*of)(const void* context, ValueId value);
};

// Writes the numbers into `file`, which holds `model`, and renews the checksums; f16 is rounded to nearest.
// invalid_argument: `file` holds another model; numeric: a number is not finite (or too large for f16); the file is
// unchanged in both cases.
Status replace_tensors(const Model& model, const NewNumbers& numbers, void* file, size_t bytes);

} // namespace pinhole
