// SPDX-License-Identifier: Apache-2.0
// Which random numbers belong to what: every use has a stream of its own under the run's seed, so that any number can
// be computed again without those before it.
#pragma once

#include "base/philox.h"

namespace pinhole {

enum class RandomStream : uint16_t {
  corruption_parameters = 0,
  corruption_values = 1,
  validation_parameters = 2,
  validation_values = 3,
  initial_weights = 4,
  epoch_order = 5,
  crop = 6,
  corruption_choice = 7,
  held_out = 8,
  latent_sample = 9,
};

// Four words at `place` (below 2^40) of item `item` at step `step` (below 2^40).
inline RandomWords random_words(uint64_t seed, RandomStream stream, uint64_t step, uint32_t item, uint64_t place) {
  return philox(seed, place | (step << 40),
                (step >> 24) | (uint64_t{item} << 16) | (static_cast<uint64_t>(stream) << 48));
}

} // namespace pinhole
