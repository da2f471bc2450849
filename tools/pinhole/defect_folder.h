// SPDX-License-Identifier: Apache-2.0
// Test pictures of which it is known where they are defective, in the two usual layouts.
#pragma once

#include "base/status.h"
#include "image/regions.h"

#include <string>
#include <vector>

namespace pinhole::tool {

constexpr const char* kGood = "good";

// test/KIND/NAME.jpg with ground_truth/KIND/NAME_mask.png; test/good has no masks.
struct MaskedPicture {
  std::string path, mask; // mask: "" for a good one
  size_t kind = 0;        // in `kinds`
};
struct MaskedFolder {
  std::vector<std::string> kinds; // "good" first, then by name
  std::vector<MaskedPicture> pictures;
};

// Whether `path` has a folder test with a folder in it.
bool is_masked_folder(const std::string& path);
// Every defective picture has a mask. Errors name what is missing.
Status read_masked_folder(const std::string& path, MaskedFolder* folder);
// Marked is what is above 127. Errors: another size than `width` x `height`, nothing marked.
Status load_mask(const std::string& path, int32_t width, int32_t height, Mask* mask);

// A defect's box in pixels, both corners inside.
struct DefectBox {
  int32_t left = 0, top = 0, right = 0, bottom = 0;
};

// test/NAME_test.jpg with boxes/NAME.txt: lines "x1 y1 x2 y2 type". template/NAME_temp.jpg, the same without defects,
// may be there.
struct BoxedPicture {
  std::string path, boxes, reference;
  bool has_reference = false; // it is there
};

// Whether `path` has folders test, with *_test pictures, and boxes.
bool is_boxed_folder(const std::string& path);
// `range`: positions among the test pictures, "" for all.
Status read_boxed_folder(const std::string& path, const std::string& range, std::vector<BoxedPicture>* pictures);
// Errors name file and line: not five whole numbers, corners in the wrong order, a box outside of the picture.
Status load_boxes(const std::string& path, int32_t width, int32_t height, std::vector<DefectBox>* boxes);

} // namespace pinhole::tool
