// SPDX-License-Identifier: Apache-2.0
#include "watch_output.h"

#include "image/digits.h"
#include "image/file_bytes.h"
#include "image/heatmap.h"
#include "image/resize.h"
#include "output_folder.h"
#include "output_paths.h"
#include "weights/writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace pinhole::tool {
namespace {

constexpr char kColumns[] = "frame,score,smoothed,threshold,alert,camera,box_x,box_y,box_width,box_height,gain,time\n";
constexpr std::chrono::seconds kRenewal{60};

void warn(const Status& status) {
  if (!status.ok())
    std::fprintf(stderr, "pinhole: warning: %s\n", status.text);
}

std::string row_of(const SourceFrame& frame, const WatchedFrame& seen) {
  const SceneScore& score = seen.score;
  char line[240];
  std::snprintf(line, sizeof line, "%lld,%.6g,%.6g,%.6g,%d,%d,%d,%d,%d,%d,%.4f,%.3f\n",
                static_cast<long long>(frame.number), static_cast<double>(score.score), seen.smoothed, seen.threshold,
                seen.alert ? 1 : 0, seen.camera, score.box.x, score.box.y, score.box.width, score.box.height,
                static_cast<double>(score.gain), frame.time);
  return line;
}

// The frame's gray with what is unusual in colour, on a logarithmic scale: from a quarter of the threshold to the
// frame's highest place, or twice the threshold where that is higher.
Status draw_heat(const Image& image, const SceneMap& map, float threshold, Image* picture) {
  constexpr float kOpacity = 0.65f, kLeast = 1e-6f;
  const float low = std::max(threshold / 4, kLeast);
  float high = 8 * low;
  FloatImage heat;
  PINHOLE_RETURN_IF_ERROR(make_image(map.columns, map.rows, 1, &heat));
  for (int32_t row = 0; row < map.rows; ++row)
    for (int32_t column = 0; column < map.columns; ++column) {
      const float value = heat_at(map, std::min(row * kCellSide + kCellSide / 2, map.height - 1),
                                  std::min(column * kCellSide + kCellSide / 2, map.width - 1));
      heat.row(row)[column] = std::log(std::max(value, low) / low);
      high = std::max(high, value);
    }
  PINHOLE_RETURN_IF_ERROR(resize(heat, image.width, image.height, ResizeMethod::bilinear, &heat));
  return overlay_heat(image, heat, 0, std::log(high / low), kOpacity, picture);
}

// The time of day at the machine's place.
std::string time_of_day(double seconds) {
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm parts = {};
  char text[32] = "";
  if (localtime_r(&whole, &parts))
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

// "20261120T225012.345Z": in the order of time, whatever the clocks of the place do.
std::string utc_time(double seconds) {
  const auto milliseconds = static_cast<int64_t>(std::floor(seconds * 1000));
  const auto whole = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts = {};
  char text[32] = "", all[48];
  if (gmtime_r(&whole, &parts))
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%S", &parts);
  std::snprintf(all, sizeof all, "%s.%03dZ", text, static_cast<int>(milliseconds % 1000));
  return all;
}

// The name of a recording's heat map.
bool is_heat_name(const std::string& name) {
  const size_t digits = digits_at(name, 0);
  return digits >= 6 && name.substr(digits) == ".jpg";
}

// Scores are written anew; another file, as a log of alerts, is not to be lost by a word.
Status check_scores_file(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure) || std::filesystem::file_size(path, failure) == 0)
    return {};
  std::string line;
  std::getline(std::ifstream(path), line);
  return line + "\n" == kColumns
             ? Status()
             : error(Code::invalid_argument, "--scores %s: is there and no scores: give another name",
                     short_path(path).c_str());
}

} // namespace

// Two outputs in one file, or one over an input, would each be lost.
Status WatchOutput::check_paths() const {
  const WatchOptions& o = *options_;
  PINHOLE_RETURN_IF_ERROR(
      check_distinct({o.scores, o.alerts, o.plot, o.sheet, o.heatmaps}, {o.calibration, o.model, o.input}));
  if (o.update_calibration)
    PINHOLE_RETURN_IF_ERROR(check_replaceable(o.calibration));
  for (const std::string* picture : {&o.plot, &o.sheet})
    if (!picture->empty())
      PINHOLE_RETURN_IF_ERROR(check_replaceable(*picture));
  return {};
}

Status WatchOutput::open(const WatchOptions& options, bool live, WatchResult* result) {
  options_ = &options;
  result_ = result;
  live_ = live;
  renewed_ = std::chrono::steady_clock::now();
  PINHOLE_RETURN_IF_ERROR(check_paths());
  if (!options.heatmaps.empty())
    PINHOLE_RETURN_IF_ERROR(open_folder());
  if (!options.alerts.empty())
    PINHOLE_RETURN_IF_ERROR(log_.open(options.alerts));
  if (options.scores.empty())
    return {};
  PINHOLE_RETURN_IF_ERROR(check_scores_file(options.scores));
  PINHOLE_RETURN_IF_ERROR(scores_.open(options.scores));
  if (const std::string& kept = scores_.kept_aside(); !kept.empty())
    std::fprintf(stderr, "pinhole: warning: an earlier watch did not get to its end: its scores are kept as %s\n",
                 short_path(kept).c_str());
  warn(scores_.add(kColumns));
  return {};
}

void WatchOutput::take(const pinhole_events& events) {
  for (int32_t i = 0; i < events.count; ++i)
    take(events.event[i]);
}

