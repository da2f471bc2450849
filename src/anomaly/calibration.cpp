// SPDX-License-Identifier: Apache-2.0
#include "anomaly/calibration_memory.h"
#include "anomaly/calibration_state.h"
#include "anomaly/poisson.h"
#include "anomaly/tail_fit.h"
#include "base/checked.h"
#include "engine/c_status.h"

#include <cfloat>
#include <cmath>

namespace pinhole {

namespace {

double per_frame(const pinhole_calibration& c, double per_day) {
  return per_day / (kSecondsPerDay * c.frames_per_second);
}

// What the standard deviation of the first scores would be, were they normal. Above 0, and enough for a difference: of
// scores with few values too.
double spread_of(const pinhole_calibration& c) {
  const double highest = c.peak[0], size = max_of(highest - c.quantile_50, std::fabs(highest));
  const double least = max_of(1e-6 * size, double{FLT_MIN});
  return max_of((double{c.quantile_90} - c.quantile_50) / 1.2816, least);
}

// Enough of the highest peaks for a fit, few enough to be in the tail: the more, the longer was looked.
TailPeaks tail_peaks(pinhole_calibration* c) {
  const auto wanted =
      static_cast<int32_t>(min_of(2.5 * std::sqrt(c->independent_frames), PINHOLE_CALIBRATION_PEAKS - 1.0));
  const PeakList list = peaks_of(c);
  float location = c->quantile_50;
  if (wanted < c->peak_count)
    location = max_of(location, c->peak[wanted]);
  if (peaks_above(list, location) == 0) // all of them are equal
    location = c->quantile_50;
  if (peaks_above(list, location) == 0) // since the first scores were forgotten, none has reached their middle
    return {c->peak, 1, c->peak[0] - spread_of(*c)};
  return {c->peak, peaks_above(list, location), location};
}

constexpr uint64_t kExact = PINHOLE_CALIBRATION_PEAKS; // alerts, up to which their bound is computed

// Upper confidence bound of the mean number of alerts when so many were seen beside those that were left out: nobody
// knows how high these were, so each may have been a false one at any threshold.
double alerts_bound(const pinhole_calibration& c, int32_t seen) {
  const uint64_t alerts = c.alerts_left_out + static_cast<uint64_t>(seen);
  if (alerts <= kExact)
    return poisson_upper_bound(static_cast<int32_t>(alerts), c.confidence);
  // The bound grows more slowly than the number.
  return poisson_upper_bound(kExact, c.confidence) / kExact * static_cast<double>(alerts);
}

// The asked rate over so many frames, in alerts.
double asked_alerts(const pinhole_calibration& c, uint64_t frames) {
  return static_cast<double>(frames) * per_frame(c, c.asked_per_day);
}

// Whether the asked rate is no less than such a bound. The bound is found by halving, and a rate that was asked for
// because it is the supported one has been through divisions.
bool supports_asked(const pinhole_calibration& c, double bound) {
  constexpr double kRounding = 1e-9;
  return bound <= asked_alerts(c, c.frames) * (1 + kRounding);
}

// The most alerts, beside those that were left out, that may be counted while the asked rate is still supported; as
// many as the list can tell of at most. -1: it is not, not even without any.
int32_t room_for_alerts(const pinhole_calibration& c) {
  int32_t fits = -1, most = PINHOLE_CALIBRATION_PEAKS - 1;
  while (fits < most) {
    const int32_t middle = fits + (most - fits + 1) / 2;
    if (supports_asked(c, alerts_bound(c, middle)))
      fits = middle;
    else
      most = middle - 1;
  }
  return fits;
}

// The least threshold with no more counted alerts than there is room for. Where those that were left out are too many
// alone, the rate is not supported, and leaving frames out must not have lowered the threshold.
float counted_threshold(const pinhole_calibration& c, const PeakList& list, int32_t room) {
  if (room >= 0)
    return threshold_for(list, room);
  const float counted = threshold_for(list, 0);
  return c.alerts_left_out == 0 ? counted : max_of(counted, c.left_out_threshold);
}

// To where the tail fit may raise the threshold from `present`. Alerts that a person dismissed early are far above all
// else, and a tail fitted to them is extrapolated to heights at which nothing would ever be alerted on again.
double most_level(const pinhole_calibration& c, float present) {
  constexpr double kMostRise = 2; // of the highest cluster's above the middle
  return c.alerts_dismissed == 0
             ? HUGE_VAL
             : max_of(c.quantile_50 + kMostRise * (double{c.peak[0]} - c.quantile_50), double{present});
}

Status check_options(const pinhole_calibration_options& options) {
  PINHOLE_RETURN_IF_ERROR(check_asked(options.asked_per_day));
  if (!is_frame_rate(options.frames_per_second))
    return error(Code::invalid_argument, "calibration: %g frames per second: give the camera's rate, 1e-6 to 1e6",
                 options.frames_per_second);
  if (!(options.confidence >= 0.5 && options.confidence <= 0.999))
    return error(Code::invalid_argument, "calibration: confidence %g: give one from 0.5 to 0.999", options.confidence);
  if (!(options.shape_rate >= 1 && options.shape_rate <= 100))
    return error(Code::invalid_argument, "calibration: shape rate %g: give one from 1 to 100, normally 10",
                 options.shape_rate);
  if (!(options.least_threshold >= -kMostThreshold && options.least_threshold <= kMostThreshold))
    return error(Code::invalid_argument, "calibration: a least threshold of %g: give one from %g to %g",
                 options.least_threshold, -kMostThreshold, kMostThreshold);
  if (options.run_length < 0 || options.run_length > kLongestRun)
    return error(Code::invalid_argument, "calibration: run length %d: give 1 to %d frames, or 0 to estimate it",
                 options.run_length, kLongestRun);
  return {};
}

Status check_spread(const ScoreRuns& scores) {
  if (scores.count < PINHOLE_CALIBRATION_MIN_FRAMES)
    return error(Code::invalid_argument, "calibration: %zu scores are too few: give at least %d normal frames",
                 scores.count, PINHOLE_CALIBRATION_MIN_FRAMES);
  const float highest = level_exceeded_by(scores, 0);
  if (level_exceeded_by(scores, scores.count / 2) >= highest)
    return error(Code::numeric,
                 "calibration: more than half of the %zu scores are %g, and none is higher: constant scores have no "
                 "threshold; look at the model, the mask and the camera",
                 scores.count, static_cast<double>(highest));
  return {};
}

Status check_dismissed(const pinhole_calibration& c, const double* scores, size_t alerts) {
  if (!scores || alerts == 0)
    return error(Code::invalid_argument, "calibration: no alert to dismiss: give the scores of one at least");
  if (alerts > c.alerts_left_out)
    return error(Code::invalid_argument,
                 "calibration: %zu alerts to dismiss, but %llu left out that are neither confirmed, dismissed nor "
                 "forgotten: dismiss no more than those",
                 alerts, static_cast<unsigned long long>(c.alerts_left_out));
  for (size_t i = 0; i < alerts; ++i)
    if (!(scores[i] > double{c.lowest_threshold} && scores[i] <= double{FLT_MAX}))
      return error(Code::invalid_argument,
                   "calibration: no alert has a score of %g, they are above %g: give what the event says that has "
                   "closed",
                   scores[i], double{c.lowest_threshold});
  return {};
}

void measure_dependence(const ScoreRuns& scores, int32_t asked_run_length, pinhole_calibration* c) {
  c->autocorrelation_frames = autocorrelation_frames(scores);
  const ExtremalIndex extremal = extremal_index(scores, c->quantile_90);
  c->extremal_index = extremal.index;
  const auto by_correlation = static_cast<int32_t>(min_of(std::rint(c->autocorrelation_frames), double{kLongestRun}));
  const auto longest = static_cast<int32_t>(min_of<size_t>(scores.count / 4, kLongestRun));
  c->run_length = asked_run_length ? asked_run_length : min_of(max_of(by_correlation, extremal.gap), longest);
}

// The alerts asked for in as many frames as are kept apart before all earlier ones are forgotten. Twice as many frames
// allow for fewer alerts than a list has clusters: from its lowest on it tells of all thresholds that are asked of it.
constexpr double kRemembered = PINHOLE_CALIBRATION_PEAKS / 2.0;

// Whether later frames are kept apart, too.
bool keeps_apart(const pinhole_calibration& c) {
  return c.recent_frames > 0 || asked_alerts(c, c.frames) >= kRemembered;
}

// Night and day score differently, and neither says enough of the other.
constexpr double kLeastRemembered = kSecondsPerDay;

bool stand_alone(const pinhole_calibration& c) {
  return c.recent_peak_count > 0 && c.recent_frames >= PINHOLE_CALIBRATION_MIN_FRAMES &&
         static_cast<double>(c.recent_frames) >= kLeastRemembered * c.frames_per_second &&
         asked_alerts(c, c.recent_frames) >= kRemembered;
}

} // namespace

float round_up(double value) {
  constexpr double kMost = FLT_MAX;
  const auto nearest = static_cast<float>(min_of(value, kMost));
  if (nearest >= value || nearest >= FLT_MAX)
    return nearest;
  // One unit in the last place of a normal float, at least the least denormal.
  return static_cast<float>(min_of(value + std::fabs(value) * 0x1p-23 + 0x1p-149, kMost));
}

void conclude(pinhole_calibration* c) {
  const PeakList list = peaks_of(c);
  const double frames = static_cast<double>(c->frames), asked = per_frame(*c, c->asked_per_day);
  const double per_day = kSecondsPerDay * c->frames_per_second;
  const int32_t room = room_for_alerts(*c);
  const float present = c->threshold;
  c->independent_frames = frames / c->autocorrelation_frames;
  c->supported_per_day = alerts_bound(*c, 0) / frames * per_day;
  c->provisional = room < 0;
  c->decades = c->provisional ? max_of(std::log(c->supported_per_day / c->asked_per_day) / std::log(10.0), 0.0) : 0;

  const TailPeaks peaks = tail_peaks(c);
  const ParetoTail tail = fit_tail(peaks);
  c->clusters = peaks.count;
  c->tail_location = tail.location;
  c->tail_scale = tail.scale;
  c->tail_shape = tail.shape;

  c->threshold = max_of(counted_threshold(*c, list, room), c->lowest_threshold);
  bool held_down = false;
  if (!supports_asked(*c, poisson_upper_bound(0, c->confidence))) { // too few frames, whatever they show
    const double level = tail_level(peaks, {spread_of(*c), c->shape_rate}, frames, asked, c->confidence);
    const double most = most_level(*c, present);
    held_down = level > most;
    c->threshold = max_of(c->threshold, round_up(min_of(level, most)));
  }
  const double counted_bound = alerts_bound(*c, alerts_at(list, c->threshold)) / frames * per_day;
  // What the tail is extrapolated to holds for alerts that were counted; any that were left out come on top.
  const bool extrapolated = c->provisional && c->alerts_left_out == 0 && !held_down;
  c->bound_per_day = extrapolated ? c->asked_per_day : counted_bound;
  c->crc32c = checksum_of(*c);
}

} // namespace pinhole

