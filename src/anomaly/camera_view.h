// SPDX-License-Identifier: Apache-2.0
// What the camera normally sees, and how a frame compares with it.
#pragma once

#include "anomaly/camera_look.h"

namespace pinhole {

// Takes a frame into the view: the mean of the first `adapt_frames` frames, later an exponentially weighted one. What
// is far from usual counts as less far, so that somebody who walks through leaves no trace.
void learn_view(const pinhole_camera_look& look, int32_t adapt_frames, pinhole_camera_view* view);

// How steady a cell is: 1, or less where leaves or water move.
float steadiness(const pinhole_camera_view& view, int32_t cell);

// Share of the blocks with something to see in them whose picture is no longer there; 0 when there are too few to say.
float lost_share(const pinhole_camera_look& look, const pinhole_camera_view& view);

struct Sharpness {
  float ratio = 1;  // to normal, at equal exposure
  float energy = 1; // to normal, as it is
};
// Medians over the blocks with edges in them; 1 when there are too few to say.
Sharpness compare_sharpness(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Median over the blocks of log(brightness / usual brightness).
float light_change(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Correlation of the brightness of the blocks with the usual one, -1..1.
float brightness_match(const pinhole_camera_look& look, const pinhole_camera_view& view);

} // namespace pinhole
