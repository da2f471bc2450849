// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_sag.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kFrames = 25;       // whose mean is no wind
constexpr float kSagged = 1.75f;      // pixels: what is nearer looks as usual where it was learned
constexpr double kLeastUnusual = 0.1; // of the threshold; a frame that scores less needs no other place

bool is_at_its_most(const Warp& sway) {
  return std::fabs(sway.right) >= kMostSway || std::fabs(sway.down) >= kMostSway;
}

// Where the frame shows the scene's middle; it is fitted only where sway does not say it.
Point seen_middle(const View& picture, const SceneMap& map) {
  if (!is_at_its_most(map.sway))
    return {map.sway.right, map.sway.down};
  const Warp rest = fit_rest(picture, map);
  return {rest.right, rest.down};
}

} // namespace

bool has_sagged(const View& picture, double score, double threshold, const SceneMap& map, SceneSag* sag,
                Point* middle) {
  const Point seen = seen_middle(picture, map);
  sag->right += seen.x;
  sag->down += seen.y;
  sag->scores += score;
  if (++sag->frames < kFrames)
    return false;
  const bool unusual = sag->scores >= kLeastUnusual * threshold * kFrames;
  *middle = {sag->right / kFrames, sag->down / kFrames};
  *sag = {};
  return unusual && (std::fabs(middle->x) >= kSagged || std::fabs(middle->y) >= kSagged);
}

} // namespace pinhole
