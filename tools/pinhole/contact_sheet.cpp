// SPDX-License-Identifier: Apache-2.0
#include "contact_sheet.h"

#include "sheet.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {
namespace {

constexpr int kQuality = 88;
constexpr int32_t kTileSide = 320, kColumns = 4;
constexpr Color kBox = {255, 64, 48};

void draw_box(const pinhole_box& box, double scale, Image* image) {
  if (box.width <= 0 || box.height <= 0)
    return;
  const auto at = [scale](int32_t value) { return static_cast<int32_t>(std::lround(value * scale)); };
  const int32_t left = at(box.x), top = at(box.y);
  const int32_t width = std::max(at(box.x + box.width) - left, 4), height = std::max(at(box.y + box.height) - top, 4);
  // A dark line around the bright one: visible on everything.
  for (const int32_t wider : {1, 0}) {
    const Color& color = wider ? kSheetInk : kBox;
    const int32_t x = left - wider, y = top - wider, w = width + 2 * wider, h = height + 2 * wider;
    const int32_t line = 2 + 2 * wider;
    fill_rectangle(x, y, w, line, color, image);
    fill_rectangle(x, y + h - line, w, line, color, image);
    fill_rectangle(x, y, line, h, color, image);
    fill_rectangle(x + w - line, y, line, h, color, image);
  }
}

} // namespace

void ContactSheet::offer(Which which, int64_t number, double score, const Image& shown, const pinhole_box& box) {
  const double scale = scale_to_fit(shown, kTileSide, kTileSide);
  Image small;
  if (!scale_picture(shown, scale, &small).ok())
    return; // no memory: the alert is in the log all the same
  draw_box(box, scale, &small);
  candidate_[which].picture = std::move(small);
  candidate_[which].number = number;
  candidate_[which].score = score;
}

void ContactSheet::close(Which which, const pinhole_event& event, int64_t alert, const std::string& time) {
  Tile tile = std::move(candidate_[which]);
  candidate_[which] = {};
  if (tile.picture.width == 0) {
    ++left_out_;
    return;
  }
  tile.alert = alert;
  tile.first = event.first;
  tile.last = event.last;
  tile.score = event.score;
  tile.threshold = event.threshold;
  tile.time = time;
  tiles_.push_back(std::move(tile));
  if (tiles_.size() <= kMostTiles)
    return;
  const auto excess = [](const Tile& t) { return t.score / std::max(t.threshold, 1e-30); };
  tiles_.erase(std::min_element(tiles_.begin(), tiles_.end(),
                                [&](const Tile& a, const Tile& b) { return excess(a) < excess(b); }));
  ++left_out_;
}

void ContactSheet::draw_tile(const Tile& tile, int32_t left, int32_t top, Image* sheet) {
  paste(tile.picture, left, top, sheet);
  char text[2][64];
  std::snprintf(text[0], sizeof text[0], "#%lld  frames %lld-%lld", static_cast<long long>(tile.alert),
                static_cast<long long>(tile.first), static_cast<long long>(tile.last));
  std::snprintf(text[1], sizeof text[1], "at %lld: %.3g > %.3g", static_cast<long long>(tile.number), tile.score,
                tile.threshold);
  int32_t y = top + tile.picture.height + kSheetCaption;
  for (const std::string& line : {std::string(text[0]), std::string(text[1]), tile.time}) {
    write_line(line, left, y, sheet);
    y += kSheetLine;
  }
}

Status ContactSheet::save(const std::string& path, const std::string& title) const {
  const auto count = static_cast<int32_t>(tiles_.size());
  const int32_t columns = std::min(std::max(count, 1), kColumns), rows = std::max(1, (count + columns - 1) / columns);
  int32_t tallest = 0, lines = 2;
  for (const Tile& tile : tiles_) {
    tallest = std::max(tallest, tile.picture.height);
    lines = std::max(lines, tile.time.empty() ? 2 : 3);
  }
  std::string heading = count > 0 ? title : title + ": no alert";
  if (left_out_ > 0)
    heading += ", " + std::to_string(left_out_) + " lower ones left out";
  const int32_t row_height = tallest + lines * kSheetLine + kSheetMargin;
  const int32_t width =
      std::max(columns * (kTileSide + kSheetMargin), line_width(heading) + kSheetMargin) + kSheetMargin;
  Image sheet;
  PINHOLE_RETURN_IF_ERROR(make_sheet(width, kSheetTitle + rows * row_height, &sheet));
  write_line(heading, kSheetMargin, kSheetMargin, &sheet);
  for (int32_t i = 0; i < count; ++i)
    draw_tile(tiles_[i], kSheetMargin + i % columns * (kTileSide + kSheetMargin),
              kSheetTitle + i / columns * row_height, &sheet);
  return save_image(path, sheet, kQuality);
}

} // namespace pinhole::tool
