// SPDX-License-Identifier: Apache-2.0
// Which pictures of a folder, and in which order.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// The order in which people count: runs of digits compare as numbers ("frame2" < "frame10"), all else byte by byte.
// A strict order: names that differ only in leading zeros are told apart, fewer zeros first.
bool natural_less(const std::string& a, const std::string& b);

// Whether list_images takes a file of this name: .jpg .jpeg .png .pgm .ppm, in any case, and no dot in front.
bool is_image_name(const std::string& path);

// The image files of a folder in natural order. `recursive` takes the folders below, too. A path that is no folder
// gives itself. io_error: the folder is not there or cannot be read; bad_file: it holds no image.
Status list_images(const std::string& path, bool recursive, std::vector<std::string>* paths);

// How many files of a folder are pictures by their names, of kinds that list_images does not take, such as .bmp.
size_t count_other_pictures(const std::string& folder);

constexpr size_t kMostFrameDigits = 15; // of a frame's number, in a name or a range: exact as a double, too

struct NumberSpan {
  int64_t first, last; // both included
};

// "0-53,243-312" or "7": numbers from 0 of at most kMostFrameDigits, both ends included, ascending, none twice.
// invalid_argument names the part that breaks these rules. At least one span.
Status parse_spans(const std::string& text, std::vector<NumberSpan>* spans);
Status check_range(const std::string& text);

// The same where everything is there: positions below `count`.
Status parse_range(const std::string& text, int64_t count, std::vector<int64_t>* positions);

} // namespace pinhole
