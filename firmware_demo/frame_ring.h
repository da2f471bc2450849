// SPDX-License-Identifier: Apache-2.0
// The last frames of the scene, and training pairs cut from them: a noisy patch, and the mean of the same place in the
// frames around it. Where nothing moves, that mean is the clean picture with a quarter of the noise's deviation, and
// its noise is independent of the patch's: no clean frame is ever needed (Lehtinen et al., Noise2Noise, 2018).
#pragma once

#include "board.h"

namespace firmware {

constexpr int32_t kRingFrames = 17; // the middle one is the noisy patch; 8 before and 8 after make the target
constexpr int32_t kPatch = 64;      // side of a patch

class FrameRing {
public:
  // `channels` 1 or 3. The pixels lie in static memory: there is one ring.
  explicit FrameRing(int32_t channels);

  // The frame to grab the next picture into: the oldest one.
  pinhole_frame next();
  void push() { ++pushed_; }
  bool full() const { return pushed_ >= kRingFrames; }
  // The k-th oldest frame, 0..kRingFrames-1. Being symmetric around the middle one, the mean of the others follows
  // light that changes evenly.
  pinhole_frame frame(int32_t k) const;
  pinhole_frame middle() const { return frame(kRingFrames / 2); }

  // Writes the patch with its corner at (x, y) into image `item` of both tensors, 0..1. False, with the tensors
  // untouched, when something moved there.
  bool cut_patch(int32_t x, int32_t y, int32_t item, const pinhole_tensor& noisy, const pinhole_tensor& target) const;

  static size_t static_bytes();

private:
  bool is_still(int32_t x, int32_t y) const;
  int32_t block_sum(int32_t k, int32_t x, int32_t y) const;

  int32_t channels_;
  int64_t pushed_ = 0;
};

} // namespace firmware
