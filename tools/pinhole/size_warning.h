// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.h"
#include "progress.h"

#include <string>

namespace pinhole::tool {

// Says of the first picture with a side below `least_side`, what the model was trained on, that it is too small; of the
// others nothing more. 0: any size will do.
class SizeWarning {
public:
  explicit SizeWarning(int32_t least_side) : least_side_(least_side) {}
  void look_at(const std::string& path, const Image& picture, ProgressLine* line);

private:
  int32_t least_side_;
  bool said_ = false;
};

} // namespace pinhole::tool
