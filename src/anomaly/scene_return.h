// SPDX-License-Identifier: Apache-2.0
// Whether a camera that was moved a little is back: where it is turned by a fraction of a pixel, the scene looks as
// usual in either place. So it is scored where it was learned, too, from time to time.
#pragma once

#include <cstdint>

namespace pinhole {

struct SceneReturn {
  bool active = false;          // the next frame is to be scored where the scene was learned, before it is in its place
  double home = 0;              // score of the latest frame there
  double homes = 0, places = 0; // sums of the scores in either place,
  int32_t frames = 0;           // over so many
  int32_t waited = 0;           // frames since the latest try
};

// After a frame has been scored in its place: whether the scene is where it was learned. `threshold` opens an alert.
bool has_returned(double score, double threshold, SceneReturn* back);

} // namespace pinhole
