// SPDX-License-Identifier: Apache-2.0
// How the channels of one group are cut into blocks of whole vectors.
#pragma once

#include "base/checked.h"

#include <cstdint>

namespace pinhole {

// One block: channels first .. first + channels - 1 in `vectors` vectors, the last perhaps not full.
struct ChannelBlock {
  int32_t first, channels, vectors;
};

// Blocks of at most `max_vectors` vectors of `lanes` channels, as even as whole vectors allow.
struct ChannelBlocks {
  int32_t channels, lanes, vectors, count;

  ChannelBlocks(int32_t of_channels, int32_t of_lanes, int32_t max_vectors)
      : channels(of_channels), lanes(of_lanes), vectors(ceil_div(of_channels, of_lanes)),
        count(ceil_div(vectors, max_vectors)) {}

  ChannelBlock operator[](int32_t block) const {
    const int32_t begin = split(block), end = split(block + 1);
    return {begin * lanes, min_of(end * lanes, channels) - begin * lanes, end - begin};
  }

private:
  int32_t split(int32_t block) const { return static_cast<int32_t>(int64_t{vectors} * block / count); }
};

} // namespace pinhole
