// SPDX-License-Identifier: Apache-2.0
// Which picture and which damage an item of a batch gets: a function of the seed and the step alone. No heap, no
// standard library: firmware that trains on its scene uses this too.
#pragma once

#include "base/random_streams.h"

namespace pinhole {

// Puts `order` into the random order of an epoch (Fisher and Yates with counters: no earlier epoch is needed).
inline void shuffle(uint64_t seed, int64_t epoch, int32_t* order, int32_t count) {
  for (int32_t i = 0; i + 1 < count; ++i) {
    const RandomWords words =
        random_words(seed, RandomStream::epoch_order, static_cast<uint64_t>(epoch), 0, static_cast<uint64_t>(i / 4));
    const int32_t other = i + static_cast<int32_t>(index_from(words.word[i % 4], static_cast<uint32_t>(count - i)));
    const int32_t moved = order[i];
    order[i] = order[other];
    order[other] = moved;
  }
}

// The entry, of at least one, that the item meets: each as often as its `weight` says.
template <class Entry>
const Entry& choose_entry(const Entry* entries, int32_t count, uint64_t seed, int64_t step, int32_t item) {
  double left = 0;
  for (int32_t i = 0; i < count; ++i)
    left += static_cast<double>(entries[i].weight);
  const RandomWords words =
      random_words(seed, RandomStream::corruption_choice, static_cast<uint64_t>(step), static_cast<uint32_t>(item), 0);
  left *= static_cast<double>(uniform_from(words.word[0]));
  for (int32_t i = 0; i < count; ++i) {
    left -= static_cast<double>(entries[i].weight);
    if (left < 0)
      return entries[i];
  }
  return entries[count - 1];
}

} // namespace pinhole
