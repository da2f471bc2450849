// SPDX-License-Identifier: Apache-2.0
// What people look at: each picture under its heat, and a contact sheet of what a model scores lowest and highest.
#pragma once

#include "image/regions.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class DefectPictures {
public:
  static constexpr int32_t kMostWidth = 1600; // of the contact sheet

  // `folder`: "" for no pictures.
  explicit DefectPictures(std::string folder) : folder_(std::move(folder)) {}

  Status open();
  // Writes KIND_NAME.png. `mask` is empty or of the picture's size. The pictures of a kind come one after the other.
  Status add(const std::string& kind, const std::string& path, const Image& picture, const FloatImage& heat,
             const Mask& mask, double score);
  // Writes contact.png: of each kind, under its name, the defective pictures with the lowest scores and those with the
  // highest, the good ones with the highest, as many as a few rows hold; picture | heat | mask, with file name and
  // score.
  Status finish();

private:
  struct Tile {
    double score = 0;
    std::string name;
    Image picture; // picture, heat, mask, side by side

    int32_t width() const;
  };
  struct Kind {
    std::string name;
    size_t pictures = 0;
    std::vector<Tile> lowest, highest; // `lowest` stays empty for the good ones
  };
  struct Sheet;

  std::string folder_;
  std::vector<Kind> kinds_;
};

} // namespace pinhole::tool
