// SPDX-License-Identifier: Apache-2.0
// Pictures at a model's fixed size, and the memory of which of them it was trained on: a threshold must never rest on
// those.
#pragma once

#include "image/image.h"
#include "pinhole/pinhole.h"

#include <string>

namespace pinhole {

// A frame that looks at the picture's pixels; to be read only.
pinhole_frame frame_of(const Image& image);

// The whole picture averaged into height x width with `channels` channels (RGB to gray by BT.601 luma), as the firmware
// sees it; *fitted may be &image.
Status fit_image(const Image& image, int32_t height, int32_t width, int32_t channels, Image* fitted);

// CRC-32C of the pixels of a fitted picture: what a file remembers of a frame.
uint32_t frame_checksum(const Image& fitted);

// What a file can name as trained on, see below.
constexpr size_t kMostTrainedFrames = 300000;

// Checksums as a text for a file's provenance, and back, in ascending order, each once: what follows the mark in
// `note`, nothing without it. Older files name them one by one; those are read too. So many as
// kMostTrainedFrames fit into the note of a file.
std::string trained_frames_text(std::vector<uint32_t> checksums);
std::vector<uint32_t> trained_frames(const std::string& note);

} // namespace pinhole
