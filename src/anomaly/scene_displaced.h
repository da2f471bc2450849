// SPDX-License-Identifier: Apache-2.0
// A camera that was moved still sees most of its scene, elsewhere. It is scored there once it has been seen to look as
// it usually does, so that who pushed the camera is not safe from it.
#pragma once

#include "anomaly/scene_map.h"
#include "pinhole/alerts.h"

namespace pinhole {

struct SceneDisplaced {
  bool found = false; // the camera has moved, and shows the scene in the next frame at:
  Warp place;
  int32_t refined = 0;       // so many times, since it was found
  int32_t probed = 0;        // frames in a row that were scored there and are no alert's
  double sum = 0;            // of their scores
  int32_t lost_frames = 0;   // in a row, that do not show it there
  bool trusted = false;      // what is scored there is usual
  int32_t turned_frames = 0; // in a row, of an alert, that show it turned again
  bool above = false;        // the latest score was no lower than the threshold
  Warp rest;                 // from the place to where the latest frame below it showed the scene
};

// After a frame has been scored, as `picture`, and shown to the camera: whether its score says what is unusual though
// the camera has moved. `threshold`: the one that opens an alert; a score that is not finite says nothing.
bool follow_displaced(const pinhole_camera& camera, const View& picture, const SceneMap& map, double score,
                      double threshold, SceneDisplaced* displaced);

} // namespace pinhole
