// SPDX-License-Identifier: Apache-2.0
// Training images, all in memory as bytes, and which of them are held out.
#pragma once

#include "image/image.h"
#include "train/recipe.h"

#include <string>
#include <vector>

namespace pinhole {

struct Dataset {
  std::vector<Image> images;         // with the model's number of channels
  std::vector<std::string> names;    // file names without folder; "#17" in an IDX or .mjpeg file
  std::vector<int64_t> positions;    // in a folder the numbers of list_frames, else where each stands; ascending
  std::vector<int32_t> training;     // positions in `images`, ascending
  std::vector<int32_t> validation;   // held out, never trained on, ascending
  std::vector<std::string> left_out; // which pictures are damaged, and how
  int32_t folders = 0;               // below the one that was named, that images come from
  std::string label;                 // last part of the path: goes into the provenance, the path does not
};

// The IDX file that `path` names or holds and that load_dataset then reads, no other picture; "" when there is none.
std::string idx_file(const std::string& path);

// `path` is a folder of images (natural order), one image, a .mjpeg file, an IDX file, or a folder with
// train-images-idx3-ubyte[.gz]. `range` takes frames by those positions ("" for all). Images too small for a patch, or
// of another size than a fixed input, are errors (with "fit" they are averaged into the model's size); what is damaged
// is left out, up to half of all. Which ones are held out depends on their number, or on the runs they form, alone, so
// that runs with other seeds stay comparable.
Status load_dataset(const std::string& path, const std::string& range, const Recipe& recipe, Dataset* dataset);

// Splits sorted positions by runs, in which each is at most `gap` (or 1) after the one before: the last `fraction` of
// each run (rounded) is held out, and the `gap` before it belongs to neither. Gives indices into `positions`.
void hold_out_ends(const std::vector<int64_t>& positions, double fraction, int32_t gap, std::vector<int32_t>* training,
                   std::vector<int32_t>* held_out);

} // namespace pinhole