using namespace pinhole;

pinhole_calibration_options pinhole_default_calibration_options(void) {
  pinhole_calibration_options options = {};
  options.origin.smoothing = 1;
  options.frames_per_second = 25;
  options.asked_per_day = 1;
  options.confidence = 0.95;
  options.shape_rate = 10;
  options.least_threshold = -kMostThreshold;
  return options;
}

pinhole_status pinhole_calibrate(const pinhole_calibration_options* options, const float* scores, size_t count,
                                 const size_t* run_starts, size_t runs, pinhole_calibration* calibration) {
  if (!options || !calibration)
    return to_c(error(Code::invalid_argument, "calibrate: options or calibration are null: give both"));
  const ScoreRuns all = {scores, count, run_starts, runs};
  Status status = check_options(*options);
  if (status.ok())
    status = check_scores(all);
  if (status.ok())
    status = check_spread(all);
  if (!status.ok())
    return to_c(status);
  pinhole_calibration c = {};
  c.magic = PINHOLE_CALIBRATION_MAGIC;
  c.version = PINHOLE_CALIBRATION_VERSION;
  c.origin = options->origin;
  c.frames_per_second = options->frames_per_second;
  c.asked_per_day = options->asked_per_day;
  c.confidence = options->confidence;
  c.shape_rate = options->shape_rate;
  c.lowest_threshold = max_of(level_exceeded_by(all, count / 5), round_up(options->least_threshold));
  c.quantile_10 = level_exceeded_by(all, count - count / 10);
  c.quantile_50 = level_exceeded_by(all, count / 2);
  c.quantile_90 = level_exceeded_by(all, count / 10);
  measure_dependence(all, options->run_length, &c);
  add_to_memory(all, 0, false, &c);
  conclude(&c);
  *calibration = c;
  return to_c({});
}

