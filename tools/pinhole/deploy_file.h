// SPDX-License-Identifier: Apache-2.0
// What `quantize` and `pack` share: a deploy file of a model, and what it saved and cost.
#pragma once

#include "base/status.h"
#include "base/tensor.h"
#include "common.h"
#include "evaluation.h"

#include <string>

namespace pinhole::tool {

struct DeployOptions {
  std::string model, out;
  DType storage = DType::f32;
  EvalOptions eval; // data empty: the PSNR is not measured
};

// Writes options.out and reports bytes before and after, the largest rounding of a weight and, with --data, the PSNR
// of both files on the same noisy pictures.
Status write_deploy(const DeployOptions& options, const Common& common);

} // namespace pinhole::tool