WatchOutput::Alert WatchOutput::opened(const pinhole_event& event) {
  ++(event.suppressed ? result_->suppressed : result_->anomalies);
  const auto is_first = [](const Alert& alert) { return alert.which == ContactSheet::kFirst; };
  const bool second = std::any_of(open_.begin(), open_.end(), is_first);
  open_.push_back(
      {event.first, event.suppressed ? 0 : result_->anomalies, second ? ContactSheet::kSecond : ContactSheet::kFirst});
  return open_.back();
}

WatchOutput::Alert WatchOutput::closed(const pinhole_event& event) {
  const auto is_it = [&](const Alert& alert) { return alert.first == event.first; };
  const auto found = std::find_if(open_.begin(), open_.end(), is_it);
  if (found == open_.end())
    return {};
  const Alert alert = *found;
  open_.erase(found);
  return alert;
}

void WatchOutput::take(const pinhole_event& event) {
  Alert alert = {};
  if (event.kind != PINHOLE_EVENT_ANOMALY)
    result_->camera_events += event.open;
  else
    alert = event.open ? opened(event) : closed(event);
  plot_.add(event, alert.number);
  if (alert.number > 0 && !event.open)
    sheet_.close(alert.which, event, alert.number, live_ ? time_of_day(event.time) : "");
  if (!options_->alerts.empty())
    warn(log_.write(event));
  changed_ = true;
}

bool WatchOutput::wanted(bool noted, ContactSheet::Which which, double score) {
  if (!noted)
    sheet_.clear(which);
  return noted && !options_->sheet.empty() && sheet_.is_higher(which, score);
}

void WatchOutput::take(const SourceFrame& frame, const WatchedFrame& seen, const SceneMap& map) {
  if (!options_->scores.empty())
    warn(scores_.add(row_of(frame, seen)));
  plot_.add(frame.number, frame.time, static_cast<double>(seen.score.score), seen.smoothed, seen.threshold,
            seen.closing);
  // A frame that is above before its alert has opened may be the highest one.
  const double beside = static_cast<double>(seen.beside.score);
  const bool first = wanted(seen.alert || seen.smoothed >= seen.threshold, ContactSheet::kFirst, seen.smoothed);
  const bool second = wanted(seen.second, ContactSheet::kSecond, beside);
  const bool for_folder = seen.alert && !options_->heatmaps.empty();
  if (!first && !second && !for_folder)
    return;
  Image picture;
  Status status = draw_heat(frame.image, map, static_cast<float>(seen.threshold), &picture);
  if (status.ok() && first)
    sheet_.offer(ContactSheet::kFirst, frame.number, seen.smoothed, picture, seen.score.box);
  if (status.ok() && second)
    sheet_.offer(ContactSheet::kSecond, frame.number, beside, picture, seen.beside.box);
  if (status.ok() && for_folder)
    status = save_heat(frame, picture);
  if (!status.ok() && heat_faults_++ == 0)
    warn(status);
}

// Numbers of a recording come again when it is watched again; times of day do not.
Status WatchOutput::open_folder() const {
  const std::string& folder = options_->heatmaps;
  PINHOLE_RETURN_IF_ERROR(make_output_folder("--heatmaps", folder));
  if (live_ || options_->overwrite)
    return {};
  std::error_code failure;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder, failure))
    if (is_heat_name(entry.path().filename().string()))
      return error(Code::invalid_argument,
                   "--heatmaps %s: has heat maps of an earlier watch: name another folder, or give --overwrite",
                   short_path(folder).c_str());
  return {};
}

Status WatchOutput::save_heat(const SourceFrame& frame, const Image& picture) const {
  char name[40];
  std::snprintf(name, sizeof name, "%06lld.jpg", static_cast<long long>(frame.number));
  const std::string prefix = live_ ? utc_time(frame.time) + "-" : "";
  return save_image((std::filesystem::path(options_->heatmaps) / (prefix + name)).string(), picture);
}

Status WatchOutput::save_pictures() {
  changed_ = false;
  renewed_ = std::chrono::steady_clock::now();
  const std::string count = std::to_string(result_->anomalies) +
                            (result_->anomalies == 1 ? " alert in " : " alerts in ") + std::to_string(result_->frames) +
                            " frames";
  Status plot, sheet;
  if (!options_->plot.empty())
    plot = plot_.save(options_->plot, count, live_);
  if (!options_->sheet.empty())
    sheet = sheet_.save(options_->sheet, count);
  if (!plot.ok())
    warn(sheet);
  return plot.ok() ? sheet : plot;
}

void WatchOutput::refresh() {
  if (!options_->alerts.empty())
    warn(log_.retry());
  if (!options_->scores.empty())
    warn(scores_.refresh());
  if (changed_ && std::chrono::steady_clock::now() - renewed_ > kRenewal)
    warn(save_pictures());
}

Status WatchOutput::finish() {
  const Status closed = log_.close();
  result_->lines = log_.written();
  result_->lines_lost = static_cast<int64_t>(log_.kept().size());
  if (!closed.ok())
    for (const std::string& kept : log_.kept()) // the last place where they can be read
      std::fprintf(stderr, "%s", kept.c_str());
  Status heat;
  if (heat_faults_ > 0)
    heat = error(Code::io_error, "--heatmaps %s: %lld frames could not be written",
                 short_path(options_->heatmaps).c_str(), static_cast<long long>(heat_faults_));
  Status first;
  for (const Status& status : {closed, scores_.finish(), save_pictures(), heat}) {
    if (first.ok())
      first = status;
    else
      warn(status);
  }
  return first;
}

} // namespace pinhole::tool
