// SPDX-License-Identifier: Apache-2.0
// What dark paths across a streaked surface add to a model's opinion of it: a network of few weights that has seen few
// surfaces knows spots and patches, and overlooks faint lines.
#pragma once

#include "image/image.h"

namespace pinhole::tool {

// `picture`: as the camera gave it; `streaks`: rows (image/dark_paths.h); `edge`: pixels along the edges that do not
// count. *heat (1 channel, the picture's size, 0..1: how sure the model is of a defect) is raised along dark paths.
// *score: the soft maximum of four excesses over what good surfaces of that size show, in their deviations: of the
// model's log-odds, of short paths, of long ones, and of long ones in the picture at half its size, which are wide.
Status add_line_evidence(const Image& picture, int32_t streaks, int32_t edge, FloatImage* heat, double* score);

// Mean of the `count` hottest pixels, those within `edge` of the picture's edge left out where there are others.
double mean_of_hottest(const FloatImage& heat, int32_t count, int32_t edge);

} // namespace pinhole::tool
