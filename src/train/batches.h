// SPDX-License-Identifier: Apache-2.0
// What the network sees at each step: images or patches of them, clean and damaged. Every batch is a function of the
// seed and the step alone, so a resumed run sees what an uninterrupted one would have seen.
#pragma once

#include "train/camera_shots.h"

namespace pinhole {

// The inputs of an engine: `level` and `target` may have null data. f32; pixels in 0..1.
struct BatchViews {
  View image, level, target;
};

// Image `n` of `view`, as a view with one image.
View image_of(const View& view, int32_t n);

// Part of an image: the square or rectangle at (y, x), mirrored left to right, then with rows and columns swapped. What
// lies beyond the image's edges mirrors it.
struct Crop {
  int32_t y = 0, x = 0;
  bool flip = false, transpose = false;
};

// Writes the part of `image` that fills `view` (n = 1) as pixels / 255, with its exposure taken out where `data` says
// so.
void copy_pixels(const Image& image, const Crop& crop, const DataSpec& data, const View& view);

// Damages item `n` of views.image and writes the noise level. Clean pixels are there and in views.target before.
Status corrupt_item(const WeightedCorruption& corruption, const NoiseKey& key, const BatchViews& views, int32_t n);

class Batches {
public:
  // Both must outlive this.
  Batches(const Recipe& recipe, const Dataset& dataset, uint64_t seed);

  // Steps until every training image was used once (on average, where patches are cut); at least 1.
  int64_t steps_per_epoch() const { return steps_per_epoch_; }

  // Fills the views for `step`, counted from 0. The views hold the recipe's batch.
  Status fill(int64_t step, const BatchViews& views);

private:
  void shuffle(int64_t epoch);
  const Image& pick(int64_t step, int32_t item, const View& view, Crop* crop);
  Status fill_item(const WeightedCorruption& entry, const NoiseKey& key, const BatchViews& views);
  Status fill_from_shot(CameraShots* shots, const NoiseKey& key, const BatchViews& views);
  const WeightedCorruption& pick_corruption(int64_t step, int32_t item) const;

  const Recipe& recipe_;
  const Dataset& dataset_;
  uint64_t seed_;
  int64_t steps_per_epoch_;
  int64_t shuffled_epoch_ = -1;
  std::vector<int32_t> order_;     // of the training images, in the current epoch
  std::vector<CameraShots> shots_; // beside recipe_.corruption; used for patches of kind isp
};

} // namespace pinhole
