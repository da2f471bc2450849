// SPDX-License-Identifier: Apache-2.0
// A small scene that many tests begin with: it learns once for all of them, and each finds it as it was then.
#pragma once

#include "anomaly/scene_run.h"

#include <cstring>
#include <optional>

namespace pinhole::testing {

class SharedScene {
public:
  // A scene that has just reached `phase` on normal frames. The next call takes it back.
  static SceneRun& at(int32_t phase) {
    static SharedScene shared;
    shared.go_to(phase);
    return shared.run_;
  }

private:
  // All that changes; memory is put back where it was, so that pointers into it stay good.
  struct Kept {
    std::vector<uint8_t> file, memory[4];
    pinhole_scene_report report;
    std::vector<pinhole_event> events;
    int64_t number;
    CameraScene view;
  };

  void go_to(int32_t phase) {
    if (!run_.scene) {
      ASSERT_EQ(run_.start().code, PINHOLE_OK);
      keep(PINHOLE_SCENE_COLLECTING);
    }
    int32_t known = phase;
    while (!kept_[known])
      --known;
    put_back(*kept_[known]);
    for (; known < phase; keep(known))
      run_.reach(++known);
  }
  void keep(int32_t phase) {
    Kept kept = {copy_of(run_.file), {}, run_.report, run_.events, run_.number, run_.view};
    for (int i = 0; i < 4; ++i)
      kept.memory[i] = copy_of(run_.memory[i]);
    kept_[phase].emplace(std::move(kept));
  }
  void put_back(const Kept& kept) {
    std::memcpy(run_.file.data(), kept.file.data(), kept.file.size());
    for (int i = 0; i < 4; ++i)
      std::memcpy(run_.memory[i].data(), kept.memory[i].data(), kept.memory[i].size());
    run_.report = kept.report;
    run_.events = kept.events;
    run_.number = kept.number;
    run_.view = kept.view;
  }
  template <class Memory> static std::vector<uint8_t> copy_of(Memory& memory) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(memory.data());
    return {bytes, bytes + memory.size()};
  }

  SceneRun run_;
  std::optional<Kept> kept_[PINHOLE_SCENE_WATCHING + 1];
};

} // namespace pinhole::testing
