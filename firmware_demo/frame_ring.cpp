// SPDX-License-Identifier: Apache-2.0
#include "frame_ring.h"

#include <cstdlib>

namespace firmware {
namespace {

constexpr size_t kFrameBytes = size_t{3} * kSceneWidth * kSceneHeight;
alignas(64) unsigned char ring_pixels[kRingFrames][kFrameBytes];

constexpr int32_t kBlock = 8; // side of the blocks in which motion is looked for
// Difference of the means before and after at which a block counts as moving, 0..255. A block of 64 gray pixels with
// noise of deviation 14 differs by 0.9 (one deviation) by chance.
constexpr int32_t kMovingDifference = 4;

const unsigned char* pixel(const pinhole_frame& frame, int32_t x, int32_t y) {
  return static_cast<const unsigned char*>(frame.plane[0]) + static_cast<size_t>(y) * frame.pitch[0] +
         static_cast<size_t>(x * bytes_per_pixel(frame));
}

} // namespace

FrameRing::FrameRing(int32_t channels) : channels_(channels) {}

size_t FrameRing::static_bytes() {
  return sizeof ring_pixels;
}

pinhole_frame FrameRing::next() {
  return make_frame(ring_pixels[pushed_ % kRingFrames], kSceneWidth, kSceneHeight, channels_);
}

pinhole_frame FrameRing::frame(int32_t k) const {
  return make_frame(ring_pixels[(pushed_ + k) % kRingFrames], kSceneWidth, kSceneHeight, channels_);
}

int32_t FrameRing::block_sum(int32_t k, int32_t x, int32_t y) const {
  const pinhole_frame source = frame(k);
  int32_t sum = 0;
  for (int32_t row = 0; row < kBlock; ++row) {
    const unsigned char* from = pixel(source, x, y + row);
    for (int32_t i = 0; i < kBlock * channels_; ++i)
      sum += from[i];
  }
  return sum;
}

bool FrameRing::is_still(int32_t x, int32_t y) const {
  constexpr int32_t kHalf = kRingFrames / 2;
  const int32_t limit = kMovingDifference * kHalf * kBlock * kBlock * channels_;
  for (int32_t block_y = y; block_y < y + kPatch; block_y += kBlock)
    for (int32_t block_x = x; block_x < x + kPatch; block_x += kBlock) {
      int32_t change = 0;
      for (int32_t k = 0; k < kHalf; ++k)
        change += block_sum(kRingFrames - 1 - k, block_x, block_y) - block_sum(k, block_x, block_y);
      if (std::abs(change) > limit)
        return false;
    }
  return true;
}

bool FrameRing::cut_patch(int32_t x, int32_t y, int32_t item, const pinhole_tensor& noisy,
                          const pinhole_tensor& target) const {
  if (!is_still(x, y))
    return false;
  for (int32_t row = 0; row < kPatch; ++row) {
    const int64_t noisy_row = item * noisy.image_stride + row * noisy.row_stride;
    const int64_t target_row = item * target.image_stride + row * target.row_stride;
    const unsigned char* rows[kRingFrames];
    for (int32_t k = 0; k < kRingFrames; ++k)
      rows[k] = pixel(frame(k), x, y + row);
    for (int32_t i = 0; i < kPatch * channels_; ++i) {
      const int32_t column = i / channels_, channel = i % channels_, own = rows[kRingFrames / 2][i];
      int32_t sum = -own;
      for (const unsigned char* from : rows)
        sum += from[i];
      noisy.data[noisy_row + column * noisy.pixel_stride + channel] = static_cast<float>(own) / 255;
      target.data[target_row + column * target.pixel_stride + channel] =
          static_cast<float>(sum) / (255 * (kRingFrames - 1));
    }
  }
  return true;
}

} // namespace firmware
