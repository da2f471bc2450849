// SPDX-License-Identifier: Apache-2.0
#include "defect_pictures.h"

#include "defect_folder.h"
#include "image/heatmap.h"
#include "output_folder.h"
#include "sheet.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace pinhole::tool {
namespace {

constexpr float kOpacity = 0.7f;
constexpr Color kRule = {200, 200, 200};
constexpr int32_t kBetween = 2;                              // pixels between picture, heat and mask
constexpr size_t kKept = 32;                                 // of a kind, until it is known how many there is room for
constexpr int32_t kPictureHeight = 160, kPictureWidth = 240; // at most; one of the two is reached
constexpr int32_t kNameWidth = 240;                          // what a narrow tile grows to for its file's name
constexpr int32_t kRows = 8, kLeastRows = 2, kMostRows = 4;  // of all kinds; of one

Image picture_of(const Mask& mask) {
  Image image;
  image.width = mask.width;
  image.height = mask.height;
  image.channels = 1;
  for (const uint8_t marked : mask.marked)
    image.pixels.push_back(marked ? 255 : 0);
  return image;
}

// With gray lines between them: pictures and masks may be white to their edge.
Status set_side_by_side(const std::vector<Image>& parts, Image* out) {
  int32_t width = -kBetween;
  for (const Image& part : parts)
    width += part.width + kBetween;
  PINHOLE_RETURN_IF_ERROR(make_image(width, parts[0].height, 3, out));
  fill_rectangle(0, 0, out->width, out->height, kRule, out);
  int32_t left = 0;
  for (const Image& part : parts) {
    paste(part, left, 0, out);
    left += part.width + kBetween;
  }
  return {};
}

} // namespace

Status DefectPictures::open() {
  return folder_.empty() ? Status() : make_output_folder("--heatmaps", folder_);
}

Status DefectPictures::add(const std::string& kind, const std::string& path, const Image& picture,
                           const FloatImage& heat, const Mask& mask, double score) {
  if (folder_.empty())
    return {};
  Image overlaid;
  PINHOLE_RETURN_IF_ERROR(overlay_heat(picture, heat, 0.1f, 1, kOpacity, &overlaid));
  const std::filesystem::path file = path;
  PINHOLE_RETURN_IF_ERROR(save_image(folder_ + "/" + kind + "_" + file.stem().string() + ".png", overlaid));
  if (kinds_.empty() || kinds_.back().name != kind)
    kinds_.push_back({kind, 0, {}, {}});
  ++kinds_.back().pictures;
  Tile tile = {score, file.filename().string(), {}};
  std::vector<Image> parts = {picture, std::move(overlaid)};
  if (!mask.marked.empty())
    parts.push_back(picture_of(mask));
  const double scale = scale_to_fit(picture, kPictureWidth, kPictureHeight);
  for (Image& part : parts)
    PINHOLE_RETURN_IF_ERROR(scale_picture(part, scale, &part));
  PINHOLE_RETURN_IF_ERROR(set_side_by_side(parts, &tile.picture));
  const auto keep = [&tile](std::vector<Tile>* tiles, auto goes_before) {
    tiles->insert(std::upper_bound(tiles->begin(), tiles->end(), tile, goes_before), tile);
    if (tiles->size() > kKept)
      tiles->pop_back();
  };
  if (kind != kGood)
    keep(&kinds_.back().lowest, [](const Tile& a, const Tile& b) { return a.score < b.score; });
  keep(&kinds_.back().highest, [](const Tile& a, const Tile& b) { return a.score > b.score; });
  return {};
}

int32_t DefectPictures::Tile::width() const {
  return std::max(picture.width, std::min(line_width(name), kNameWidth));
}

// What goes where; the sheet's size is known when all is placed.
struct DefectPictures::Sheet {
  struct Placed {
    const Tile* tile;
    int32_t left, top;
  };
  struct Line {
    std::string text;
    int32_t left, top;
  };

  int32_t width = 0, height = kSheetTitle;
  std::vector<Placed> tiles;
  std::vector<Line> lines;
  std::vector<int32_t> rules; // their rows; one above each kind

