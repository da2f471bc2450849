// SPDX-License-Identifier: Apache-2.0
// What calibrating, updating and checking share about a pinhole_calibration.
#pragma once

#include "anomaly/declustering.h"
#include "anomaly/peaks.h"
#include "base/status.h"
#include "pinhole/calibration.h"

namespace pinhole {

constexpr int32_t kLongestRun = 1024;
constexpr double kSecondsPerDay = 86400;
constexpr double kMostThreshold = 1e9;               // either way, that may be asked for
constexpr uint64_t kMostCounted = uint64_t{1} << 62; // frames, and alerts; more are not added

inline bool is_frame_rate(double per_second) {
  return per_second >= 1e-6 && per_second <= 1e6;
}

inline PeakList peaks_of(pinhole_calibration* calibration) {
  return {calibration->peak, calibration->low, &calibration->peak_count, PINHOLE_CALIBRATION_PEAKS};
}

inline PeakList recent_peaks_of(pinhole_calibration* calibration) {
  return {calibration->recent_peak, calibration->recent_low, &calibration->recent_peak_count,
          PINHOLE_CALIBRATION_PEAKS};
}

// CRC-32C of everything before the field that holds it.
uint32_t checksum_of(const pinhole_calibration& calibration);

// Whether the numbers can be those of a calibration. Errors: bad_file.
Status check_calibration(const pinhole_calibration& calibration);

// Ascending starts from 0 within `count` scores, all of them finite. Errors: invalid_argument, numeric.
Status check_scores(const ScoreRuns& scores);

// An asked rate of 1e-12..1e12 a day. Errors: invalid_argument.
Status check_asked(double per_day);

// The least float that is not below.
float round_up(double value);

// Sets threshold, tail and statement from the frames, the peaks and the asked rate, then the checksum.
void conclude(pinhole_calibration* calibration);

} // namespace pinhole
