// SPDX-License-Identifier: Apache-2.0
#include "scored_sequence.h"

#include "csv_table.h"
#include "image/digits.h"
#include "image/file_bytes.h"
#include "image/frame_list.h"
#include "image/listing.h"
#include "image/ranking.h"
#include "json.h"
#include "median_yardstick.h"
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pinhole::tool {
namespace {

// An entry for each row of the labels.
struct Sequence {
  std::vector<int64_t> number;      // ascending
  std::vector<int> label, alert;    // alert -1: not scored
  std::vector<double> score, level; // level: the smoothed score, where the file has it
  std::vector<bool> test, training;
  bool counted = false; // the labels name files whose own numbers are not taken
};

Status fault(const std::string& path, size_t row, const char* what) {
  return error(Code::bad_file, "%s, line %zu: %s", short_path(path).c_str(), row + 2, what);
}

// Column "frame": numbers, or the names of the files, which are numbered as their folder is.
Status read_numbers(const std::string& path, const CsvTable& labels, Sequence* sequence) {
  std::vector<std::string> names;
  bool plain = true;
  for (size_t row = 0; row < labels.rows(); ++row) {
    names.push_back(labels.text(row, "frame"));
    const std::string& name = names.back();
    const bool digits = !name.empty() && digits_at(name, 0) == name.size();
    if (!digits && std::isfinite(labels.number(row, "frame"))) // "-1", "1.5", " 7"
      return fault(path, row, "the frame is no number from 0, in digits alone, and no file's name: write one of them");
    plain = plain && digits;
  }
  std::vector<int64_t>* numbers = &sequence->number;
  FrameList list;
  *numbers = frame_numbers(names, &list.counted);
  if (!plain) {
    sequence->counted = !list.counted.empty();
    print_warning(notice_of(list, path));
    for (size_t row = 1; row < names.size(); ++row)
      if (!natural_less(names[row - 1], names[row]))
        return fault(path, row,
                     "the frames must be in the order of their folder, each once: sort them, or write numbers");
    return {};
  }
  for (size_t row = 0; row < names.size(); ++row) {
    (*numbers)[row] = number_in_name(names[row]);
    if ((*numbers)[row] < 0)
      return fault(path, row,
                   ("the frame's number has more than " + std::to_string(kMostFrameDigits) +
                    " digits: write the one that the scores have")
                       .c_str());
    if (row > 0 && (*numbers)[row] <= (*numbers)[row - 1])
      return fault(path, row, "the frames must be in order, each once: sort them, and take out what is there twice");
  }
  return {};
}

// Where `number` stands among them; their count where it does not.
size_t row_of(const std::vector<int64_t>& numbers, double number) {
  const auto found = std::lower_bound(numbers.begin(), numbers.end(), number,
                                      [](int64_t a, double b) { return static_cast<double>(a) < b; });
  const bool there = found != numbers.end() && static_cast<double>(*found) == number;
  return there ? static_cast<size_t>(found - numbers.begin()) : numbers.size();
}

Status read_sequence(const SequenceOptions& options, Sequence* sequence) {
  CsvTable labels, scores;
  PINHOLE_RETURN_IF_ERROR(labels.read(options.labels, {"frame", "label"}));
  PINHOLE_RETURN_IF_ERROR(scores.read(options.scores, {"frame", "score", "alert"}));
  const size_t count = labels.rows();
  const bool split = labels.has("suggested_split");
  sequence->score.assign(count, std::nan(""));
  sequence->level = sequence->score;
  sequence->alert.assign(count, -1);
  PINHOLE_RETURN_IF_ERROR(read_numbers(options.labels, labels, sequence));
  for (size_t row = 0; row < count; ++row) {
    const double label = labels.number(row, "label");
    if (label != -1 && label != 0 && label != 1)
      return fault(options.labels, row, "a label is 0 (normal), 1 (anomalous) or -1 (left out)");
    sequence->label.push_back(static_cast<int>(label));
    sequence->test.push_back(!split || labels.text(row, "suggested_split") == "test");
    sequence->training.push_back(split && labels.text(row, "suggested_split") == "train");
  }
  for (size_t row = 0; row < scores.rows(); ++row) {
    const double score = scores.number(row, "score");
    const size_t at = row_of(sequence->number, scores.number(row, "frame"));
    if (at == count)
      return fault(options.scores, row,
                   sequence->counted ? "its frame has no label: the labels are counted from 0, not by their names' "
                                       "numbers: write numbers, as the scores have them, into the labels' column frame"
                                     : "its frame has no label: give it a row there; -1 leaves it out");
    if (sequence->alert[at] >= 0)
      return fault(options.scores, row, "its frame stands there a second time: give the scores of one watch");
    if (!std::isfinite(score))
      return fault(options.scores, row, "its score is no number: give the file as watch --scores wrote it");
    sequence->score[at] = score;
    const double smoothed = scores.has("smoothed") ? scores.number(row, "smoothed") : score;
    sequence->level[at] = std::isfinite(smoothed) ? smoothed : score;
    const double alert = scores.number(row, "alert");
    if (alert != 0 && alert != 1)
      return fault(options.scores, row, "an alert is 0 or 1: give the file as watch --scores wrote it");
    sequence->alert[at] = alert > 0;
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

using Run = std::pair<size_t, size_t>;

// Runs of rows under one alert; rows without a score do not end one.
std::vector<Run> alert_runs(const Sequence& sequence) {
  std::vector<bool> under(sequence.alert.size());
  for (size_t i = 0, next = 0; i < under.size(); ++i) {
    for (next = std::max(next, i); next < under.size() && sequence.alert[next] < 0;)
      ++next;
    const bool before = i > 0 && under[i - 1], after = next < under.size() && sequence.alert[next] > 0;
    under[i] = sequence.alert[i] > 0 || (sequence.alert[i] < 0 && before && after);
  }
  return runs(under.size(), [&](size_t i) { return under[i]; });
}

// The first of the highest; rows without a score are passed over where others have one.
size_t highest(const Sequence& sequence, size_t first, size_t end) {
  size_t best = first;
  for (size_t i = first; i < end; ++i)
    if (sequence.level[i] > sequence.level[best] ||
        (std::isnan(sequence.level[best]) && !std::isnan(sequence.level[i])))
      best = i;
  return best;
}

// Where in the event [first, end) the alert [opened, closed) tells of it: where it opens, and where one that was open
// before rises above all it had before, if its peak is there. `end` where it does not.
size_t told_at(const Sequence& sequence, Run event, Run alert) {
  const auto [first, end] = event;
  const auto [opened, closed] = alert;
  size_t least = first; // frames that are neither, just before an event, may be its beginning
  while (least > 0 && sequence.label[least - 1] < 0)
    --least;
  if (opened >= least)
    return std::max(opened, first);
  const size_t peak = highest(sequence, opened, closed);
  if (peak < first || peak >= end)
    return end;
  const double before = sequence.level[highest(sequence, opened, first)];
  size_t at = first;
  while (at < peak && !(sequence.level[at] > before))
    ++at;
  return at;
}

// An alert is false when it overlaps no event; one that touches frames labelled -1 is neither right nor wrong. What
// goes on for long after an event shows in the normal frames under alert. An event of which no frame has a score was
// not watched, and is neither caught nor missed.
Json events(const Sequence& sequence) {
  const size_t count = sequence.label.size();
  const auto scored = [&](size_t i) { return sequence.alert[i] >= 0; };
  std::vector<Run> labelled = runs(count, [&](size_t i) { return sequence.label[i] > 0; });
  const auto unwatched = std::remove_if(labelled.begin(), labelled.end(), [&](Run event) {
    while (event.first < event.second && !scored(event.first))
      ++event.first;
    return event.first == event.second;
  });
  const auto left_out = labelled.end() - unwatched;
  labelled.erase(unwatched, labelled.end());
  const std::vector<Run> alerts = alert_runs(sequence);
  const auto named = [&](Run run) {
    return Json{{"first", sequence.number[run.first]}, {"last", sequence.number[run.second - 1]}};
  };
  Json delays = Json::array(), per_event = Json::array(), wrong = Json::array();
  size_t caught = 0, open_before = 0;
  for (const Run& event : labelled) {
    size_t at = event.second;
    bool overlapped = false;
    for (const Run& alert : alerts)
      if (alert.first < event.second && alert.second > event.first) {
        overlapped = true;
        at = std::min(at, told_at(sequence, event, alert));
      }
    const bool told = at < event.second;
    caught += told;
    delays.push_back(told ? Json(sequence.number[at] - sequence.number[event.first]) : Json());
    per_event.push_back(named(event));
    per_event.back()["delay_frames"] = delays.back();
    if (overlapped && !told) {
      per_event.back()["open_before"] = true;
      ++open_before;
    }
  }
  for (const Run& alert : alerts)
    if (std::all_of(sequence.label.begin() + static_cast<std::ptrdiff_t>(alert.first),
                    sequence.label.begin() + static_cast<std::ptrdiff_t>(alert.second),
                    [](int label) { return label == 0; }))
      wrong.push_back(named(alert));
  size_t normal = 0, normal_alerted = 0;
  for (size_t i = 0; i < count; ++i) {
    normal += sequence.label[i] == 0 && scored(i);
    normal_alerted += sequence.label[i] == 0 && sequence.alert[i] > 0;
  }
  return {{"normal_frames", normal},
          {"normal_frames_under_alert", normal_alerted},
          {"events", labelled.size()},
          {"caught", caught},
          {"events_without_scores", left_out},
          {"open_before", open_before},
          {"delay_frames", delays},
          {"alerts", alerts.size()},
          {"false_alerts", wrong.size()},
          {"per_event", per_event},
          {"per_false_alert", wrong}};
}

// Frames of one kind alone cannot be ranked.
Status check_kinds(const SequenceOptions& options, const Json& ranked) {
  const bool normal = ranked["normal_frames"] > 0, anomalous = ranked["anomalous_frames"] > 0;
  if (normal && anomalous)
    return {};
  return error(Code::invalid_argument,
               "%s: of its test frames with a score in %s none is labelled %s: a ranking needs both: label and watch "
               "such frames, too",
               short_path(options.labels).c_str(), short_path(options.scores).c_str(),
               normal      ? "1 (anomalous)"
               : anomalous ? "0 (normal)"
                           : "0 (normal) or 1 (anomalous)");
}

} // namespace

Status evaluate_sequence(const SequenceOptions& options, Json* result) {
  Sequence sequence;
  PINHOLE_RETURN_IF_ERROR(read_sequence(options, &sequence));
  *result = ranking(sequence, sequence.score);
  PINHOLE_RETURN_IF_ERROR(check_kinds(options, *result));
  (*result)["alerts"] = events(sequence);
  if (options.frames.empty())
    return {};
  std::vector<double> difference;
  PINHOLE_RETURN_IF_ERROR(median_difference(options.frames, sequence.number, sequence.training, &difference));
  (*result)["median_difference"] = ranking(sequence, difference);
  return {};
}

} // namespace pinhole::tool
