// SPDX-License-Identifier: Apache-2.0
#include "anomaly/window_ssim.h"

namespace pinhole {
namespace {

constexpr float kLuminance = 0.01f * 0.01f, kContrast = 0.03f * 0.03f;

float channel_ssim(const GainFit& fit, const View& picture, const View& reconstruction, const Window& window,
                   const IgnoredCells& ignored, int32_t channel) {
  int32_t count = 0;
  float sum_x = 0, sum_y = 0, sum_xx = 0, sum_yy = 0, sum_xy = 0;
  for (int32_t row = window.top; row < window.bottom; ++row) {
    const float *seen = picture.row<float>(0, row) + channel, *expected = reconstruction.row<float>(0, row) + channel;
    const uint8_t* beside = ignored.at_row(row);
    for (int32_t column = window.left; column < window.right; ++column) {
      if (beside && beside[column / kCellSide])
        continue;
      ++count;
      // About the middle of the range, so that the squares do not swallow a small variance.
      const float x = seen[column * picture.pixel_stride] - 0.5f;
      const float y = fit.gain * expected[column * reconstruction.pixel_stride] + fit.offset - 0.5f;
      sum_x += x, sum_y += y;
      sum_xx += x * x, sum_yy += y * y, sum_xy += x * y;
    }
  }
  if (count == 0)
    return 1;
  const auto pixels = static_cast<float>(count);
  const float mean_x = sum_x / pixels, mean_y = sum_y / pixels;
  const float variances = (sum_xx + sum_yy) / pixels - mean_x * mean_x - mean_y * mean_y;
  const float covariance = sum_xy / pixels - mean_x * mean_y;
  const float light_x = mean_x + 0.5f, light_y = mean_y + 0.5f;
  return (2 * light_x * light_y + kLuminance) * (2 * covariance + kContrast) /
         ((light_x * light_x + light_y * light_y + kLuminance) * (variances + kContrast));
}

} // namespace

float window_ssim(const GainFit& fit, const View& picture, const View& reconstruction, const Window& window,
                  const IgnoredCells& ignored) {
  float sum = 0;
  for (int32_t channel = 0; channel < picture.desc.c; ++channel)
    sum += channel_ssim(fit, picture, reconstruction, window, ignored, channel);
  return sum / static_cast<float>(picture.desc.c);
}

} // namespace pinhole
