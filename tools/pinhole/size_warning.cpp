// SPDX-License-Identifier: Apache-2.0
#include "size_warning.h"

#include "image/file_bytes.h"

#include <algorithm>

namespace pinhole::tool {

void SizeWarning::look_at(const std::string& path, const Image& picture, ProgressLine* line) {
  if (said_ || std::min(picture.width, picture.height) >= least_side_)
    return;
  said_ = true;
  line->clear();
  const auto size = [](int32_t width, int32_t height) { return std::to_string(width) + "x" + std::to_string(height); };
  print_warning(short_path(path) + ": " + size(picture.width, picture.height) + ", smaller than the " +
                size(least_side_, least_side_) +
                " that the model was trained on: do not rely on what it says of such pictures; give larger ones, or "
                "train by a copy of the recipe with a smaller \"patch\"");
}

} // namespace pinhole::tool
