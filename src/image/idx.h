// SPDX-License-Identifier: Apache-2.0
// The IDX files of MNIST and Fashion-MNIST, plain or gzip (the content decides).
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

struct IdxImages {
  int32_t count = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels; // count * height * width, gray, image after image
};

// io_error: cannot be read. bad_file: not IDX of bytes in three dimensions (labels: one), sizes that the file does not
// hold, more than 2 GiB, or a damaged gzip stream. The result is unchanged on errors.
Status load_idx_images(const std::string& path, IdxImages* images);
Status load_idx_labels(const std::string& path, std::vector<uint8_t>* labels);

} // namespace pinhole
