// SPDX-License-Identifier: Apache-2.0
// Noise as it leaves a camera. Demosaicing and the camera's own noise reduction smooth it, colour more than brightness,
// so that neighbouring pixels share it: a network that has met white noise alone takes it for texture. The chain is
// that of CBDNet (Guo et al., CVPR 2019) in short: noise that grows with the light, smoothed, then JPEG.
#pragma once

#include "train/recipe.h"

namespace pinhole {

// kind camera: the noise's root mean square over the image is the sigma drawn from `first`; its brightness is smoothed
// by a Gaussian of the drawn `second` pixels, its colour by up to 2 pixels more and scaled by 0.3 to 1.2. `image` is
// f32 in 0..1, n = 1, 1 or 3 channels; unclipped afterwards. Returns the sigma in units of x in *level.
Status add_camera_noise(const Corruption& corruption, const NoiseKey& key, const View& image, float* level);

} // namespace pinhole
