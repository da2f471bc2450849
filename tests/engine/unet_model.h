// SPDX-License-Identifier: Apache-2.0
// The hardest graph of the first release: a two-level U-Net with a noise level, skips by concatenation and by addition.
#pragma once

#include "weights/sample_model.h"

namespace pinhole::testing {

// Entries "denoise" (image, level -> clean) and "train" (image, level, target -> loss). Channels kept small and odd.
inline void build_unet(ModelBuilder* b, int32_t image_channels = 1, int32_t width = 7) {
  const int32_t deep = width + 4;
  const ValueId image = b->input("image", {1, 16, 16, image_channels});
  const ValueId level = b->input("level", {1, 1, 1, 1});
  const ValueId small = b->layer("pixel_unshuffle", "unshuffle", {{"factor", {2}}}, {image});
  const ValueId plane = b->layer("expand", "level_plane", {}, {level, small});
  const ValueId head_in = b->layer("concat", "head_in", {}, {small, plane});
  auto conv = [&](const char* name, int32_t channels, ValueId in) {
    const ValueId y =
        b->layer("conv2d", name, {{"out_channels", {channels}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {in});
    return b->layer("relu", std::string(name) + "_relu", {}, {y});
  };
  const ValueId head = conv("head", width, head_in);
  const ValueId down =
      b->layer("conv2d", "down", {{"out_channels", {deep}}, {"kernel", {2, 2}}, {"stride", {2, 2}}}, {head});
  const ValueId inner = conv("inner", deep, down);
  const ValueId residual = b->layer("add", "inner_skip", {}, {inner, down});
  const ValueId up = b->layer("conv_transpose2d", "up",
                              {{"out_channels", {width}}, {"kernel", {2, 2}}, {"stride", {2, 2}}}, {residual});
  const ValueId skip = b->layer("concat", "skip", {}, {up, head});
  const ValueId fuse = conv("fuse", width, skip);
  const ValueId tail =
      b->layer("conv2d", "tail",
               {{"out_channels", {4 * image_channels}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {fuse});
  const ValueId noise = b->layer("pixel_shuffle", "shuffle", {{"factor", {2}}}, {tail});
  const ValueId clean = b->layer("add", "clean", {}, {noise, image});
  const ValueId target = b->input("target", {1, 16, 16, image_channels});
  const ValueId loss = b->layer("mse_loss", "loss", {}, {clean, target});
  b->entry("denoise", Mode::inference, {image, level}, {clean});
  b->entry("train", Mode::training, {image, level, target}, {loss});
  b->model().preprocessing.channels = image_channels == 3 ? Channels::rgb : Channels::gray;
}

} // namespace pinhole::testing
