// SPDX-License-Identifier: Apache-2.0
// The random numbers of damage, and the noise of a sensor. No heap, no standard library: firmware that trains on the
// scene before it links this too.
#pragma once

#include "base/random_streams.h"
#include "base/tensor.h"
#include "train/interval.h"

namespace pinhole {

// Which random numbers an image gets: the same key gives the same damage everywhere.
struct NoiseKey {
  uint64_t seed = 0;
  uint64_t step = 0;
  uint32_t item = 0;       // position in the batch, or number of the image
  bool validation = false; // held-out images have numbers of their own
};

// The numbers of a pixel or a group of values.
inline RandomWords value_words(const NoiseKey& key, uint64_t place) {
  const RandomStream stream = key.validation ? RandomStream::validation_values : RandomStream::corruption_values;
  return random_words(key.seed, stream, key.step, key.item, place);
}

// The number that a corruption draws for an interval: 0 for its `first`, 1 for its `second`; others are free for other
// uses.
float draw(const Interval& interval, const NoiseKey& key, uint32_t which);

// Adds normal noise of variance a x + b to every value (n = 1, f32 in 0..1); returns the sum of the variances.
double add_noise(float a, float b, const NoiseKey& key, const View& image);

} // namespace pinhole
