// SPDX-License-Identifier: Apache-2.0
#include "train/brightness.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pinhole {

void set_brightness(float mean, Image* image) {
  constexpr double kMostFactor = 4;
  const auto sum = std::accumulate(image->pixels.begin(), image->pixels.end(), int64_t{0});
  const double now = static_cast<double>(sum) / static_cast<double>(image->pixels.size());
  const double wanted = 255 * static_cast<double>(mean);
  const double factor = std::clamp(wanted / std::max(now, 1.0), 1 / kMostFactor, kMostFactor);
  for (uint8_t& pixel : image->pixels)
    pixel = static_cast<uint8_t>(std::min(255L, std::lround(factor * pixel)));
}

} // namespace pinhole
