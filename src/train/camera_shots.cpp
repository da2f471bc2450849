// SPDX-License-Identifier: Apache-2.0
#include "train/camera_shots.h"

#include "base/random_streams.h"

namespace pinhole {
namespace {

constexpr int32_t kInUse = 16, kStepsPerShot = 8; // a shot is in use for 128 steps
constexpr uint32_t kFirstItem = 1u << 31;         // no batch has items so high: random numbers of their own

} // namespace

Status CameraShots::at(int64_t step, uint32_t word, const CameraShot** shot) {
  slots_.resize(kInUse);
  const int64_t number = step / kStepsPerShot + index_from(word, kInUse);
  Slot& slot = slots_[static_cast<size_t>(number % kInUse)];
  if (slot.shot != number)
    PINHOLE_RETURN_IF_ERROR(take(number, &slot.pictures));
  slot.shot = number;
  *shot = &slot.pictures;
  return {};
}

Status CameraShots::take(int64_t number, CameraShot* shot) const {
  NoiseKey key;
  key.seed = seed_;
  key.step = static_cast<uint64_t>(number);
  key.item = kFirstItem + number_;
  const RandomWords words = random_words(seed_, RandomStream::crop, key.step, key.item, 0);
  const uint32_t which = index_from(words.word[0], static_cast<uint32_t>(dataset_->training.size()));
  FloatImage picture = to_float(dataset_->images[static_cast<size_t>(dataset_->training[which])]);
  for (float& value : picture.pixels)
    value /= 255;
  return take_camera_shot(corruption_, key, picture, shot);
}

} // namespace pinhole
