// SPDX-License-Identifier: Apache-2.0
#include "sheet.h"

#include "image/color.h"
#include "image/resize.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {

Status make_sheet(int32_t width, int32_t height, Image* sheet) {
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, 3, sheet));
  fill_rectangle(0, 0, width, height, kSheetWhite, sheet);
  return {};
}

double scale_to_fit(const Image& picture, int32_t width, int32_t height) {
  return std::min(static_cast<double>(width) / picture.width, static_cast<double>(height) / picture.height);
}

Status scale_picture(const Image& picture, double scale, Image* out) {
  const auto side = [scale](int32_t length) { return std::max(1, static_cast<int32_t>(std::lround(length * scale))); };
  return resize(gray_to_rgb(picture), side(picture.width), side(picture.height), ResizeMethod::area, out);
}

void paste(const Image& from, int32_t left, int32_t top, Image* sheet) {
  for (int32_t y = 0; y < from.height; ++y)
    std::copy_n(from.row(y), from.width * 3, sheet->row(top + y) + left * 3);
}

void write_line(const std::string& text, int32_t left, int32_t top, Image* sheet) {
  draw_text(text, left, top, kSheetLetter, kSheetInk, sheet);
}

int32_t line_width(const std::string& text) {
  return text_width(text, kSheetLetter);
}

std::string fit_line(const std::string& text, int32_t width) {
  const auto most = static_cast<size_t>(std::max(width / line_width(" "), 5));
  if (text.size() <= most)
    return text;
  const size_t tail = (most - 2) / 2; // of two halves the longer one: names differ at their end
  return text.substr(0, most - 2 - tail) + ".." + text.substr(text.size() - tail);
}

} // namespace pinhole::tool
