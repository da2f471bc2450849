// SPDX-License-Identifier: Apache-2.0
#include "defect_pictures.h"

#include "defect_folder.h"
#include "image/heatmap.h"
#include "image/strip.h"
#include "output_folder.h"

#include <algorithm>
#include <filesystem>

namespace pinhole::tool {
namespace {

constexpr size_t kShownOfAKind = 4;
constexpr float kOpacity = 0.7f;

Image picture_of(const Mask& mask) {
  Image image;
  image.width = mask.width;
  image.height = mask.height;
  image.channels = 1;
  for (const uint8_t marked : mask.marked)
    image.pixels.push_back(marked ? 255 : 0);
  return image;
}

} // namespace

Status DefectPictures::open() {
  return folder_.empty() ? Status() : make_output_folder("--heatmaps", folder_);
}

Status DefectPictures::add(const std::string& kind, const std::string& path, const Image& picture,
                           const FloatImage& heat, const Mask& mask, double score) {
  if (folder_.empty())
    return {};
  Shown shown = {score, {picture, {}}};
  PINHOLE_RETURN_IF_ERROR(overlay_heat(picture, heat, 0.1f, 1, kOpacity, &shown.row[1]));
  const std::string name = kind + "_" + std::filesystem::path(path).stem().string() + ".png";
  PINHOLE_RETURN_IF_ERROR(save_image(folder_ + "/" + name, shown.row[1]));
  if (!mask.marked.empty())
    shown.row.push_back(picture_of(mask));
  if (kinds_.empty() || kinds_.back().kind != kind)
    kinds_.push_back({kind, {}});
  std::vector<Shown>& worst = kinds_.back().shown;
  const auto worse = [&](const Shown& a, const Shown& b) {
    return kind == kGood ? a.score > b.score : a.score < b.score;
  };
  worst.insert(std::upper_bound(worst.begin(), worst.end(), shown, worse), shown);
  if (worst.size() > kShownOfAKind)
    worst.pop_back();
  return {};
}

Status DefectPictures::finish() {
  if (folder_.empty() || kinds_.empty())
    return {};
  std::vector<Image> columns;
  for (const Worst& worst : kinds_) {
    std::vector<Image> rows;
    for (const Shown& shown : worst.shown) {
      rows.emplace_back();
      PINHOLE_RETURN_IF_ERROR(compose_strip(shown.row, StripDirection::across, 1, &rows.back()));
    }
    columns.emplace_back();
    PINHOLE_RETURN_IF_ERROR(compose_strip(rows, StripDirection::down, 1, &columns.back()));
  }
  Image sheet;
  PINHOLE_RETURN_IF_ERROR(compose_strip(columns, StripDirection::across, 1, &sheet));
  return save_image(folder_ + "/contact.png", sheet);
}

} // namespace pinhole::tool
