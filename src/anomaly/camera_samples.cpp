// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_samples.h"

#include <cmath>

namespace pinhole {

float median(float* values, int32_t count) {
  for (int32_t i = 1; i < count; ++i) {
    const float value = values[i];
    int32_t slot = i;
    for (; slot > 0 && values[slot - 1] > value; --slot)
      values[slot] = values[slot - 1];
    values[slot] = value;
  }
  return count == 0 ? 0 : values[(count - 1) / 2];
}

void take_sample(float value, pinhole_camera_samples* samples) {
  if (samples->stride == 0)
    samples->stride = 1;
  if (++samples->skipped < samples->stride)
    return;
  samples->skipped = 0;
  if (samples->count == PINHOLE_CAMERA_SAMPLES) {
    samples->count /= 2;
    for (int32_t i = 0; i < samples->count; ++i)
      samples->value[i] = samples->value[2 * i + 1];
    samples->stride *= 2;
  }
  samples->value[samples->count++] = value;
}

SampleLaw law_of(const pinhole_camera_samples& samples) {
  float values[PINHOLE_CAMERA_SAMPLES];
  for (int32_t i = 0; i < samples.count; ++i)
    values[i] = samples.value[i];
  const float middle = median(values, samples.count);
  for (int32_t i = 0; i < samples.count; ++i)
    values[i] = std::fabs(samples.value[i] - middle);
  return {middle, 1.4826f * median(values, samples.count)};
}

} // namespace pinhole
