// SPDX-License-Identifier: Apache-2.0
#include "train/batches.h"

#include "anomaly/exposure.h"
#include "engine/frame.h"
#include "train/damage.h"
#include "train/host_corruption.h"
#include "train/sampling.h"

#include <algorithm>

namespace pinhole {
namespace {

int32_t mirrored(int32_t at, int32_t size) {
  return mirror_index(at < 0 ? -at : at, size);
}

// Which image, where in it, how turned.
RandomWords place_words(uint64_t seed, int64_t step, int32_t item) {
  return random_words(seed, RandomStream::crop, static_cast<uint64_t>(step), static_cast<uint32_t>(item), 0);
}

void place_crop(const RandomWords& words, const DataSpec& data, const Image& image, const View& view, Crop* crop) {
  const int32_t beyond = data.overhang;
  const auto place = [&](uint32_t word, int32_t spare) {
    return static_cast<int32_t>(index_from(word, static_cast<uint32_t>(spare + 2 * beyond + 1))) - beyond;
  };
  crop->y = place(words.word[1], image.height - view.desc.h);
  crop->x = place(words.word[2], image.width - view.desc.w);
}

void turn_crop(const RandomWords& words, const DataSpec& data, const View& view, Crop* crop) {
  crop->flip = data.flip && (words.word[3] & 1);
  crop->transpose = data.transpose && (words.word[3] & 2) && view.desc.h == view.desc.w;
}

} // namespace

View image_of(const View& view, int32_t n) {
  View one = view;
  one.desc.n = 1;
  one.data = view.row<float>(n, 0);
  return one;
}

void copy_pixels(const Image& image, const Crop& crop, const DataSpec& data, const View& view) {
  const Desc& desc = view.desc;
  for (int32_t y = 0; y < desc.h; ++y) {
    float* to = view.row<float>(0, y);
    for (int32_t x = 0; x < desc.w; ++x, to += view.pixel_stride) {
      const int32_t row = crop.transpose ? x : y, column = crop.transpose ? y : x;
      const int32_t last = (crop.transpose ? desc.h : desc.w) - 1;
      const uint8_t* from = image.row(mirrored(crop.y + row, image.height)) +
                            mirrored(crop.x + (crop.flip ? last - column : column), image.width) * image.channels;
      for (int32_t c = 0; c < desc.c; ++c)
        to[c] = static_cast<float>(from[c]) * (1.0f / 255);
    }
  }
  if (data.normalise_exposure)
    normalise_exposure(measure_exposure(view), view);
}

Status corrupt_item(const WeightedCorruption& entry, const NoiseKey& key, const BatchViews& views, int32_t n) {
  const View image = image_of(views.image, n);
  float level = 0;
  const View target = views.target.data ? image_of(views.target, n) : View();
  PINHOLE_RETURN_IF_ERROR(apply_corruption(entry, key, image, target, &level));
  if (views.level.data)
    *views.level.row<float>(n, 0) = level;
  return Status();
}

Batches::Batches(const Recipe& recipe, const Dataset& dataset, uint64_t seed)
    : recipe_(recipe), dataset_(dataset), seed_(seed),
      steps_per_epoch_(std::max<int64_t>(1, static_cast<int64_t>(dataset.training.size()) / recipe.training.batch)) {
  for (uint32_t i = 0; i < recipe.corruption.size(); ++i)
    shots_.emplace_back(recipe.corruption[i].corruption, dataset, seed, i);
}

void Batches::shuffle(int64_t epoch) {
  order_ = dataset_.training;
  pinhole::shuffle(seed_, epoch, order_.data(), static_cast<int32_t>(order_.size()));
  shuffled_epoch_ = epoch;
}

const Image& Batches::pick(int64_t step, int32_t item, const View& view, Crop* crop) {
  const RandomWords words = place_words(seed_, step, item);
  int32_t position = 0;
  if (recipe_.data.patch > 0) {
    position = dataset_.training[index_from(words.word[0], static_cast<uint32_t>(dataset_.training.size()))];
    place_crop(words, recipe_.data, dataset_.images[static_cast<size_t>(position)], view, crop);
  } else {
    if (step / steps_per_epoch_ != shuffled_epoch_)
      shuffle(step / steps_per_epoch_);
    const int64_t place = step % steps_per_epoch_ * recipe_.training.batch + item;
    position = order_[static_cast<size_t>(place) % order_.size()];
  }
  turn_crop(words, recipe_.data, view, crop);
  return dataset_.images[static_cast<size_t>(position)];
}

const WeightedCorruption& Batches::pick_corruption(int64_t step, int32_t item) const {
  return choose_entry(recipe_.corruption.data(), static_cast<int32_t>(recipe_.corruption.size()), seed_, step, item);
}

Status Batches::fill_item(const WeightedCorruption& entry, const NoiseKey& key, const BatchViews& views) {
  const auto n = static_cast<int32_t>(key.item);
  const View image = image_of(views.image, n);
  Crop crop;
  const Image& source = pick(static_cast<int64_t>(key.step), n, image, &crop);
  copy_pixels(source, crop, recipe_.data, image);
  PINHOLE_RETURN_IF_ERROR(zoom_if_asked(entry, key, image));
  if (views.target.data) {
    const View target = image_of(views.target, n);
    copy_pixels(source, crop, recipe_.data, target);
    PINHOLE_RETURN_IF_ERROR(zoom_if_asked(entry, key, target));
  }
  PINHOLE_RETURN_IF_ERROR(corrupt_item(entry, key, views, n));
  if (views.target.data && recipe_.data.target == TrainingTarget::damage)
    mark_damage(image, image_of(views.target, n));
  return Status();
}

Status Batches::fill_from_shot(CameraShots* shots, const NoiseKey& key, const BatchViews& views) {
  const auto n = static_cast<int32_t>(key.item);
  const View image = image_of(views.image, n);
  const RandomWords words = place_words(seed_, static_cast<int64_t>(key.step), n);
  const CameraShot* shot = nullptr;
  PINHOLE_RETURN_IF_ERROR(shots->at(static_cast<int64_t>(key.step), words.word[0], &shot));
  Crop crop;
  place_crop(words, recipe_.data, shot->noisy, image, &crop);
  turn_crop(words, recipe_.data, image, &crop);
  copy_pixels(shot->noisy, crop, recipe_.data, image);
  if (views.target.data)
    copy_pixels(shot->clean, crop, recipe_.data, image_of(views.target, n));
  if (views.level.data)
    *views.level.row<float>(n, 0) = shot->level;
  return Status();
}

Status Batches::fill(int64_t step, const BatchViews& views) {
  const WeightedCorruption none;
  for (int32_t n = 0; n < views.image.desc.n; ++n) {
    NoiseKey key;
    key.seed = seed_;
    key.step = static_cast<uint64_t>(step);
    key.item = static_cast<uint32_t>(n);
    const WeightedCorruption& entry = recipe_.corruption.empty() ? none : pick_corruption(step, n);
    const bool patch_of_shot = entry.corruption.kind == CorruptionKind::isp && recipe_.data.patch > 0;
    PINHOLE_RETURN_IF_ERROR(
        patch_of_shot ? fill_from_shot(&shots_[static_cast<size_t>(&entry - recipe_.corruption.data())], key, views)
                      : fill_item(entry, key, views));
  }
  return Status();
}

} // namespace pinhole
