// SPDX-License-Identifier: Apache-2.0
// Damage done to clean images on purpose: what a denoiser learns to undo.
#pragma once

#include "base/status.h"
#include "train/sensor_noise.h"

namespace pinhole {

enum class CorruptionKind : uint8_t {
  none = 0,
  gaussian = 1,
  sensor = 2,
  mask = 3,
  occlude = 4,
  jpeg = 5,
  camera = 6,
  intruder = 7,
  isp = 8,
  defect = 9,
  misprint = 10,
  crack = 11
};

// Parameters are drawn uniformly from their intervals, once for each image.
struct Corruption {
  CorruptionKind kind = CorruptionKind::none;
  // gaussian: standard deviation, 0..255. sensor: a of the variance a x + b, x in 0..1. mask: probability that a pixel
  // becomes 0 (all its channels). jpeg: quality, 1..100. camera: root mean square, 0..255. intruder: share of the
  // image's area. isp: photons that a white pixel counts, at least 1, drawn on a logarithmic scale. defect, misprint,
  // crack: length in pixels, at least 1, drawn likewise. occlude: unused.
  Interval first;
  // sensor: b. camera: pixels that the noise is smoothed over, 0..kMostCameraBlur. isp: those that the camera smooths
  // its colours over. defect, crack: contrast, 0..1, on a logarithmic scale.
  Interval second;
  Interval third = {0, 1}; // isp: Demosaic's numbers (train/demosaic.h), rounded
  // camera: by how many pixels more its colour is smoothed, and how strong that is against its brightness.
  Interval colour_blur = {0, 2}, colour_gain = {0.3f, 1.2f};
};
constexpr float kMostCameraBlur = 8, kMostPhotons = 1e6f;
constexpr float kLongestDefect = 4096;

// From the command line's KIND: gaussian:SIGMA, sensor:A,B, mask:P, occlude, jpeg:QUALITY, camera:SIGMA,BLUR,
// isp:PHOTONS,WIDTH,DEMOSAIC, intruder:AREA, defect:SIZE,CONTRAST, misprint:SIZE, crack:LENGTH,CONTRAST,
// none. Each number may be a range LOW..HIGH: gaussian:0..55.
Status parse_corruption(const char* text, Corruption* corruption);

// Damages one image in place: `image` has n = 1, f32 in 0..1 before; afterwards unclipped. Returns the noise level:
// standard deviation of what was added, in units of x (sensor: root of the mean variance); 0 for mask and occlude.
// kinds jpeg, camera and isp do nothing here (train/host_corruption.h does them): they need memory.
float corrupt(const Corruption& corruption, const NoiseKey& key, const View& image);

} // namespace pinhole