  void add_line(const std::string& text, int32_t left, int32_t top);
  // The first of `tiles` in up to `rows` rows, with their captions, under a heading that says which they are.
  // Returns how many there was room for.
  size_t add_tiles(const Kind& kind, const std::vector<Tile>& tiles, size_t most, int32_t rows);
  void add_kind(const Kind& kind, int32_t rows);
  Status draw(Image* out) const;
};

void DefectPictures::Sheet::add_line(const std::string& text, int32_t left, int32_t top) {
  lines.push_back({text, left, top});
  width = std::max(width, left + line_width(text) + kSheetMargin);
}

size_t DefectPictures::Sheet::add_tiles(const Kind& kind, const std::vector<Tile>& from, size_t most, int32_t rows) {
  constexpr int32_t kCaptions = kSheetCaption + 2 * kSheetLine + kSheetMargin;
  const int32_t heading_top = height;
  height += kSheetLine + kSheetCaption;
  int32_t left = kSheetMargin, tallest = 0, row = 1;
  size_t shown = 0;
  for (; shown < std::min(from.size(), most); ++shown) {
    const Tile& tile = from[shown];
    if (left > kSheetMargin && left + tile.width() + kSheetMargin > kMostWidth) {
      if (row++ == rows)
        break;
      height += tallest + kCaptions;
      left = kSheetMargin;
      tallest = 0;
    }
    tiles.push_back({&tile, left, height});
    const int32_t below = height + tile.picture.height + kSheetCaption;
    char score[32];
    std::snprintf(score, sizeof score, "score %.4g", tile.score);
    add_line(fit_line(tile.name, tile.width()), left, below);
    add_line(score, left, below + kSheetLine);
    left += tile.width() + kSheetMargin;
    width = std::max(width, left);
    tallest = std::max(tallest, tile.picture.height);
  }
  height += tallest + kCaptions;
  const std::string order = &from == &kind.lowest ? "lowest" : "highest", count = std::to_string(kind.pictures);
  const std::string which = shown < kind.pictures
                                ? "the " + std::to_string(shown) + " " + order + " of " + count + " scores"
                                : "all " + count + ", the " + order + " score first";
  add_line(fit_line(kind.name + ": " + which, kMostWidth - 2 * kSheetMargin), kSheetMargin, heading_top);
  return shown;
}

// What was missed, then what was found; of the good ones what was taken for a defect.
void DefectPictures::Sheet::add_kind(const Kind& kind, int32_t rows) {
  rules.push_back(height);
  height += kSheetMargin;
  size_t shown = 0;
  if (!kind.lowest.empty()) {
    shown = add_tiles(kind, kind.lowest, kind.pictures, rows / 2);
    rows -= rows / 2;
  }
  if (shown < kind.pictures)
    add_tiles(kind, kind.highest, kind.pictures - shown, rows);
}

Status DefectPictures::Sheet::draw(Image* out) const {
  PINHOLE_RETURN_IF_ERROR(make_sheet(width, height, out));
  for (const int32_t row : rules)
    fill_rectangle(kSheetMargin, row, width - 2 * kSheetMargin, kSheetLetter, kRule, out);
  for (const Placed& placed : tiles) {
    const Image& picture = placed.tile->picture;
    fill_rectangle(placed.left - 1, placed.top - 1, picture.width + 2, picture.height + 2, kRule, out);
    paste(picture, placed.left, placed.top, out);
  }
  for (const Line& line : lines)
    write_line(line.text, line.left, line.top, out);
  return {};
}

Status DefectPictures::finish() {
  if (folder_.empty() || kinds_.empty())
    return {};
  Sheet sheet;
  const bool any_good = std::any_of(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return kind.name == kGood; });
  sheet.add_line(std::string("Each tile: picture | heat | mask") + (any_good ? " (a good picture has none)" : ""),
                 kSheetMargin, kSheetMargin);
  const int32_t rows = std::clamp(kRows / static_cast<int32_t>(kinds_.size()), kLeastRows, kMostRows);
  for (const Kind& kind : kinds_)
    sheet.add_kind(kind, rows);
  Image drawn;
  PINHOLE_RETURN_IF_ERROR(sheet.draw(&drawn));
  return save_image(folder_ + "/contact.png", drawn);
}

} // namespace pinhole::tool
