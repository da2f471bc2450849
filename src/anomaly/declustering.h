// SPDX-License-Identifier: Apache-2.0
// How far scores depend on each other in time, and the gap that makes clusters of high ones independent.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole {

// Scores in the order of time. Run i is [start(i), end(i)): contiguous in time; between runs time is missing.
struct ScoreRuns {
  const float* scores;
  size_t count;         // at least 1
  const size_t* starts; // ascending from 0; null: one run
  size_t runs;

  size_t run_count() const { return starts ? runs : 1; }
  size_t start(size_t run) const { return starts ? starts[run] : 0; }
  size_t end(size_t run) const { return starts && run + 1 < runs ? starts[run + 1] : count; }
};

// The score that exactly `exceeding` scores, fewer than all, come before in descending order. All are finite.
float level_exceeded_by(const ScoreRuns& scores, size_t exceeding);

// Frames that together tell as much about a mean as one independent frame: 1 + 2 (sum of the autocorrelations), at
// least 1. Scores must not all be equal.
double autocorrelation_frames(const ScoreRuns& scores);

// The intervals estimator of Ferro and Segers (2003) at `level`, and the gap that it declusters with: scores above the
// level belong to one cluster when at most `gap` frames lie between one and the next, counting the later one.
struct ExtremalIndex {
  double index = 1; // 1 / (mean cluster size), at most 1; 1 with fewer than 4 intervals
  int32_t gap = 1;
};
ExtremalIndex extremal_index(const ScoreRuns& scores, float level);

} // namespace pinhole
