// SPDX-License-Identifier: Apache-2.0
// Letters of 5 by 7 dots, for pictures that need a few words. g, j, p, q and y hang two dots lower.
#pragma once

#include "image/image.h"

#include <array>
#include <string>

namespace pinhole {

using Color = std::array<uint8_t, 3>;

constexpr int32_t kGlyphWidth = 6;   // with the gap to the next letter
constexpr int32_t kGlyphHeight = 7;  // from the top to the baseline
constexpr int32_t kGlyphDescent = 2; // below it

// Pixels that `text` is wide at `scale` pixels a dot.
inline int32_t text_width(const std::string& text, int32_t scale) {
  return static_cast<int32_t>(text.size()) * kGlyphWidth * scale;
}

// Fills the rectangle's pixels that lie in the picture.
void fill_rectangle(int32_t x, int32_t y, int32_t width, int32_t height, const Color& color, Image* image);

// Upper left corner at (x, y). A byte that is no printable ASCII letter is drawn as an empty box.
void draw_text(const std::string& text, int32_t x, int32_t y, int32_t scale, const Color& color, Image* image);
// The same, turned a quarter to the left: reads upwards, (x, y) is the lower left corner of the turned text.
void draw_text_upwards(const std::string& text, int32_t x, int32_t y, int32_t scale, const Color& color, Image* image);

} // namespace pinhole
