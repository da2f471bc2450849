// SPDX-License-Identifier: Apache-2.0
// How near a picture is to its reference. Both must have the same size and channels (invalid_argument otherwise).
#pragma once

#include "image/image.h"

namespace pinhole {

// 10 * log10(255^2 / mean squared error), over all pixels and channels, in dB; infinity for equal pictures. A float
// result must go through to_bytes first: published figures clip and round.
Status psnr(const Image& image, const Image& reference, double* decibel);

// Structural similarity (Wang et al. 2004): 11 x 11 Gaussian window of sigma 1.5, K = 0.01 and 0.03, range 255,
// population covariance, mean over all windows that lie inside the picture and over the channels. Equals scikit-image's
// structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False).
// invalid_argument when a side is below 11.
Status ssim(const Image& image, const Image& reference, double* similarity);

} // namespace pinhole