pinhole_status pinhole_calibration_update(pinhole_calibration* calibration, const float* scores, size_t count,
                                          const size_t* run_starts, size_t runs, size_t alerts_left_out) {
  const pinhole_status damaged = pinhole_calibration_check(calibration, nullptr);
  if (damaged.code != PINHOLE_OK)
    return damaged;
  const ScoreRuns later = {scores, count, run_starts, runs};
  const bool alerts_alone = count == 0 && alerts_left_out > 0;
  const Status status = alerts_alone ? Status() : check_scores(later);
  if (!status.ok())
    return to_c(status);
  add_to_memory(later, alerts_left_out, keeps_apart(*calibration), calibration);
  if (stand_alone(*calibration))
    forget_all_but_recent(calibration);
  conclude(calibration);
  return to_c({});
}

pinhole_status pinhole_calibration_confirm(pinhole_calibration* calibration, size_t alerts) {
  const pinhole_status damaged = pinhole_calibration_check(calibration, nullptr);
  if (damaged.code != PINHOLE_OK)
    return damaged;
  if (alerts > calibration->alerts_left_out)
    return to_c(error(Code::invalid_argument,
                      "calibration: %zu alerts confirmed, but %llu were left out: confirm no more than those", alerts,
                      static_cast<unsigned long long>(calibration->alerts_left_out)));
  take_back_left_out(alerts, calibration);
  conclude(calibration);
  return to_c({});
}

