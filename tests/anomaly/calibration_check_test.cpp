// SPDX-License-Identifier: Apache-2.0
// What the check of a calibration refuses.
#include "anomaly/calibration_state.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace pinhole::testing {
namespace {

pinhole_calibration calibrated(const std::vector<float>& scores) {
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.origin = {0x1234, 0x5678, 320, 240, PINHOLE_RGB24, 3};
  options.frames_per_second = 12.5;
  pinhole_calibration calibration = {};
  const pinhole_status status = pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration);
  EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  return calibration;
}

void expect_refused(const pinhole_status& status, pinhole_code code, const char* text) {
  EXPECT_EQ(status.code, code) << status.text;
  EXPECT_NE(std::string(status.text).find(text), std::string::npos) << status.text;
}

TEST(CalibrationCheck, RefusesWhatItWasNotMadeFor) {
  const pinhole_calibration c = calibrated(simulate(Law::normal, 500, 10));
  EXPECT_EQ(pinhole_calibration_check(&c, &c.origin).code, PINHOLE_OK);
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
  const auto refused = [&](const char* text, auto change) {
    pinhole_score_origin origin = c.origin;
    change(&origin);
    expect_refused(pinhole_calibration_check(&c, &origin), PINHOLE_INVALID_ARGUMENT, text);
  };
  refused("belongs to model 0000000000001234", [](pinhole_score_origin* o) { o->model_hash = 1; });
  refused("preprocessing", [](pinhole_score_origin* o) { o->preprocessing_hash = 1; });
  refused("320x240", [](pinhole_score_origin* o) { o->width = 321; });
  refused("320x240", [](pinhole_score_origin* o) { o->height = 0; });
  refused("format", [](pinhole_score_origin* o) { o->format = PINHOLE_GRAY8; });
  refused("smoothed over 3 frames", [](pinhole_score_origin* o) { o->smoothing = 1; });
}

TEST(CalibrationCheck, RefusesEveryFlippedBit) {
  pinhole_calibration c = calibrated(simulate(Law::normal, 500, 11));
  auto* bytes = reinterpret_cast<unsigned char*>(&c);
  for (size_t bit = 0; bit < 8 * sizeof c; ++bit) {
    bytes[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
    ASSERT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_BAD_FILE) << "bit " << bit;
    bytes[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
  }
  EXPECT_EQ(pinhole_calibration_check(&c, nullptr).code, PINHOLE_OK);
}

TEST(CalibrationCheck, RefusesForgedNumbersBehindAGoodChecksum) {
  const pinhole_calibration good = calibrated(simulate(Law::normal, 500, 12));
  const auto refused = [&](const char* text, auto change) {
    pinhole_calibration forged = good;
    change(&forged);
    forged.crc32c = checksum_of(forged);
    expect_refused(pinhole_calibration_check(&forged, nullptr), PINHOLE_BAD_FILE, text);
    const pinhole_calibration before = forged;
    const float scores[] = {1, 2};
    EXPECT_EQ(pinhole_calibration_update(&forged, scores, 2, nullptr, 0, 0).code, PINHOLE_BAD_FILE);
    EXPECT_EQ(std::memcmp(&forged, &before, sizeof before), 0);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  refused("not a calibration", [](pinhole_calibration* c) { c->magic = 0; });
  refused("version 1", [](pinhole_calibration* c) { c->version = 1; });
  refused("rates or threshold", [&](pinhole_calibration* c) { c->threshold = nan; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->asked_per_day = 0; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->asked_per_day = 2.5e-314; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->frames_per_second = 1e300; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->confidence = 1; });
  refused("run length", [](pinhole_calibration* c) { c->run_length = 0; });
  refused("frames", [](pinhole_calibration* c) { c->frames = 0; });
  refused("frames", [](pinhole_calibration* c) { c->frames = UINT64_MAX; });
  refused("peaks", [](pinhole_calibration* c) { c->peak_count = PINHOLE_CALIBRATION_PEAKS + 1; });
  refused("peaks", [](pinhole_calibration* c) { std::swap(c->peak[0], c->peak[1]); });
  refused("peaks", [&](pinhole_calibration* c) { c->low[3] = nan; });
  refused("recent", [](pinhole_calibration* c) { c->recent_frames = c->frames; });
  refused("recent", [](pinhole_calibration* c) { c->recent_alerts_left_out = 1; });
  refused("recent", [](pinhole_calibration* c) { c->recent_peak_count = -1; });
  refused("recent", [](pinhole_calibration* c) { c->recent_peak_count = PINHOLE_CALIBRATION_PEAKS + 1; });
  refused("recent", [&](pinhole_calibration* c) { c->recent_left_out_threshold = nan; });
  refused("recent", [&](pinhole_calibration* c) {
    c->recent_frames = c->recent_peak_count = 1;
    c->recent_peak[0] = nan;
  });
  refused("recent", [](pinhole_calibration* c) { c->alerts_left_out = kMostCounted + 1; });
  refused("recent", [](pinhole_calibration* c) { c->recent_peak_count = 1; }); // of no frame
  refused("tail", [](pinhole_calibration* c) { c->tail_scale = 0; });
  refused("tail", [](pinhole_calibration* c) { c->tail_shape = 1.01; });
  refused("tail", [](pinhole_calibration* c) { c->clusters = 0; });
  refused("tail", [](pinhole_calibration* c) { c->clusters = c->peak_count + 1; });
  refused("peaks", [](pinhole_calibration* c) { c->peak_count = 0; });
  refused("peaks", [](pinhole_calibration* c) { c->low[2] = c->peak[2]; });
  refused("dependence", [](pinhole_calibration* c) { c->extremal_index = 1.01; });
  refused("dependence", [](pinhole_calibration* c) { c->autocorrelation_frames = 0.99; });
  refused("dependence", [](pinhole_calibration* c) { c->independent_frames = 0; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->asked_per_day = 0.99e-12; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->confidence = 0.49; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->shape_rate = 0.99; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->shape_rate = 101; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->supported_per_day = 0; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->bound_per_day = 0; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->decades = -0.1; });
  refused("rates or threshold", [&](pinhole_calibration* c) { c->left_out_threshold = nan; });
  refused("rates or threshold", [](pinhole_calibration* c) { c->provisional = 2; });
  refused("rates or threshold", [](pinhole_calibration* c) {
    c->lowest_threshold = std::nextafter(c->threshold, std::numeric_limits<float>::max());
  });
  refused("tail", [](pinhole_calibration* c) { c->quantile_50 = c->quantile_90 + 1; });
}

} // namespace
} // namespace pinhole::testing
