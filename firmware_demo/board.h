// SPDX-License-Identifier: Apache-2.0
// What a board gives its firmware: a clock, a camera, a display, flash with the weights. Replace this file's
// implementation to bring your own.
#pragma once

#include "pinhole/pinhole.h"

namespace firmware {

// Frames of the simulator, and of most cameras in a preview mode.
constexpr int32_t kSceneWidth = 320, kSceneHeight = 240;
// The largest frame that the static memory is made for.
constexpr int32_t kMaxWidth = 1920, kMaxHeight = 1080;

struct Camera {
  void* context;
  // Fills the planes of `frame`, whose format, size and memory the firmware has set, with the picture of moment `index`
  // (counted from 0). False: there is none.
  bool (*grab)(void* context, int64_t index, pinhole_frame* frame);
};

// Gets each frame before and after; both are valid during the call only.
struct Display {
  void* context;
  void (*show)(void* context, int64_t index, const pinhole_frame& noisy, const pinhole_frame& denoised);
};

// A whole .pinhole file in static memory, 64-byte aligned.
struct Weights {
  unsigned char* data;
  size_t bytes;
};

enum class Bank { denoiser, trained_denoiser, scene };
// Reads a file into a bank. io_error; too_little_memory when the file exceeds the bank.
pinhole_status read_weights(const char* path, Bank bank, Weights* weights);
// A copy for training to write to.
Weights copy_weights(const Weights& from, Bank to);

// `bytes_per_pixel` 1: GRAY8, 3: RGB24. The rows have no gaps.
pinhole_frame make_frame(unsigned char* data, int32_t width, int32_t height, int32_t bytes_per_pixel);
int32_t bytes_per_pixel(const pinhole_frame& frame);

// Monotonic.
double now_seconds();

inline bool ok(const pinhole_status& status) {
  return status.code == PINHOLE_OK;
}
__attribute__((format(printf, 2, 3))) pinhole_status failure(pinhole_code code, const char* format, ...);

} // namespace firmware
