// SPDX-License-Identifier: Apache-2.0
// How good a model is on pictures with a known clean version: for `eval`, and for what `quantize` and `pack` cost.
#pragma once

#include "base/status.h"
#include "common.h"
#include "json_output.h"

namespace pinhole::tool {

struct EvalOptions {
  std::string model, data, noise, level = "auto", range;
};

// Sums over the pictures.
struct EvalTotals {
  double psnr_in = 0, psnr = 0, ssim_in = 0, ssim = 0, level = 0;
  int64_t images = 0;
};

// Runs the model over the pictures. *rows gets an object per picture: image, level, psnr_in, psnr, ssim. Picture i is
// corrupted by noise of common.seed and i alone, so that two models see the same noise.
Status evaluate(const EvalOptions& options, const Common& common, EvalTotals* totals, Json* rows);

} // namespace pinhole::tool
