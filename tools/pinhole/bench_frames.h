// SPDX-License-Identifier: Apache-2.0
// Made-up camera frames: a texture with noise that differs from frame to frame.
#pragma once

#include "pinhole/pinhole.h"

#include <cstdint>
#include <vector>

namespace pinhole::tool {

class BenchFrames {
public:
  void make(int32_t width, int32_t height, uint64_t seed);

  // RGB24 frames in this object's memory: a few inputs in turn, and one output.
  pinhole_frame input(int32_t number);
  pinhole_frame output() { return frame(&output_); }

private:
  static constexpr int32_t kInputs = 4;

  pinhole_frame frame(std::vector<uint8_t>* pixels) const;

  int32_t width_ = 0, height_ = 0;
  std::vector<uint8_t> inputs_[kInputs], output_;
};

} // namespace pinhole::tool
