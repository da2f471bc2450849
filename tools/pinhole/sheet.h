// SPDX-License-Identifier: Apache-2.0
// What the sheets of captioned pictures have in common.
#pragma once

#include "image/image.h"
#include "train/bitmap_text.h"

namespace pinhole::tool {

// In pixels but for kSheetLetter (a dot of a letter); kSheetLine: from one line of text to the next, kSheetTitle: the
// height of the heading with its margins.
constexpr int32_t kSheetMargin = 10, kSheetLetter = 2, kSheetLine = 20, kSheetTitle = 34;
constexpr int32_t kSheetCaption = 3 * kSheetLetter; // from a picture to its first line
constexpr Color kSheetWhite = {255, 255, 255}, kSheetInk = {32, 32, 32};

// A white RGB picture. As make_image.
Status make_sheet(int32_t width, int32_t height, Image* sheet);
// By how much a picture grows to fill a box of this size in one direction and fit in the other.
double scale_to_fit(const Image& picture, int32_t width, int32_t height);
// `picture` in RGB at such a scale. As resize.
Status scale_picture(const Image& picture, double scale, Image* out);
// Both RGB; `from` lies in the sheet.
void paste(const Image& from, int32_t left, int32_t top, Image* sheet);
void write_line(const std::string& text, int32_t left, int32_t top, Image* sheet);
int32_t line_width(const std::string& text);
// `text`, its middle left out where it is wider than `width` pixels.
std::string fit_line(const std::string& text, int32_t width);

} // namespace pinhole::tool
