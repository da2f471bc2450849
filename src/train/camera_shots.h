// SPDX-License-Identifier: Apache-2.0
// Pictures as a camera takes them, for patches to be cut from: a shot costs as much as a training step, and the noise
// level can only be estimated on a whole picture. So a few shots are in use at a time, each for a while.
#pragma once

#include "train/camera_pipeline.h"
#include "train/dataset.h"

namespace pinhole {

class CameraShots {
public:
  // `number` tells the recipe's corruptions apart. The dataset must outlive this.
  CameraShots(const Corruption& corruption, const Dataset& dataset, uint64_t seed, uint32_t number)
      : corruption_(corruption), dataset_(&dataset), seed_(seed), number_(number) {}

  // One of the shots in use at `step`, chosen by a random word; a function of seed, step and word alone. It stays
  // valid until the next call.
  Status at(int64_t step, uint32_t word, const CameraShot** shot);

private:
  struct Slot {
    int64_t shot = -1; // which one is held
    CameraShot pictures;
  };
  Status take(int64_t number, CameraShot* shot) const;

  Corruption corruption_;
  const Dataset* dataset_;
  uint64_t seed_;
  uint32_t number_;
  std::vector<Slot> slots_;
};

} // namespace pinhole
