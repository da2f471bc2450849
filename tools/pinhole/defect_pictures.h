// SPDX-License-Identifier: Apache-2.0
// What people look at: each picture under its heat, and a contact sheet of where a model does worst.
#pragma once

#include "image/regions.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class DefectPictures {
public:
  // `folder`: "" for no pictures.
  explicit DefectPictures(std::string folder) : folder_(std::move(folder)) {}

  Status open();
  // Writes KIND_NAME.png. `mask` may be empty.
  Status add(const std::string& kind, const std::string& path, const Image& picture, const FloatImage& heat,
             const Mask& mask, double score);
  // Writes contact.png: of each kind the defective pictures with the lowest scores and the good ones with the highest;
  // picture, heat, mask.
  Status finish();

private:
  struct Shown {
    double score = 0;
    std::vector<Image> row; // picture, heat, mask
  };
  struct Worst {
    std::string kind;
    std::vector<Shown> shown; // worst first
  };

  std::string folder_;
  std::vector<Worst> kinds_;
};

} // namespace pinhole::tool
