// SPDX-License-Identifier: Apache-2.0
// Scores as a calibration takes them: smoothed as the alerts smooth them, in the order of time, in runs that are
// contiguous in time.
#pragma once

#include "anomaly/declustering.h"
#include "base/arena.h"
#include "pinhole/alerts.h"

namespace pinhole {

struct ScoreRecord {
  Array<float> scores;
  Array<size_t> starts; // of the runs; as many as scores at most
  int32_t count, runs;
  bool open;     // the latest run goes on with the next frame
  bool starting; // that run holds no score yet: the smoothing is not full
  int64_t frame; // latest number taken
  pinhole_smoothing smoothing;

  bool full() const { return count == scores.size; }
  ScoreRuns all() const { return first(count); }
  // Those of the first `scores_taken` scores.
  ScoreRuns first(int32_t scores_taken) const;
};

// Whether frame `number` comes after `before` without a gap: fewer are missing than a smoothing over `frames` spans.
bool follows(int64_t before, int64_t number, int32_t frames);

// Takes the memory for `capacity` scores. False when it does not fit. A measuring arena counts.
[[nodiscard]] bool make_score_record(Arena* arena, int32_t capacity, ScoreRecord* record);

// Forgets everything; scores to come are smoothed over `smoothing` frames.
void clear_record(int32_t smoothing, ScoreRecord* record);

// A frame's score; one that is not finite is left out. Frames that are missing between two numbers begin a new run,
// with a smoothing of its own, unless they are fewer than the smoothing spans. A full record takes nothing.
void record_score(int64_t frame, double score, ScoreRecord* record);

// The next frame begins a new run.
void end_run(ScoreRecord* record);

// Takes back the scores of the latest run from `index` on, and ends that run.
void drop_from(int32_t index, ScoreRecord* record);

// Forgets the first `scores` scores; the latest run goes on.
void drop_first(int32_t scores, ScoreRecord* record);

} // namespace pinhole
