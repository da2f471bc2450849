// SPDX-License-Identifier: Apache-2.0
// How well a model finds known defects.
#pragma once

#include "base/status.h"
#include "common.h"
#include "json_output.h"

namespace pinhole::tool {

struct DefectOptions {
  std::string model, data, heatmaps, range;
};

// A folder with masks: image AUROC, image and pixel average precision, pixel AUROC and AUPRO, for each kind of defect
// beside the good pictures, and for all. invalid_argument: a `range`.
Status evaluate_masked(const DefectOptions& options, const Common& common, Json* result);

// A folder with boxes: the share of boxes that are hit at one false region per picture in the mean.
Status evaluate_boxed(const DefectOptions& options, const Common& common, Json* result);

void print_masked(const Json& result);
void print_boxed(const Json& result);

} // namespace pinhole::tool
