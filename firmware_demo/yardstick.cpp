// SPDX-License-Identifier: Apache-2.0
#include "yardstick.h"

#include "image/filter.h"
#include "image/metrics.h"

namespace demo {
namespace {

pinhole::Status blurred_psnr(const pinhole::Image& noisy, const pinhole::Image& clean, double sigma, double* decibel) {
  pinhole::FloatImage smooth = to_float(noisy);
  PINHOLE_RETURN_IF_ERROR(gaussian_blur(smooth, sigma, &smooth));
  return psnr(to_bytes(smooth), clean, decibel);
}

} // namespace

pinhole::Status best_blur(const std::vector<pinhole::Image>& noisy, const std::vector<pinhole::Image>& clean,
                          double* sigma) {
  double best = -1;
  for (int step = 6; step <= 40; ++step) {
    double sum = 0;
    for (size_t i = 0; i < noisy.size(); ++i) {
      double decibel = 0;
      PINHOLE_RETURN_IF_ERROR(blurred_psnr(noisy[i], clean[i], 0.05 * step, &decibel));
      sum += decibel;
    }
    if (sum > best) {
      best = sum;
      *sigma = 0.05 * step;
    }
  }
  return {};
}

pinhole::Status Quality::add(const pinhole::Image& noisy, const pinhole::Image& denoised, const pinhole::Image& clean) {
  double in = 0, out = 0, blur = 0;
  PINHOLE_RETURN_IF_ERROR(psnr(noisy, clean, &in));
  PINHOLE_RETURN_IF_ERROR(psnr(denoised, clean, &out));
  PINHOLE_RETURN_IF_ERROR(blurred_psnr(noisy, clean, sigma_, &blur));
  noisy_ += in;
  denoised_ += out;
  blurred_ += blur;
  ++frames_;
  return {};
}

} // namespace demo
