// SPDX-License-Identifier: Apache-2.0
// A scene before a camera that was pushed.
#pragma once

#include "anomaly/scene_run.h"

namespace pinhole::testing {

struct Push {
  float x = 0, y = 0, turn = 0; // pixels of the frame, radians
};

inline std::ostream& operator<<(std::ostream& stream, const Push& push) {
  return stream << push.x << ", " << push.y << ", turned by " << push.turn;
}

inline Moment pushed(const SceneRun& run, const Push& push) {
  Moment moment = run.waving();
  moment.shift_x = push.x;
  moment.shift_y = push.y;
  moment.turn = push.turn;
  return moment;
}

inline Moment with_intruder(Moment moment) {
  moment.intruder_x = 0.4f;
  moment.intruder_size = 0.22f;
  return moment;
}

inline void push_many(SceneRun* run, int count, const Push& push) {
  for (int i = 0; i < count; ++i)
    run->push(pushed(*run, push));
}

// After the push, until an intruder may alert: the four frames that decide it, what the fit takes, 25 usual ones.
constexpr int kUntilWatched = 60;

// Another scene that has what `first` keeps in flash, as after a restart.
inline void restart(const SceneRun& first, SceneRun* second) {
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(first.scene));
  ASSERT_EQ(pinhole_scene_save(first.scene, saved.data(), saved.size()).code, PINHOLE_OK);
  ASSERT_EQ(second->start().code, PINHOLE_OK);
  const pinhole_status status = pinhole_scene_restore(second->scene, saved.data(), saved.size());
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
}

inline std::vector<uint8_t> learned_file(SceneRun& run) {
  return {run.file.data(), run.file.data() + run.file.size()};
}

} // namespace pinhole::testing
