// SPDX-License-Identifier: Apache-2.0
#include "contact_sheet.h"

#include "image/color.h"
#include "image/resize.h"
#include "train/bitmap_text.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {
namespace {

constexpr int kQuality = 88;
constexpr int32_t kTileSide = 320, kMargin = 10, kLetter = 2, kLine = 20, kTitle = 34, kColumns = 4;
constexpr Color kWhite = {255, 255, 255}, kBlack = {32, 32, 32}, kBox = {255, 64, 48};

void draw_box(const pinhole_box& box, double scale, Image* image) {
  if (box.width <= 0 || box.height <= 0)
    return;
  const auto at = [scale](int32_t value) { return static_cast<int32_t>(std::lround(value * scale)); };
  const int32_t left = at(box.x), top = at(box.y);
  const int32_t width = std::max(at(box.x + box.width) - left, 4), height = std::max(at(box.y + box.height) - top, 4);
  // A dark line around the bright one: visible on everything.
  for (const int32_t wider : {1, 0}) {
    const Color& color = wider ? kBlack : kBox;
    const int32_t x = left - wider, y = top - wider, w = width + 2 * wider, h = height + 2 * wider;
    const int32_t line = 2 + 2 * wider;
    fill_rectangle(x, y, w, line, color, image);
    fill_rectangle(x, y + h - line, w, line, color, image);
    fill_rectangle(x, y, line, h, color, image);
    fill_rectangle(x + w - line, y, line, h, color, image);
  }
}

void paste(const Image& from, int32_t left, int32_t top, Image* to) {
  for (int32_t y = 0; y < from.height; ++y)
    std::copy_n(from.row(y), from.width * 3, to->row(top + y) + left * 3);
}

} // namespace

void ContactSheet::offer(Which which, int64_t number, double score, const Image& shown, const pinhole_box& box) {
  const double scale = static_cast<double>(kTileSide) / std::max(shown.width, shown.height);
  const auto side = [scale](int32_t length) { return std::max(1, static_cast<int32_t>(std::lround(length * scale))); };
  Image small;
  if (!resize(gray_to_rgb(shown), side(shown.width), side(shown.height), ResizeMethod::area, &small).ok())
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
  int32_t y = top + tile.picture.height + kLetter * 3;
  for (const std::string& line : {std::string(text[0]), std::string(text[1]), tile.time}) {
    draw_text(line, left, y, kLetter, kBlack, sheet);
    y += kLine;
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
  const int32_t row_height = tallest + lines * kLine + kMargin;
  const int32_t width = std::max(columns * (kTileSide + kMargin), text_width(heading, kLetter) + kMargin) + kMargin;
  Image sheet;
  PINHOLE_RETURN_IF_ERROR(make_image(width, kTitle + rows * row_height, 3, &sheet));
  fill_rectangle(0, 0, sheet.width, sheet.height, kWhite, &sheet);
  draw_text(heading, kMargin, kMargin, kLetter, kBlack, &sheet);
  for (int32_t i = 0; i < count; ++i)
    draw_tile(tiles_[i], kMargin + i % columns * (kTileSide + kMargin), kTitle + i / columns * row_height, &sheet);
  return save_image(path, sheet, kQuality);
}

} // namespace pinhole::tool
