// SPDX-License-Identifier: Apache-2.0
// What the camera normally sees, and how a frame compares with it.
#pragma once

#include "anomaly/camera_look.h"

namespace pinhole {

// Takes a frame into the view: the mean of the first `adapt_frames` frames, later an exponentially weighted one. What
// is far from usual counts as less far, so that somebody who walks through leaves no trace.
void learn_view(const pinhole_camera_look& look, int32_t adapt_frames, pinhole_camera_view* view);

// How steady a cell is: 1, less where leaves or water move, 0 where a mask ignores it.
float steadiness(const pinhole_camera_view& view, int32_t cell);

// Marks the blocks in which there is something to see; returns how many, or 0 when they are too few to say anything.
int32_t find_telling_blocks(const pinhole_camera_view& view, bool* telling);

struct Loss {
  float share = 0;  // of the telling blocks whose picture is no longer there; 0 when they are too few to say
  float energy = 0; // of the gradient in those blocks, against the usual (median): is there something else to see?
};
Loss find_loss(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Sharpness against the usual, at equal exposure: median over the blocks with edges in them; 1 when they are too few.
float sharpness_left(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Median over the blocks of log(brightness / usual brightness): of all of them or of those that no mask ignores,
// whichever has become brighter. So neither a screen in the one part nor a lamp in the other makes it dark.
float light_change(const pinhole_camera_look& look, const pinhole_camera_view& view);

// Correlation of the brightness of the blocks that no mask ignores with what it was lately, -1..1: over hours, sun and
// shade change which parts are the bright ones.
float brightness_match(const pinhole_camera_look& look, const pinhole_camera_view& view);

} // namespace pinhole
