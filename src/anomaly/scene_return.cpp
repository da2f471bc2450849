// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_return.h"

#include "anomaly/scene_step.h"
#include "base/checked.h"

namespace pinhole {
namespace {

constexpr int32_t kWait = 100;         // frames between two tries
constexpr int32_t kFrames = 12;        // of one: wind does not hold a camera for as long
constexpr double kNoMoreUnusual = 1.5; // times as high as in the place, at most, where it is as good

} // namespace

bool has_returned(double score, double threshold, SceneReturn* back) {
  if (!back->active) {
    back->active = ++back->waited >= kWait;
    return false;
  }
  back->homes += max_of(back->home, 0.0);
  back->places += max_of(score, 0.0);
  ++back->frames;
  const bool usual = back->home < kUsualShare * threshold && score < kUsualShare * threshold;
  if (usual && back->frames < kFrames)
    return false;
  const bool returned = usual && back->homes <= kNoMoreUnusual * back->places;
  *back = {};
  return returned;
}

} // namespace pinhole
