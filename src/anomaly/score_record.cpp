// SPDX-License-Identifier: Apache-2.0
#include "anomaly/score_record.h"

namespace pinhole {
namespace {

int32_t latest_start(const ScoreRecord& record) {
  return record.runs > 0 ? static_cast<int32_t>(record.starts[record.runs - 1]) : 0;
}

bool continues(const ScoreRecord& record, int64_t frame) {
  return record.open && follows(record.frame, frame, record.smoothing.frames);
}

} // namespace

ScoreRuns ScoreRecord::first(int32_t scores_taken) const {
  size_t begun = 0;
  while (begun < static_cast<size_t>(runs) && starts[static_cast<int64_t>(begun)] < static_cast<size_t>(scores_taken))
    ++begun;
  return {scores.data, static_cast<size_t>(scores_taken), starts.data, begun};
}

bool follows(int64_t before, int64_t number, int32_t frames) {
  const uint64_t step = static_cast<uint64_t>(number) - static_cast<uint64_t>(before); // numbers may be anything
  return number > before && step <= static_cast<uint64_t>(frames);
}

bool make_score_record(Arena* arena, int32_t capacity, ScoreRecord* record) {
  *record = {};
  return arena->take(capacity, &record->scores) && arena->take(capacity, &record->starts);
}

void clear_record(int32_t smoothing, ScoreRecord* record) {
  record->count = record->runs = 0;
  pinhole_smoothing_start(&record->smoothing, smoothing);
  end_run(record);
}

void record_score(int64_t frame, double score, ScoreRecord* record) {
  if (record->full())
    return;
  if (!continues(*record, frame)) {
    pinhole_smoothing_start(&record->smoothing, record->smoothing.frames);
    record->open = record->starting = true;
  }
  record->frame = frame;
  double smoothed = 0;
  if (!pinhole_smooth(&record->smoothing, score, &smoothed))
    return;
  if (record->starting)
    record->starts[record->runs++] = static_cast<size_t>(record->count);
  record->starting = false;
  record->scores[record->count++] = static_cast<float>(smoothed);
}

void end_run(ScoreRecord* record) {
  record->open = record->starting = false;
}

void drop_from(int32_t index, ScoreRecord* record) {
  record->count = min_of(record->count, max_of(index, latest_start(*record)));
  if (record->runs > 0 && latest_start(*record) == record->count)
    --record->runs; // nothing of it is left
  end_run(record);
}

void drop_first(int32_t scores, ScoreRecord* record) {
  const auto gone = static_cast<size_t>(scores), count = static_cast<size_t>(record->count);
  int32_t kept_runs = 0;
  for (int32_t run = 0; run < record->runs; ++run) {
    const size_t start = record->starts[run], end = run + 1 < record->runs ? record->starts[run + 1] : count;
    if (end > gone)
      record->starts[kept_runs++] = start > gone ? start - gone : 0;
  }
  record->runs = kept_runs;
  record->starting = record->starting || (record->open && kept_runs == 0); // it registers again with its next score
  record->count -= scores;
  for (int32_t i = 0; i < record->count; ++i)
    record->scores[i] = record->scores[scores + i];
}

} // namespace pinhole
