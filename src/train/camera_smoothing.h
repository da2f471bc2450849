// SPDX-License-Identifier: Apache-2.0
// What a camera does against noise by itself before it compresses a picture, and the sharpening after it.
#pragma once

#include "image/image.h"

namespace pinhole {

// Widths are deviations of Gaussians in pixels; strengths are shares of what the Gaussian would take away.
struct CameraSmoothing {
  float luma_width = 0, luma_strength = 0;
  float luma_contrast = 1; // local contrast, in deviations of the noise, at which the strength has halved
  float chroma_width = 0, chroma_strength = 0;
  float sharpen_width = 1, sharpen_amount = 0; // unsharp mask of the luma
};

// Smooths and sharpens a noisy picture and its noise-free version, RGB of one size, in place. Both go through the same
// linear filter: it follows the noise-free picture's contrast, so that the one is the other's mean over many shots.
Status smooth_in_camera(const CameraSmoothing& smoothing, FloatImage* noisy, FloatImage* clean);

} // namespace pinhole
