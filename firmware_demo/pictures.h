// SPDX-License-Identifier: Apache-2.0
// Between the firmware's frames and pictures that can be measured and written to files.
#pragma once

#include "image/image.h"
#include "pinhole/pinhole.h"

namespace demo {

// A copy of a GRAY8 or RGB24 frame.
pinhole::Image to_image(const pinhole_frame& frame);
// Into a frame of the same size and channels.
void copy_to_frame(const pinhole::Image& image, pinhole_frame* frame);

// BT.601 luma of an RGB picture, unrounded: what a gray sensor sees.
pinhole::FloatImage luma(const pinhole::FloatImage& rgb);

} // namespace demo
