// SPDX-License-Identifier: Apache-2.0
// What a calibration must be before its numbers are used.

#include "anomaly/calibration_state.h"
#include "base/crc32c.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cinttypes>
#include <cmath>
#include <cstddef>

namespace pinhole {

namespace {

static_assert(std::is_trivially_copyable_v<pinhole_calibration>);
static_assert(offsetof(pinhole_calibration, crc32c) + sizeof(uint32_t) == sizeof(pinhole_calibration), "no padding");

constexpr double kLeastAsked = 1e-12, kMostAsked = 1e12; // a day

bool may_be_asked(double per_day) {
  return per_day >= kLeastAsked && per_day <= kMostAsked;
}

bool positive(double value) {
  return std::isfinite(value) && value > 0;
}

bool sane_statement(const pinhole_calibration& c) {
  return is_frame_rate(c.frames_per_second) && may_be_asked(c.asked_per_day) && c.confidence >= 0.5 &&
         c.confidence <= 0.999 && c.shape_rate >= 1 && c.shape_rate <= 100 && positive(c.supported_per_day) &&
         positive(c.bound_per_day) && std::isfinite(c.decades) && c.decades >= 0 && std::isfinite(c.threshold) &&
         std::isfinite(c.lowest_threshold) && std::isfinite(c.left_out_threshold) &&
         c.threshold >= c.lowest_threshold && (c.provisional == 0 || c.provisional == 1);
}

bool sane_dependence(const pinhole_calibration& c) {
  return c.frames >= PINHOLE_CALIBRATION_MIN_FRAMES && c.frames <= kMostCounted && positive(c.independent_frames) &&
         std::isfinite(c.autocorrelation_frames) && c.autocorrelation_frames >= 1 && positive(c.extremal_index) &&
         c.extremal_index <= 1 && c.run_length >= 1 && c.run_length <= kLongestRun;
}

bool sane_tail(const pinhole_calibration& c) {
  return std::isfinite(c.tail_location) && positive(c.tail_scale) && c.tail_shape >= 0 && c.tail_shape <= 1 &&
         c.clusters >= 1 && c.clusters <= c.peak_count && c.quantile_10 <= c.quantile_50 &&
         c.quantile_50 <= c.quantile_90 && std::isfinite(c.quantile_10) && std::isfinite(c.quantile_90);
}

bool sane_peaks(const float* peak, const float* low, int32_t count) {
  for (int32_t i = 0; i < count; ++i)
    if (!std::isfinite(peak[i]) || !std::isfinite(low[i]) || low[i] >= peak[i] || (i > 0 && peak[i] > peak[i - 1]))
      return false;
  return true;
}

bool sane_peaks(const pinhole_calibration& c) {
  return c.peak_count >= 1 && c.peak_count <= PINHOLE_CALIBRATION_PEAKS && sane_peaks(c.peak, c.low, c.peak_count);
}

bool sane_recent(const pinhole_calibration& c) {
  return c.recent_frames < c.frames && c.alerts_left_out <= kMostCounted &&
         c.recent_alerts_left_out <= c.alerts_left_out && std::isfinite(c.recent_left_out_threshold) &&
         c.recent_peak_count >= 0 && c.recent_peak_count <= PINHOLE_CALIBRATION_PEAKS &&
         (c.recent_frames > 0 || c.recent_peak_count == 0) &&
         sane_peaks(c.recent_peak, c.recent_low, c.recent_peak_count);
}

Status check_origin(const pinhole_score_origin& had, const pinhole_score_origin& wanted) {
  if (had.model_hash != wanted.model_hash)
    return error(Code::invalid_argument,
                 "calibration belongs to model %016" PRIx64 ", this is model %016" PRIx64 ": calibrate this model",
                 had.model_hash, wanted.model_hash);
  if (had.width != wanted.width || had.height != wanted.height || had.format != wanted.format)
    return error(
        Code::invalid_argument,
        "calibration holds for frames of %dx%d (%s), these are %dx%d (%s): give frames of its size and format, or "
        "calibrate with such as these",
        had.width, had.height, frame_format_name(had.format), wanted.width, wanted.height,
        frame_format_name(wanted.format));
  if (had.preprocessing_hash != wanted.preprocessing_hash)
    return error(Code::invalid_argument,
                 "calibration holds for preprocessing %016" PRIx64 ", this is %016" PRIx64
                 ": watch with the mask, area and score it was made with, or calibrate again",
                 had.preprocessing_hash, wanted.preprocessing_hash);
  if (had.smoothing != wanted.smoothing)
    return error(Code::invalid_argument,
                 "calibration holds for scores smoothed over %d frames, these are over %d: use %d, or calibrate again",
                 had.smoothing, wanted.smoothing, had.smoothing);
  return {};
}

} // namespace

uint32_t checksum_of(const pinhole_calibration& calibration) {
  return crc32c(&calibration, offsetof(pinhole_calibration, crc32c));
}

Status check_calibration(const pinhole_calibration& c) {
  if (c.magic != PINHOLE_CALIBRATION_MAGIC)
    return error(Code::bad_file, "calibration: begins with %08x instead of %08x: this is not a calibration", c.magic,
                 PINHOLE_CALIBRATION_MAGIC);
  if (c.version != PINHOLE_CALIBRATION_VERSION)
    return error(Code::bad_file, "calibration: version %u, this library reads %u: calibrate again", c.version,
                 PINHOLE_CALIBRATION_VERSION);
  if (c.crc32c != checksum_of(c))
    return error(Code::bad_file, "calibration: checksum %08x does not match its bytes: damaged, calibrate again",
                 c.crc32c);
  const char* part = !sane_dependence(c)  ? "frames, run length or dependence"
                     : !sane_peaks(c)     ? "peaks"
                     : !sane_recent(c)    ? "recent frames"
                     : !sane_tail(c)      ? "tail or quantiles"
                     : !sane_statement(c) ? "rates or threshold"
                                          : nullptr;
  if (part)
    return error(Code::bad_file, "calibration: %s out of range: damaged or forged, calibrate again", part);
  return {};
}

Status check_scores(const ScoreRuns& scores) {
  if (!scores.scores || scores.count == 0 || (scores.starts == nullptr) != (scores.runs == 0))
    return error(Code::invalid_argument,
                 "calibration: %zu scores in %zu runs: give at least one score, and a start for every run",
                 scores.count, scores.runs);
  for (size_t run = 0; run < scores.run_count(); ++run)
    if (scores.start(run) >= scores.end(run) || scores.end(run) > scores.count || scores.start(0) != 0)
      return error(Code::invalid_argument,
                   "calibration: run %zu of the scores begins at %zu: starts must ascend from 0 and be below %zu", run,
                   scores.start(run), scores.count);
  for (size_t i = 0; i < scores.count; ++i)
    if (!std::isfinite(scores.scores[i]))
      return error(Code::numeric, "calibration: score %zu of %zu is not finite: leave out the frame, or mend the model",
                   i, scores.count);
  return {};
}

Status check_asked(double per_day) {
  if (!may_be_asked(per_day))
    return error(Code::invalid_argument, "calibration: %g alerts per day are asked: ask for %g to %g", per_day,
                 kLeastAsked, kMostAsked);
  return {};
}

} // namespace pinhole

pinhole_status pinhole_calibration_check(const pinhole_calibration* calibration, const pinhole_score_origin* origin) {
  using namespace pinhole;
  if (!calibration)
    return to_c(error(Code::invalid_argument, "calibration is null: give one"));
  const Status status = check_calibration(*calibration);
  return to_c(status.ok() && origin ? check_origin(calibration->origin, *origin) : status);
}
