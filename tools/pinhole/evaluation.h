// SPDX-License-Identifier: Apache-2.0
// How good a model is on pictures with a known clean version: for `eval`, and for what `quantize` and `pack` cost.
#pragma once

#include "base/status.h"
#include "common.h"
#include "json_output.h"

#include <string>
#include <vector>

namespace pinhole::tool {

struct EvalOptions {
  std::string model, data, noise, level = "auto", range;
};

// Sums over the pictures.
struct EvalTotals {
  double psnr_in = 0, psnr = 0, ssim_in = 0, ssim = 0, level = 0;
  int64_t images = 0;
  int64_t similar = 0; // of these, those that are large enough for SSIM
  int64_t failed = 0;  // not among these
};

// Runs the model over the pictures. *rows gets an object per picture: image, level, psnr_in, psnr, ssim, which is null
// where the picture is too small for it. Picture i is corrupted by noise of common.seed and i alone, so that two models
// see the same noise. One that cannot be used is named on standard error and left out; an error when all are.
Status evaluate(const EvalOptions& options, const Common& common, EvalTotals* totals, Json* rows);
// The same of a weights file in memory; options.model is its name in messages.
Status evaluate_file(const std::vector<uint8_t>& file, const EvalOptions& options, const Common& common,
                     EvalTotals* totals, Json* rows);
// What the exit status is to say of pictures that were left out.
Status check_all_used(const EvalTotals& totals);

} // namespace pinhole::tool
