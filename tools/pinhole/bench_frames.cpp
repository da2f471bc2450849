// SPDX-License-Identifier: Apache-2.0
#include "bench_frames.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace pinhole::tool {

void BenchFrames::make(int32_t width, int32_t height, uint64_t seed) {
  width_ = width;
  height_ = height;
  const size_t size = size_t{3} * static_cast<size_t>(width) * static_cast<size_t>(height);
  std::mt19937 random(static_cast<uint32_t>(seed));
  std::normal_distribution<double> noise(0, 20);
  for (std::vector<uint8_t>& pixels : inputs_) {
    pixels.resize(size);
    for (size_t i = 0; i < size; ++i) {
      const double texture = 128 + 60 * std::sin(static_cast<double>(i % (3 * static_cast<size_t>(width))) / 40.0);
      pixels[i] = static_cast<uint8_t>(std::clamp(texture + noise(random), 0.0, 255.0));
    }
  }
  output_.resize(size);
}

pinhole_frame BenchFrames::input(int32_t number) {
  return frame(&inputs_[number % kInputs]);
}

pinhole_frame BenchFrames::frame(std::vector<uint8_t>* pixels) const {
  pinhole_frame made = {};
  made.format = PINHOLE_RGB24;
  made.width = width_;
  made.height = height_;
  made.plane[0] = pixels->data();
  made.pitch[0] = size_t{3} * static_cast<size_t>(width_);
  return made;
}

} // namespace pinhole::tool