pinhole_status pinhole_calibration_dismiss(pinhole_calibration* calibration, const double* scores, size_t alerts) {
  const pinhole_status damaged = pinhole_calibration_check(calibration, nullptr);
  if (damaged.code != PINHOLE_OK)
    return damaged;
  if (const Status status = check_dismissed(*calibration, scores, alerts); !status.ok())
    return to_c(status);
  const bool apart = keeps_apart(*calibration);
  take_back_left_out(alerts, calibration);
  for (size_t i = 0; i < alerts; ++i) {
    const float highest = round_up(scores[i]); // the same again is not above
    add_to_memory({&highest, 1, nullptr, 0}, 0, apart, calibration);
  }
  constexpr size_t kMostDismissed = UINT32_MAX;
  calibration->alerts_dismissed +=
      static_cast<uint32_t>(min_of(alerts, kMostDismissed - size_t{calibration->alerts_dismissed}));
  conclude(calibration);
  return to_c({});
}

pinhole_status pinhole_calibration_ask(pinhole_calibration* calibration, double asked_per_day) {
  const pinhole_status damaged = pinhole_calibration_check(calibration, nullptr);
  if (damaged.code != PINHOLE_OK)
    return damaged;
  const Status status = check_asked(asked_per_day);
  if (!status.ok())
    return to_c(status);
  calibration->asked_per_day = asked_per_day;
  conclude(calibration);
  return to_c({});
}

double pinhole_calibration_seconds_missing(const pinhole_calibration* calibration) {
  if (!calibration)
    return HUGE_VAL;
  const pinhole_calibration& c = *calibration;
  if (supports_asked(c, alerts_bound(c, 0)))
    return 0;
  const double needed = alerts_bound(c, 0) / per_frame(c, c.asked_per_day);
  return (needed - static_cast<double>(c.frames)) / c.frames_per_second;
}
