// SPDX-License-Identifier: Apache-2.0
// How good the scores of a labelled sequence are.
#pragma once

#include "base/status.h"
#include "json_output.h"

#include <string>
#include <vector>

namespace pinhole::tool {

struct SequenceOptions {
  std::string scores; // CSV of watch: frame, score, alert, ...
  std::string labels; // CSV: frame, label (0 normal, 1 anomalous, -1 left out), and suggested_split, where it is there
  std::string frames; // folder, for the yardstick; may be empty
};

// Ranks the frames of the test part (all, without a split) and holds the alerts against the labelled events; with
// `frames` also a yardstick: the mean absolute difference to the median of the training frames, gain taken out.
Status evaluate_sequence(const SequenceOptions& options, Json* result);

} // namespace pinhole::tool
