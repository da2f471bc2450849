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

// Any other folder of pictures, of which nothing is known: the score of each and, beside those of the pictures of the
// folder `good` ("" for none), which are good and were not trained on, how many of these are as high, and the p-value:
// (as many + 1) / (all of them + 1), below which a good picture falls no more often than it says (its rank among
// exchangeable ones is uniform).
Status evaluate_unlabelled(const DefectOptions& options, const std::string& good, const Common& common, Json* result);

void print_unlabelled(const Json& result);
void print_masked(const Json& result);
void print_boxed(const Json& result);

} // namespace pinhole::tool
