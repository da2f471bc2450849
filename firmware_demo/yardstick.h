// SPDX-License-Identifier: Apache-2.0
// How good the firmware's frames are, beside the best that a Gaussian blur could have done.
#pragma once

#include "image/image.h"

namespace demo {

// The deviation in pixels, 0.3 to 2.0 in steps of 0.05, whose blur of `noisy` is nearest to `clean` on the mean of all
// pairs. It is chosen with the clean frames at hand, which no camera has: an upper bound of what a blur can do.
pinhole::Status best_blur(const std::vector<pinhole::Image>& noisy, const std::vector<pinhole::Image>& clean,
                          double* sigma);

// Mean PSNR over frames, in dB.
class Quality {
public:
  explicit Quality(double blur_sigma) : sigma_(blur_sigma) {}

  pinhole::Status add(const pinhole::Image& noisy, const pinhole::Image& denoised, const pinhole::Image& clean);

  int64_t frames() const { return frames_; }
  double blur_sigma() const { return sigma_; }
  double noisy() const { return mean(noisy_); }
  double denoised() const { return mean(denoised_); }
  double blurred() const { return mean(blurred_); }

private:
  double mean(double sum) const { return frames_ > 0 ? sum / static_cast<double>(frames_) : 0; }

  double sigma_, noisy_ = 0, denoised_ = 0, blurred_ = 0;
  int64_t frames_ = 0;
};

} // namespace demo
