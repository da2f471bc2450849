// SPDX-License-Identifier: Apache-2.0
// Kind isp: a picture as a camera would have taken it, noise and all. "Unprocessing" (Brooks et al., CVPR 2019): back
// to the light on the sensor, noise there, then forward through the camera's own processing to a JPEG.
// weights/CAMERA_NOISE.md has the steps and the ranges.
#pragma once

#include "image/image.h"
#include "train/recipe.h"

namespace pinhole {

struct CameraShot {
  Image noisy;     // as the camera's JPEG decodes
  Image clean;     // the same camera's picture without noise and compression: the mean of many shots
  float level = 0; // 0..1: what the engine's estimate finds in `noisy`; there is no one true number
};

// Takes `picture` with the camera that the corruption's ranges and the key draw. invalid_argument: not RGB, or under 4
// pixels wide or high.
Status take_camera_shot(const Corruption& corruption, const NoiseKey& key, const FloatImage& picture, CameraShot* shot);

// The same from and into views (f32 in 0..1, n = 1): `image` becomes the shot, `target` (data may be null) the clean
// picture.
Status take_camera_shot(const Corruption& corruption, const NoiseKey& key, const View& image, const View& target,
                        float* level);

} // namespace pinhole
