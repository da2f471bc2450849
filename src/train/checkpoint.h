// SPDX-License-Identifier: Apache-2.0
// Everything that a training needs to go on where it stopped, bit for bit. One file:
//
//   offset 0  char magic[8] "PINCKPT\n"   8 u32 version (2)   12 u32 CRC-32C of the bytes from 16 on
//         16  u64 file bytes
//         24  u64 seed, steps done, steps in all   i64 batch   (8 bytes each)
//         56  f64 sum of the losses since the last row of the history, f64 number of them
//         72  f64 best validation loss, i64 its step (-1: none), i64 validations since
//         96  texts: recipe, data, simd level: u64 bytes, then the bytes
//             arrays: weights, moment 1, moment 2, buffers, mean weights, best weights, best buffers:
//             u64 floats, then the floats
//             u64 parts of the loss, then f64 sums of each since that row; not in version 1, which is read too
// Little endian. Random numbers are functions of seed and step, so there is no other state.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

struct Checkpoint {
  uint64_t seed = 0;
  int64_t steps_done = 0, total_steps = 0, batch = 0;
  double loss_sum = 0, loss_count = 0;
  std::vector<double> part_sums; // of a loss that is a sum
  double best_loss = 0;
  int64_t best_step = -1, validations_since_best = 0;
  std::string recipe, data, simd;
  // Sections of the flat parameter block and, after them, what is not in it. Empty where unused.
  std::vector<float> weights, moment1, moment2, buffers;
  std::vector<float> mean_weights;               // exponential moving average
  std::vector<float> best_weights, best_buffers; // of the best validation so far
};

std::vector<uint8_t> write_checkpoint(const Checkpoint& checkpoint);
// bad_file for anything but a whole, undamaged checkpoint of finite numbers.
Status read_checkpoint(const void* bytes, size_t size, Checkpoint* checkpoint);

// The file at `path` is the old or the new one after a crash, never a mixture.
Status save_checkpoint(const std::string& path, const Checkpoint& checkpoint);
Status load_checkpoint(const std::string& path, Checkpoint* checkpoint);

} // namespace pinhole
