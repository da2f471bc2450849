// SPDX-License-Identifier: Apache-2.0
// Any calls of calibration and alerts, with any numbers and any bytes in the calibration: what is refused changes
// nothing, what is accepted passes the library's own check, and events are told of as the header says.
#include "anomaly/calibration_state.h"
#include "calls.h"
#include "pinhole/alerts.h"
#include "pinhole/calibration.h"

#include <cfloat>
#include <cmath>
#include <vector>

namespace {

using pinhole::testing::Calls;

// --- calibration ----------------------------------------------------------------------------------------------------

struct Scores {
  std::vector<float> scores;
  std::vector<size_t> starts;
};

Scores some_scores(Calls* calls) {
  Scores some;
  const int32_t count = calls->number(400), kinds = calls->number(3);
  const double scale = calls->chance(4) ? calls->real(1e9) : 10;
  uint32_t state = calls->byte();
  for (int32_t i = 0; i < count; ++i) { // a law of their own, not a byte each
    state = state * 1664525 + 1013904223;
    const double uniform = (state >> 8) * 0x1p-24;
    some.scores.push_back(static_cast<float>(kinds == 0   ? scale * uniform
                                             : kinds == 1 ? -scale * std::log(uniform + 1e-9)
                                             : kinds == 2 ? scale * std::floor(4 * uniform)
                                                          : calls->real(scale)));
  }
  for (int32_t run = calls->number(7); run > 0; --run)
    some.starts.push_back(some.starts.empty() ? 0 : some.starts.back() + static_cast<size_t>(calls->number(99)));
  return some;
}

// Whatever changed it: its own check accepts it; whatever refused: not a byte has changed.
void expect(const pinhole_status& status, const pinhole_calibration& before, const pinhole_calibration& after) {
  if (status.code == PINHOLE_OK) {
    const pinhole_status check = pinhole_calibration_check(&after, nullptr);
    if (check.code != PINHOLE_OK)
      std::fprintf(stderr, "%s\n", check.text);
    PINHOLE_HOLDS(check.code == PINHOLE_OK);
    const double missing = pinhole_calibration_seconds_missing(&after);
    PINHOLE_HOLDS(missing >= 0);
    PINHOLE_HOLDS((missing == 0) == (after.provisional == 0));
  } else {
    PINHOLE_HOLDS(status.text[0] != 0);
    PINHOLE_HOLDS(std::memcmp(&before, &after, sizeof before) == 0); // NOLINT(bugprone-suspicious-memory-comparison)
  }
}

pinhole_calibration_options some_options(Calls* calls) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  if (calls->chance(2))
    options.frames_per_second = calls->real(100);
  if (calls->chance(2))
    options.asked_per_day = calls->chance(2) ? calls->real(10) : calls->real(1e6);
  if (calls->chance(4))
    options.confidence = calls->real(1);
  if (calls->chance(4))
    options.shape_rate = calls->real(100);
  if (calls->chance(4))
    options.least_threshold = calls->real(100);
  if (calls->chance(4))
    options.run_length = calls->number(1100) - 10;
  return options;
}

// Some bytes become others, and the checksum fits.
void forge(Calls* calls, pinhole_calibration* calibration) {
  auto* bytes = reinterpret_cast<uint8_t*>(calibration);
  constexpr int32_t kHead = offsetof(pinhole_calibration, peak), kAll = offsetof(pinhole_calibration, crc32c);
  for (int32_t count = calls->number(8); count > 0; --count) {
    const int32_t at = 4 * (calls->number((calls->chance(2) ? kHead : kAll) / 4 - 1));
    const double value = calls->real(100);
    const auto narrow = static_cast<float>(value);
    const int64_t whole = calls->whole();
    if (calls->chance(2) && at % 8 == 0)
      std::memcpy(bytes + at, calls->chance(2) ? static_cast<const void*>(&value) : &whole, 8);
    else
      std::memcpy(bytes + at, calls->chance(2) ? static_cast<const void*>(&narrow) : &whole, 4);
  }
  calibration->crc32c = pinhole::checksum_of(*calibration);
}

void change(Calls* calls, pinhole_calibration* calibration) {
  const pinhole_calibration before = *calibration;
  pinhole_status status = {};
  switch (calls->number(4)) {
  case 0: {
    const Scores some = some_scores(calls);
    const auto left_out = static_cast<size_t>(calls->chance(8) ? calls->whole() : calls->number(3));
    status = pinhole_calibration_update(calibration, some.scores.data(), some.scores.size(), some.starts.data(),
                                        some.starts.size(), left_out);
    break;
  }
  case 1:
    status = pinhole_calibration_confirm(calibration, static_cast<size_t>(calls->whole()));
    break;
  case 2: {
    const double scores[] = {calls->real(100), calls->real(1e4), calls->real(20)};
    status = pinhole_calibration_dismiss(calibration, scores, static_cast<size_t>(calls->number(3)));
    break;
  }
  case 3:
    status = pinhole_calibration_ask(calibration, calls->real(1e3));
    break;
  default:
    if (calls->chance(4))
      forge(calls, calibration);
    if (pinhole_calibration_check(calibration, nullptr).code != PINHOLE_OK)
      *calibration = before;
    return;
  }
  expect(status, before, *calibration);
}

void calibrate(Calls* calls) {
  pinhole_calibration calibration;
  std::memset(&calibration, 0x5A, sizeof calibration);
  const pinhole_calibration before = calibration;
  const pinhole_calibration_options options = some_options(calls);
  const Scores some = some_scores(calls);
  const pinhole_status status = pinhole_calibrate(&options, some.scores.data(), some.scores.size(), some.starts.data(),
                                                  some.starts.size(), &calibration);
  expect(status, before, calibration);
  if (status.code == PINHOLE_OK)
    for (int32_t steps = 0; calls->more() && steps < 100; ++steps)
      change(calls, &calibration);
}

