// SPDX-License-Identifier: Apache-2.0
// A camera that was moved still sees most of its scene, elsewhere. It is scored there once it has been seen to look as
// it usually does, so that who pushed the camera is not safe from it.
//
//   at home   !found              scored where it was learned; a trial of another place may be under way
//   searched  !found, 'moved' is  what the view cannot say, a search of the model's picture may, every 25th frame
//             open
//   probed    found, !trusted     scored in `place`, which is refined; no alerts. 25 usual frames in a row: watched
//   watched   found, trusted      scored in `place`, with alerts (PINHOLE_CAMERA_DISPLACED), and followed: where it is
//                                 left slowly it goes along, where the scene may be elsewhere by now a trial says so
//
// Two know of a place: the camera's view, by the shift it sees from one frame to the next (by_view), and the scene, by
// a trial or a search (by_scene), which holds until it has come back. Lost for 5 frames, a place is given up.
#pragma once

#include "anomaly/scene_return.h"
#include "anomaly/scene_trial.h"
#include "pinhole/alerts.h"

namespace pinhole {

struct SceneDisplaced {
  bool found = false; // the camera has moved, and shows the scene in the next frame at:
  Warp place;
  bool by_scene = false;     // the scene says so: it was no push that the camera's view shows
  Point middle = {0, 0};     // of the scene, so seen, by what found it; in pixels of the model's picture from its own
  bool by_view = false;      // in the latest frame the view had moved, and said where
  Point view = {0, 0};       // where that shows it
  bool view_is_old = false;  // with this frame: what the camera has learned of its view is to be forgotten
  int32_t unsearched = 0;    // frames, while it is not found
  int32_t waited = 0;        // frames since it was found that have not been trusted
  SceneTrial trial;          // of another place
  SceneReturn back;          // to where it was learned, from a place that the scene says
  int32_t refined = 0;       // so many times, since it was found
  int32_t probed = 0;        // frames in a row that were scored there and are no alert's
  double sum = 0;            // of their scores
  int32_t lost_frames = 0;   // in a row, that do not show it there
  bool trusted = false;      // what is scored there is usual
  bool told = false;         // to have moved: it has looked usual in a place since then, or 'moved' was open
  int32_t turned_frames = 0; // in a row, of an alert, that show it turned again
  bool above = false;        // the latest score was no lower than the threshold
  Warp rest;                 // from the place to where the latest frame below it showed the scene
  int32_t rests = 0;         // so many of them,
  Warp rest_sum;             // and their sum
};

// After a frame has been scored and shown to the camera: the state in which the camera is, all told; displaced where
// the score says what is unusual though it has moved. map->light.level may be overwritten.
int32_t follow_displaced(const pinhole_camera& camera, int32_t state, const ScoredFrame& frame, SceneMap* map,
                         SceneDisplaced* displaced);

// What push_camera is to know of the scene in a frame.
SceneSight sight_of(const SceneDisplaced& displaced, const SceneSight& seen, const SceneMap& map);

} // namespace pinhole
