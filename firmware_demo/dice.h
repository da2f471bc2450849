// SPDX-License-Identifier: Apache-2.0
// Numbers drawn from a seed, in order.
#pragma once

#include "base/philox.h"

namespace demo {

class Dice {
public:
  // Different streams of one seed have nothing to do with each other.
  Dice(uint64_t seed, uint32_t stream) : seed_(seed), stream_(stream) {}

  float between(float low, float high) { return low + (high - low) * pinhole::uniform_from(next()); }
  int32_t whole(int32_t low, int32_t high) { // both included
    return low + static_cast<int32_t>(pinhole::index_from(next(), static_cast<uint32_t>(high - low + 1)));
  }
  bool chance(float probability) { return between(0, 1) < probability; }
  uint32_t next() { return pinhole::philox(seed_, drawn_++, stream_).word[0]; }

private:
  uint64_t seed_, drawn_ = 0;
  uint32_t stream_;
};

// What the streams are for.
enum Stream : uint32_t { kLayoutStream = 101, kLightStream, kProgrammeStream, kLooksStream };

} // namespace demo
