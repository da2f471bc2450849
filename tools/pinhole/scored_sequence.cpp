// SPDX-License-Identifier: Apache-2.0
#include "scored_sequence.h"

#include "csv_table.h"
#include "image/file_bytes.h"
#include "image/ranking.h"
#include "median_yardstick.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace pinhole::tool {
namespace {

struct Sequence {
  std::vector<int> label, alert; // per frame of the labels; alert -1: not scored
  std::vector<double> score;
  std::vector<bool> test, training;
};

Status read_sequence(const SequenceOptions& options, Sequence* sequence) {
  CsvTable labels, scores;
  PINHOLE_RETURN_IF_ERROR(labels.read(options.labels, {"frame", "label"}));
  PINHOLE_RETURN_IF_ERROR(scores.read(options.scores, {"frame", "score", "alert"}));
  const size_t count = labels.rows();
  const bool split = labels.has("suggested_split");
  sequence->score.assign(count, std::nan(""));
  sequence->alert.assign(count, -1);
  const auto fault = [](const std::string& path, size_t row, const char* what) {
    return error(Code::bad_file, "%s, line %zu: %s", short_path(path).c_str(), row + 2, what);
  };
  for (size_t row = 0; row < count; ++row) {
    const double label = labels.number(row, "label");
    if (std::strtoull(labels.text(row, "frame").c_str(), nullptr, 10) != row) // a number or a name: 000017.jpg
      return fault(options.labels, row, "the frames must be 0, 1, 2, ... in order");
    if (label != -1 && label != 0 && label != 1)
      return fault(options.labels, row, "a label is 0 (normal), 1 (anomalous) or -1 (left out)");
    sequence->label.push_back(static_cast<int>(label));
    sequence->test.push_back(!split || labels.text(row, "suggested_split") == "test");
    sequence->training.push_back(split && labels.text(row, "suggested_split") == "train");
  }
  for (size_t row = 0; row < scores.rows(); ++row) {
    const double frame = scores.number(row, "frame"), score = scores.number(row, "score");
    if (!(frame >= 0 && frame < static_cast<double>(count) && frame == std::floor(frame)))
      return fault(options.scores, row, "its frame has no label");
    const auto at = static_cast<size_t>(frame);
    if (sequence->alert[at] >= 0)
      return fault(options.scores, row, "its frame stands there a second time");
    if (!std::isfinite(score))
      return fault(options.scores, row, "its score is no number");
    sequence->score[at] = score;
    sequence->alert[at] = scores.number(row, "alert") > 0;
  }
  return {};
}

void split_scores(const Sequence& sequence, const std::vector<double>& score, std::vector<double>* normal,
                  std::vector<double>* anomalous) {
  for (size_t i = 0; i < score.size(); ++i)
    if (sequence.test[i] && sequence.label[i] >= 0 && std::isfinite(score[i]))
      (sequence.label[i] > 0 ? anomalous : normal)->push_back(score[i]);
}

Json ranking(const Sequence& sequence, const std::vector<double>& score) {
  std::vector<double> normal, anomalous;
  split_scores(sequence, score, &normal, &anomalous);
  return {{"normal_frames", normal.size()},
          {"anomalous_frames", anomalous.size()},
          {"auroc", auroc(normal, anomalous)},
          {"average_precision", average_precision(normal, anomalous)}};
}

// Runs of frames for which `inside` holds: [first, end).
template <class Inside> std::vector<std::pair<size_t, size_t>> runs(size_t count, Inside inside) {
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t i = 0; i < count; ++i) {
    if (!inside(i))
      continue;
    if (i == 0 || !inside(i - 1))
      found.push_back({i, i});
    found.back().second = i + 1;
  }
  return found;
}

// An alert belongs to every event that it overlaps; one that touches frames labelled -1 alone is neither right nor
// wrong. What is open when an event begins, or goes on for long after it, shows in the normal frames under alert.
Json events(const Sequence& sequence) {
  const size_t count = sequence.label.size();
  const auto labelled = runs(count, [&](size_t i) { return sequence.label[i] > 0; });
  const auto alerts = runs(count, [&](size_t i) { return sequence.alert[i] > 0; });
  Json delays = Json::array(), per_event = Json::array(), wrong = Json::array();
  size_t caught = 0;
  for (const auto& [first, end] : labelled) {
    size_t at = first;
    while (at < end && sequence.alert[at] <= 0)
      ++at;
    caught += at < end;
    delays.push_back(at < end ? Json(at - first) : Json());
    per_event.push_back({{"first", first}, {"last", end - 1}, {"delay_frames", delays.back()}});
  }
  for (const auto& [first, end] : alerts) {
    bool excused = false;
    for (size_t i = first; i < end; ++i)
      excused = excused || sequence.label[i] != 0;
    if (!excused)
      wrong.push_back({{"first", first}, {"last", end - 1}});
  }
  size_t normal = 0, normal_alerted = 0;
  for (size_t i = 0; i < count; ++i) {
    normal += sequence.label[i] == 0;
    normal_alerted += sequence.label[i] == 0 && sequence.alert[i] > 0;
  }
  return {{"normal_frames", normal},      {"normal_frames_under_alert", normal_alerted},
          {"events", labelled.size()},    {"caught", caught},
          {"delay_frames", delays},       {"alerts", alerts.size()},
          {"false_alerts", wrong.size()}, {"per_event", per_event},
          {"per_false_alert", wrong}};
}

} // namespace

Status evaluate_sequence(const SequenceOptions& options, Json* result) {
  Sequence sequence;
  PINHOLE_RETURN_IF_ERROR(read_sequence(options, &sequence));
  *result = ranking(sequence, sequence.score);
  if ((*result)["normal_frames"] == 0 || (*result)["anomalous_frames"] == 0)
    return error(Code::invalid_argument, "%s and %s share no normal and no anomalous test frames",
                 options.scores.c_str(), options.labels.c_str());
  (*result)["alerts"] = events(sequence);
  if (options.frames.empty())
    return {};
  std::vector<double> difference;
  PINHOLE_RETURN_IF_ERROR(median_difference(options.frames, sequence.training, &difference));
  (*result)["median_difference"] = ranking(sequence, difference);
  return {};
}

} // namespace pinhole::tool
