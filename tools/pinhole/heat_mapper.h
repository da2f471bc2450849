// SPDX-License-Identifier: Apache-2.0
// Where a still picture departs from what a model has learned.
#pragma once

#include "denoiser.h"
#include "line_evidence.h"
#include "turned_picture.h"

namespace pinhole::tool {

struct PictureScore {
  double value = 0;
  LineParts parts; // measured where the model was made for a streaked surface
};

class HeatMapper {
public:
  // A model that was trained to say where a picture is damaged gives that, the mean of what it says of the picture and,
  // where it was trained on mirrored or transposed ones too, of those; every other one that turns pictures into
  // pictures gives the size of what it changes.
  Status open(const std::string& path, int32_t threads);

  // *picture gets the file's, in the model's channels; *heat (1 channel, its size): 0..1; score->value how much the
  // picture as a whole departs, on a scale of the model's own. Where the model was made for a streaked surface
  // ("streaks" in its recipe), dark paths (image/dark_paths.h) count beside what it says.
  Status map(const std::string& path, Image* picture, FloatImage* heat, PictureScore* score);

  // Whether the model was trained to say where a picture is damaged.
  bool says_where() const { return says_where_; }

  // Side of the patches that a model which says where was trained on; 0 for every other one.
  int32_t trained_side() const { return trained_side_; }

private:
  Status run(const Image& picture, FloatImage* out);
  Status look(const Image& picture, FloatImage* heat);

  Denoiser model_;
  bool says_where_ = false;
  std::vector<Turn> turns_; // beside the picture as it is
  float brightness_ = 0;
  int32_t streaks_ = 0; // rows
  int32_t trained_side_ = 0;
};

// How far two pictures of one shape differ: mean over the channels, 0..1, smoothed.
Status difference_heat(const FloatImage& a, const FloatImage& b, FloatImage* heat);

} // namespace pinhole::tool
