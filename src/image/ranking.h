// SPDX-License-Identifier: Apache-2.0
// How well scores separate what is anomalous from what is normal. Scores are finite; equal ones are one threshold.
#pragma once

#include <vector>

namespace pinhole {

// Area under the ROC curve: the chance that something anomalous scores above something normal, ties counting half. NaN
// without both kinds.
double auroc(const std::vector<double>& normal, const std::vector<double>& anomalous);

// Average precision, sum of precision times step in recall, as scikit-learn's average_precision_score. NaN without
// anything anomalous.
double average_precision(const std::vector<double>& normal, const std::vector<double>& anomalous);

// A pixel of a defect: `share` is 1 / (pixels of its connected region).
struct RegionPixel {
  float score = 0, share = 0;
};

struct PixelRanking {
  double auroc = 0, average_precision = 0; // as above, of pixels
  // AUPRO of Bergmann et al. (2021): the share of a region that is above a threshold, meant over the regions, against
  // the share of normal pixels above it; area up to the false positives asked for, divided by those; trapezoids.
  double region_overlap = 0;
};

// NaN without both kinds. `most_false` in (0, 1]; 0.3 as published.
PixelRanking rank_pixels(std::vector<float> normal, std::vector<RegionPixel> defects, double most_false);

} // namespace pinhole
