// SPDX-License-Identifier: Apache-2.0
#include "watch_run.h"

#include "anomaly/camera_mask.h"
#include "anomaly/scene_watch.h"
#include "calibration_file.h"
#include "calibration_store.h"
#include "engine/c_status.h"
#include "frame_faults.h"
#include "image/file_bytes.h"
#include "progress.h"
#include "scene_model.h"
#include "stop_signal.h"
#include "train/fitted_image.h"
#include "watch_output.h"

#include <csignal>

namespace pinhole::tool {
namespace {

class Watch {
public:
  Watch(const WatchOptions& options, const Common& common, WatchResult* result)
      : options_(options), common_(common), result_(*result) {}

  Status run() {
    PINHOLE_RETURN_IF_ERROR(prepare());
    const Status lost = watch_frames();
    watch_.rule.keep_calibrating = !options_.no_update;
    WatchedFrame last;
    const Status finished = finish_watch(&watch_, &last);
    output_.take(last.events);
    result_.bytes_skipped = source_.bytes_skipped();
    result_.calibration = watch_.calibration;
    result_.tally = watch_.running.tally;
    const Status kept = last.updated || unsaved_ ? save_calibration() : Status();
    PINHOLE_RETURN_IF_ERROR(output_.finish());
    for (const Status& status : {lost, finished, kept, store_.conflict()})
      PINHOLE_RETURN_IF_ERROR(status);
    return result_.frames > 0 || result_.stopped
               ? Status()
               : error(Code::invalid_argument, "%s: none of its %lld frames could be watched",
                       short_path(options_.input).c_str(), static_cast<long long>(result_.skipped));
  }

private:
  Status prepare() {
    PINHOLE_RETURN_IF_ERROR(model_.open(options_.model, common_.thread_count()));
    pinhole_calibration calibration = {};
    WatchRule rule;
    rule.most_alerts = options_.most_alerts;
    rule.longest_alert_seconds = options_.longest_alert;
    rule.keep_calibrating = !options_.no_update;
    std::vector<uint8_t> bytes;
    PINHOLE_RETURN_IF_ERROR(store_.read(options_.calibration, &bytes));
    PINHOLE_RETURN_IF_ERROR(parse_calibration(options_.calibration, bytes, model_.hash(), &calibration,
                                              &rule.least_cells, &model_.scorer(), &known_));
    seen_ = known_;
    watch_.scorer = &model_.scorer();
    PINHOLE_RETURN_IF_ERROR(start(calibration, rule));
    PINHOLE_RETURN_IF_ERROR(
        source_.open({options_.input, options_.range, calibration.frames_per_second, options_.clock}));
    print_warning(source_.notice());
    catch_stop_signals();
    std::signal(SIGPIPE, SIG_IGN); // a log whose reader has gone is then an error of write
    return output_.open(options_, source_.is_live(), &result_);
  }

  Status start(const pinhole_calibration& calibration, const WatchRule& rule) {
    const pinhole_camera_options camera = camera_rule(calibration.frames_per_second);
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_camera_start(&watch_.camera, &camera)));
    ignore_as(model_.scorer().map, &watch_.camera);
    PINHOLE_RETURN_IF_ERROR(make_host_record(kRunningScores, &record_memory_, &watch_.running.record));
    result_.first_threshold = static_cast<double>(calibration.threshold);
    return start_watch(calibration, rule, &watch_);
  }

  Status check_frame(const pinhole_frame& frame) {
    const pinhole_score_origin origin =
        score_origin(model_.scorer(), model_.hash(), watch_.rule, frame, watch_.calibration.origin.smoothing);
    return from_c(pinhole_calibration_check(&watch_.calibration, &origin));
  }

  // An error: the source is lost.
  Status watch_frames() {
    SourceFrame frame;
    while (!(result_.stopped = stop_asked())) {
      line_.show_count(result_.frames + result_.skipped, source_.total(), "frames watched");
      output_.refresh();
      PINHOLE_RETURN_IF_ERROR(source_.next(&frame));
      if (frame.arrival == Arrival::end)
        break;
      if (frame.arrival == Arrival::none)
        wait();
      else
        take(frame);
    }
    line_.clear();
    return {};
  }

  // Nothing came for a while.
  void wait() {
    if (!source_.is_live())
      return;
    pinhole_events events = {};
    pinhole_camera_wait(&watch_.camera, source_.now(), &events);
    output_.take(events);
  }

  // A frame that cannot be used is reported, and the run goes on without it.
  void take(const SourceFrame& frame) {
    std::string fault = frame.fault;
    if (frame.arrival == Arrival::frame)
      fault = watch(frame).text;
    if (fault.empty())
      return;
    faults_.report(frame.arrival == Arrival::frame ? frame.name + ": " : "", fault, &line_);
    result_.skipped = faults_.count();
  }

  Status watch(const SourceFrame& frame) {
    const pinhole_frame pixels = frame_of(frame.image);
    PINHOLE_RETURN_IF_ERROR(check_frame(pixels));
    if (frame.number - latest_ > watch_.calibration.origin.smoothing)
      begin_run(&watch_);
    latest_ = frame.number;
    PINHOLE_RETURN_IF_ERROR(choose_evidence(frame.image));
    WatchedFrame seen;
    const Status status = watch_frame(pixels, frame.number, frame.time, &watch_, &seen);
    output_.take(seen.events); // also where the frame has no score
    PINHOLE_RETURN_IF_ERROR(status);
    ++result_.frames;
    result_.displaced += seen.camera == PINHOLE_CAMERA_DISPLACED;
    output_.take(frame, seen, model_.scorer().map);
    if (!seen.updated)
      return {};
    unsaved_ = true;
    const Status saved = save_calibration();
    line_.clear();
    if (!saved.ok()) {
      print_warning(std::string(saved.text) + "; tried again later");
    } else if (store_.path() != told_path_ && !store_.conflict().ok()) { // at the end it is the error
      print_warning(store_.conflict().text);
      told_path_ = store_.path();
    }
    return {};
  }

  // The scores of frames that the model was trained on are too low to calibrate on, here as there; and none counts
  // twice.
  Status choose_evidence(const Image& image) {
    if (options_.no_update)
      return {};
    uint32_t checksum = 0;
    PINHOLE_RETURN_IF_ERROR(model_.checksum_of(image, &checksum));
    const bool known = model_.was_trained_on(checksum) || known_.has(checksum);
    if (!source_.is_live()) // a moment comes but once
      seen_.add(checksum);
    watch_.rule.keep_calibrating = !known;
    if (known)
      interrupt(&watch_.running);
    result_.known += known;
    return {};
  }

  Status save_calibration() {
    if (!options_.update_calibration)
      return {};
    PINHOLE_RETURN_IF_ERROR(
        store_.write(calibration_text(watch_.calibration, watch_.rule.least_cells, model_.scorer(), seen_)));
    unsaved_ = false;
    result_.written = store_.path();
    return {};
  }

  const WatchOptions& options_;
  const Common& common_;
  WatchResult& result_;
  SceneModel model_;
  CalibrationStore store_;
  SeenFrames known_, seen_; // by the calibration at first; and by now
  AlignedBytes record_memory_;
  SceneWatch watch_;
  FrameSource source_;
  int64_t latest_ = 0; // number of the latest frame that was watched
  bool unsaved_ = false;
  std::string told_path_; // where the calibration goes since the conflict that was told of
  WatchOutput output_;
  ProgressLine line_;
  FrameFaults faults_;
};

} // namespace

Status run_watch(const WatchOptions& options, const Common& common, WatchResult* result) {
  return Watch(options, common, result).run();
}

} // namespace pinhole::tool
