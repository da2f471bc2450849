// SPDX-License-Identifier: Apache-2.0
// Where a still picture departs from what a model has learned.
#pragma once

#include "denoiser.h"

namespace pinhole::tool {

class HeatMapper {
public:
  // A model that was trained to say where a picture is damaged gives that; every other one that turns pictures into
  // pictures gives the size of what it changes.
  Status open(const std::string& path, int32_t threads);

  // *picture gets the file's, in the model's channels; *heat (1 channel, its size): 0..1, smoothed.
  Status map(const std::string& path, Image* picture, FloatImage* heat);

private:
  Denoiser model_;
  bool says_where_ = false;
};

// The picture's score: mean of its hottest pixels.
double picture_score(const FloatImage& heat);

constexpr double kHeatSmoothing = 2; // pixels, standard deviation of a Gaussian
constexpr int32_t kHottestPixels = 50;
constexpr int32_t kMirroredMargin = 32; // pixels that the picture is continued by, so that the model sees no edge

} // namespace pinhole::tool