// --- alerts ---------------------------------------------------------------------------------------------------------

pinhole_alert_options some_alert_options(Calls* calls) {
  pinhole_alert_options options = pinhole_default_alert_options(10);
  if (calls->chance(2))
    options.closing_threshold = calls->real(10);
  if (calls->chance(2))
    options.smoothing = calls->number(PINHOLE_MOST_SMOOTHING);
  if (calls->chance(2))
    options.least_frames = calls->number(5);
  if (calls->chance(2))
    options.linger_frames = calls->number(10);
  if (calls->chance(2))
    options.longest_seconds = calls->real(100);
  if (calls->chance(2))
    options.hold_frames = calls->number(10);
  if (calls->chance(2))
    options.cooldown_seconds = calls->real(100);
  if (calls->chance(2))
    options.most_alerts = calls->number(PINHOLE_MOST_ALERTS);
  if (calls->chance(2))
    options.budget_seconds = calls->real(1000);
  if (calls->chance(2)) {
    options.low = calls->real(2);
    options.middle = options.low + calls->real(2);
    options.high = options.middle + calls->real(2);
    options.drift_frames = calls->number(300);
  }
  return options;
}

// What a log of all events must be like, whatever was pushed.
class Log {
public:
  explicit Log(const pinhole_alert_options& options) : rises(options.high > 0), options_(options) {}

  void take(const pinhole_events& events, double elapsed) {
    PINHOLE_HOLDS(events.count >= 0 && events.count <= PINHOLE_MOST_EVENTS);
    for (int32_t i = 0; i < events.count; ++i)
      take(events.event[i], elapsed);
  }
  void end() const { PINHOLE_HOLDS(!open_[0] && !open_[1]); }

  bool rises; // the threshold may have, under an open alert

private:
  void take(const pinhole_event& event, double elapsed) {
    PINHOLE_HOLDS(event.kind == PINHOLE_EVENT_ANOMALY || event.kind == PINHOLE_EVENT_DRIFT);
    PINHOLE_HOLDS(event.open == (open_[event.kind] ? 0 : 1)); // in turn
    open_[event.kind] = event.open != 0;
    PINHOLE_HOLDS(std::isfinite(event.score) && std::isfinite(event.threshold) && std::isfinite(event.time));
    PINHOLE_HOLDS(event.reason >= PINHOLE_CLOSED_OVER && event.reason <= PINHOLE_CLOSED_END);
    if (event.kind != PINHOLE_EVENT_ANOMALY)
      return;
    PINHOLE_HOLDS(rises || event.score > event.threshold);
    if (event.open && !event.suppressed)
      count(elapsed);
  }
  void count(double elapsed) {
    openings_.push_back(elapsed);
    const auto most = static_cast<size_t>(options_.most_alerts);
    if (most > 0 && openings_.size() > most)
      PINHOLE_HOLDS(elapsed - openings_[openings_.size() - 1 - most] >= options_.budget_seconds);
  }

  pinhole_alert_options options_;
  bool open_[2] = {false, false};
  std::vector<double> openings_;
};

void alert(Calls* calls) {
  const pinhole_alert_options options = some_alert_options(calls);
  pinhole_alerts alerts = {};
  pinhole_events events;
  if (pinhole_alerts_start(&alerts, &options).code != PINHOLE_OK) {
    const pinhole_observation seen = {0, 0, 0, {0, 0, 0, 0}, PINHOLE_CAMERA_CLEAR};
    PINHOLE_HOLDS(pinhole_alerts_push(&alerts, &seen, &events).code == PINHOLE_INVALID_ARGUMENT);
    return;
  }
  Log log(options);
  pinhole_observation seen = {};
  while (calls->more()) {
    const uint8_t what = calls->byte();
    if (what % 16 == 15) {
      const double threshold = calls->real(20), closing = calls->chance(2) ? threshold : calls->real(10);
      pinhole_alerts_set_threshold(&alerts, threshold, closing);
      log.rises = true;
      continue;
    }
    seen.frame = what % 16 == 14 ? calls->whole() : seen.frame == INT64_MAX ? 0 : seen.frame + 1;
    seen.time = what % 16 == 13 ? calls->real(1e5) : seen.time + 0.25;
    seen.score = calls->real(20);
    seen.camera = what / 16 < 12 ? 0 : what / 16 - 12;
    if (what % 4 == 0)
      seen.box = {static_cast<int32_t>(calls->whole()), static_cast<int32_t>(calls->whole()), calls->number(1000),
                  static_cast<int32_t>(calls->whole())};
    const int64_t skipped = pinhole_alerts_skipped(&alerts);
    const pinhole_status status = pinhole_alerts_push(&alerts, &seen, &events);
    PINHOLE_HOLDS(status.code == PINHOLE_OK ||
                  (status.code == PINHOLE_NUMERIC && !(std::fabs(seen.score) <= double{FLT_MAX})));
    PINHOLE_HOLDS(pinhole_alerts_skipped(&alerts) == skipped + (status.code == PINHOLE_NUMERIC ? 1 : 0));
    log.take(events, alerts.elapsed);
  }
  pinhole_alerts_finish(&alerts, &events);
  log.take(events, alerts.elapsed);
  log.end();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Calls calls(data, size);
  if (calls.chance(2))
    calibrate(&calls);
  else
    alert(&calls);
  return 0;
}
