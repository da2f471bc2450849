// SPDX-License-Identifier: Apache-2.0
// What dark paths across a streaked surface add to a model's opinion of it: a network of few weights that has seen few
// surfaces knows spots and patches, and overlooks faint lines.
#pragma once

#include "image/dark_paths.h"

#include <array>

namespace pinhole::tool {

constexpr float kMostDarkness = 4; // of a pixel, either way: one spot is no line

using PathDarkness = std::array<double, kPathDirections>; // by PathDirection

// What a picture's score is made of: means over its hottest, or darkest, pixels.
struct LineParts {
  int64_t pixels = 0;                          // of the picture; 0: not measured
  double odds = 0;                             // log-odds of the model, discounted where the streaks end
  PathDarkness near = {}, far = {}, wide = {}; // of short paths, of long ones, and of long ones at half the size
};

// Whether the picture is large enough for such paths: otherwise their darkness is less than any path's, and counts for
// nothing.
constexpr bool has_paths(double darkness) {
  return darkness >= -kMostDarkness;
}

// The soft maximum of the parts' excesses over what good surfaces of that size show, in their deviations: the model's,
// and each kind of path's in each direction by itself, since a surface has more lines in some directions than in
// others.
double score_of(const LineParts& parts);

// `picture`: as the camera gave it; `streaks`: rows (image/dark_paths.h); `edge`: pixels along the edges that do not
// count. *heat (1 channel, the picture's size, 0..1: how sure the model is of a defect) is raised along dark paths.
Status add_line_evidence(const Image& picture, int32_t streaks, int32_t edge, FloatImage* heat, LineParts* parts);

// Mean of the `count` hottest pixels, those within `edge` of the picture's edge left out where there are others.
double mean_of_hottest(const FloatImage& heat, int32_t count, int32_t edge);

} // namespace pinhole::tool
