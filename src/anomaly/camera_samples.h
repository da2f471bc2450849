// SPDX-License-Identifier: Apache-2.0
// Robust statistics of a few numbers, without memory of their own.
#pragma once

#include "pinhole/alerts.h"

namespace pinhole {

// Sorts in place; the lower middle one for an even count. 0 of nothing.
float median(float* values, int32_t count);

// Keeps every stride-th value, and every second of those when the room is used up: the same number for any time.
void take_sample(float value, pinhole_camera_samples* samples);

struct SampleLaw {
  float middle, deviation; // median; 1.4826 times the median distance from it
};
SampleLaw law_of(const pinhole_camera_samples& samples);

} // namespace pinhole
