// SPDX-License-Identifier: Apache-2.0
#include "watch_run.h"

#include "alert_log.h"
#include "calibration_file.h"
#include "image/file_bytes.h"
#include "image/heatmap.h"
#include "image/listing.h"
#include "pinhole/alerts.h"
#include "progress.h"
#include "scene_model.h"
#include "train/fitted_image.h"
#include "weights/writer.h"

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace pinhole::tool {
namespace {

Status to_status(const pinhole_status& status) {
  return status.code == PINHOLE_OK ? Status() : error(static_cast<Code>(status.code), "%s", status.text);
}

// A row of the score file.
struct Row {
  int64_t frame;
  SceneScore score;
  double smoothed;
  bool alert;
  int32_t camera;
};

class Watch {
public:
  Watch(const WatchOptions& options, const Common& common, WatchResult* result)
      : options_(options), common_(common), result_(*result) {}

  Status run() {
    PINHOLE_RETURN_IF_ERROR(prepare());
    ProgressLine line;
    for (size_t i = 0; i < positions_.size(); ++i) {
      line.show_count(static_cast<int64_t>(i), static_cast<int64_t>(positions_.size()), "frames watched");
      if (!options_.alerts.empty())
        warn(log_.retry());
      const std::string& path = files_[static_cast<size_t>(positions_[i])];
      if (const Status status = watch_frame(path, positions_[i]); !status.ok()) { // the run goes on without it
        line.clear();
        std::fprintf(stderr, "pinhole: %s; frame left out\n", with_path(path, status).text);
        ++result_.skipped;
      }
    }
    line.clear();
    pinhole_events events = {};
    pinhole_alerts_finish(&alerts_, &events);
    take(events);
    pinhole_camera_finish(&camera_, &events);
    take(events);
    const Status written = write_scores();
    if (const Status closed = log_.close(); !closed.ok()) {
      for (const std::string& kept : log_.kept()) // the last place where they can be read
        std::fprintf(stderr, "%s", kept.c_str());
      return closed;
    }
    PINHOLE_RETURN_IF_ERROR(written);
    return result_.frames > 0 ? Status()
                              : error(Code::invalid_argument, "%s: none of its %zu frames could be watched",
                                      short_path(options_.input).c_str(), positions_.size());
  }

private:
  // Two outputs in one file, or one over an input, would each be lost.
  Status check_paths() const {
    const std::string* const paths[] = {&options_.scores, &options_.alerts, &options_.calibration, &options_.model};
    for (const std::string* output : {&options_.scores, &options_.alerts})
      for (const std::string* other : paths)
        if (other != output && !output->empty() && *output == *other)
          return error(Code::invalid_argument, "%s is named twice: give every file a name of its own",
                       short_path(*output).c_str());
    return options_.scores.empty() ? Status() : check_replaceable(options_.scores);
  }

  Status prepare() {
    PINHOLE_RETURN_IF_ERROR(check_paths());
    PINHOLE_RETURN_IF_ERROR(model_.open(options_.model, common_.thread_count()));
    PINHOLE_RETURN_IF_ERROR(read_calibration(options_.calibration, &calibration_, &least_cells_, &model_.scorer()));
    PINHOLE_RETURN_IF_ERROR(check_calibration());
    PINHOLE_RETURN_IF_ERROR(list_images(options_.input, false, &files_));
    const std::string range = options_.range.empty() ? "0-" + std::to_string(files_.size() - 1) : options_.range;
    PINHOLE_RETURN_IF_ERROR(parse_range(range, static_cast<int64_t>(files_.size()), &positions_));
    pinhole_alert_options rule = pinhole_default_alert_options(static_cast<double>(calibration_.threshold));
    // Half way down to the usual score: what has been alerted on lasts until it has gone.
    rule.closing_threshold = (rule.threshold + static_cast<double>(calibration_.quantile_50)) / 2;
    rule.smoothing = calibration_.origin.smoothing;
    rule.cooldown_seconds = std::max(rule.cooldown_seconds, calibration_.run_length / calibration_.frames_per_second);
    rule.most_alerts = options_.most_alerts;
    rule.low = static_cast<double>(calibration_.quantile_10);
    rule.middle = static_cast<double>(calibration_.quantile_50);
    rule.high = static_cast<double>(calibration_.quantile_90);
    PINHOLE_RETURN_IF_ERROR(to_status(pinhole_alerts_start(&alerts_, &rule)));
    pinhole_camera_options camera = pinhole_default_camera_options();
    camera.gone_seconds = std::max(camera.gone_seconds, kGoneFrames / calibration_.frames_per_second);
    PINHOLE_RETURN_IF_ERROR(to_status(pinhole_camera_start(&camera_, &camera)));
    pinhole_smoothing_start(&shown_, rule.smoothing);
    result_.threshold = rule.threshold;
    result_.asked_per_day = calibration_.asked_per_day;
    result_.provisional = calibration_.provisional != 0;
    if (!options_.heatmaps.empty()) {
      std::error_code failure;
      std::filesystem::create_directories(options_.heatmaps, failure);
      if (failure)
        return error(Code::io_error, "--heatmaps %s: %s", options_.heatmaps.c_str(), failure.message().c_str());
    }
    return options_.alerts.empty() ? Status() : log_.open(options_.alerts);
  }

  // Everything but the frames' size and format, which check_origin holds against every frame.
  Status check_calibration() {
    Image like;
    like.width = calibration_.origin.width;
    like.height = calibration_.origin.height;
    like.channels = calibration_.origin.format == PINHOLE_GRAY8 ? 1 : 3;
    const Status status = check_origin(like);
    return status.ok() ? status : with_path(options_.calibration, status);
  }

  Status watch_frame(const std::string& path, int64_t position) {
    Image image;
    PINHOLE_RETURN_IF_ERROR(load_image(path, &image));
    PINHOLE_RETURN_IF_ERROR(check_origin(image));
    const pinhole_frame frame = frame_of(image);
    const double time = static_cast<double>(position) / calibration_.frames_per_second;
    Row row = {};
    row.frame = position;
    pinhole_events events = {};
    PINHOLE_RETURN_IF_ERROR(to_status(pinhole_camera_push(&camera_, &frame, position, time, &row.camera, &events)));
    take(events);
    PINHOLE_RETURN_IF_ERROR(score_frame(frame, least_cells_, &model_.scorer(), &row.score));
    const pinhole_observation seen = {position, time, static_cast<double>(row.score.score), row.score.box, row.camera};
    const Status pushed = to_status(pinhole_alerts_push(&alerts_, &seen, &events));
    take(events); // also where the score was no number
    PINHOLE_RETURN_IF_ERROR(pushed);
    pinhole_smooth(&shown_, seen.score, &row.smoothed);
    row.alert = anomaly_open_;
    rows_.push_back(row);
    ++result_.frames;
    if (row.alert && !options_.heatmaps.empty())
      if (const Status saved = save_heat(image, position); !saved.ok())
        std::fprintf(stderr, "pinhole: warning: heat map of frame %lld: %s\n", static_cast<long long>(position),
                     saved.text);
    return Status();
  }

  Status check_origin(const Image& image) {
    const pinhole_score_origin origin = model_.origin(image, calibration_.origin.smoothing, least_cells_);
    return to_status(pinhole_calibration_check(&calibration_, &origin));
  }

  // The log keeps what it cannot write; watching goes on.
  static void warn(const Status& status) {
    if (!status.ok())
      std::fprintf(stderr, "pinhole: warning: %s\n", status.text);
  }

  void take(const pinhole_events& events) {
    for (int32_t i = 0; i < events.count; ++i) {
      const pinhole_event& event = events.event[i];
      if (event.kind == PINHOLE_EVENT_ANOMALY && !event.suppressed)
        anomaly_open_ = event.open != 0;
      if (event.open)
        ++(event.kind != PINHOLE_EVENT_ANOMALY ? result_.camera_events
           : event.suppressed                  ? result_.suppressed
                                               : result_.anomalies);
      if (!options_.alerts.empty())
        warn(log_.write(event));
    }
  }

  Status save_heat(const Image& image, int64_t position) {
    const SceneMap& map = model_.scorer().map;
    FloatImage heat;
    PINHOLE_RETURN_IF_ERROR(make_image(image.width, image.height, 1, &heat));
    for (int32_t y = 0; y < image.height; ++y)
      for (int32_t x = 0; x < image.width; ++x)
        heat.row(y)[x] = heat_at(map, static_cast<int32_t>(int64_t{y} * map.height / image.height),
                                 static_cast<int32_t>(int64_t{x} * map.width / image.width));
    Image picture;
    const float threshold = calibration_.threshold;
    PINHOLE_RETURN_IF_ERROR(overlay_heat(image, heat, threshold / 4, threshold * 2, kOpacity, &picture));
    char name[32];
    std::snprintf(name, sizeof name, "%06lld.jpg", static_cast<long long>(position));
    return save_image((std::filesystem::path(options_.heatmaps) / name).string(), picture);
  }

  Status write_scores() {
    if (options_.scores.empty())
      return {};
    std::string text = "frame,score,smoothed,threshold,alert,camera,box_x,box_y,box_width,box_height,gain\n";
    for (const Row& row : rows_) {
      char line[200];
      std::snprintf(line, sizeof line, "%lld,%.6g,%.6g,%.6g,%d,%d,%d,%d,%d,%d,%.4f\n",
                    static_cast<long long>(row.frame), static_cast<double>(row.score.score), row.smoothed,
                    result_.threshold, row.alert ? 1 : 0, row.camera, row.score.box.x, row.score.box.y,
                    row.score.box.width, row.score.box.height, static_cast<double>(row.score.gain));
      text += line;
    }
    return replace_file(options_.scores, text.data(), text.size());
  }

  static constexpr double kGoneFrames = 5; // missing in a row: a slow camera is not gone between two frames
  static constexpr float kOpacity = 0.6f;

  const WatchOptions& options_;
  const Common& common_;
  WatchResult& result_;
  SceneModel model_;
  pinhole_calibration calibration_ = {};
  int32_t least_cells_ = 1;
  pinhole_alerts alerts_ = {};
  pinhole_camera camera_ = {};
  pinhole_smoothing shown_ = {}; // the same mean as the alerts', for the score file
  AlertLog log_;
  std::vector<std::string> files_;
  std::vector<int64_t> positions_;
  std::vector<Row> rows_;
  bool anomaly_open_ = false;
};

} // namespace

Status run_watch(const WatchOptions& options, const Common& common, WatchResult* result) {
  return Watch(options, common, result).run();
}

} // namespace pinhole::tool
