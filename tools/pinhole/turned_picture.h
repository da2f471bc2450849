// SPDX-License-Identifier: Apache-2.0
// The ways in which a recipe's training turns its patches, so that a model can be asked in each of them.
#pragma once

#include "image/image.h"

namespace pinhole::tool {

// Left becomes right, then rows become columns.
struct Turn {
  bool flip, transpose;
};

// *turned, an image of its own, gets the picture's channels; its width and height are the picture's, or swapped.
Status turn_picture(const Image& picture, Turn turn, Image* turned);

// Adds `said`, which has the size of the turned picture, to what is said of the picture, pixel by pixel; *sum has the
// picture's size and as many channels as `said`.
void add_turned_back(const FloatImage& said, Turn turn, FloatImage* sum);

} // namespace pinhole::tool
