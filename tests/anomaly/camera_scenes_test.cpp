// SPDX-License-Identifier: Apache-2.0
// Twenty random scenes (two under a sanitizer) of 2,000 frames in which nothing happens to the camera, though much
// happens in front of it; then something does. Prints the false events and the delays.
#include "anomaly/camera_run.h"
#include "base/release_test.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

constexpr int kScenes = 20;
constexpr int kFrames = 2000, kLearn = 100;

class RandomLife {
public:
  explicit RandomLife(uint32_t seed) : random_(seed) {}
  float uniform(float low, float high) { return std::uniform_real_distribution<float>(low, high)(random_); }

  // Wind, light that comes and goes, lamps, a flickering tube, shadows, and people of 0.5 to 10 % of the frame.
  Moment next(int frame) {
    if (frame % 400 == 150)
      lamp_ = uniform(0.7f, 1.3f);
    if (frame % 500 == 300)
      flicker_ = flicker_ > 0 ? 0 : uniform(0.03f, 0.1f);
    if (frame % 300 == 120) {
      shadow_begin_ = frame;
      shadow_ = uniform(0.4f, 0.8f);
    }
    if (frame % 250 == 200) {
      intruder_begin_ = frame;
      size_ = std::sqrt(uniform(0.005f, 0.1f));
      level_ = uniform(20, 230);
    }
    const auto t = static_cast<float>(frame);
    Moment moment;
    moment.gain = lamp_ * (1 + 0.15f * std::sin(t / 300)) * (frame % 3 == 0 ? 1 + flicker_ : 1 - flicker_ / 2);
    moment.sway = 1.2f * std::sin(0.3f * t) * std::sin(0.011f * t);
    moment.shift_x = 0.1f * std::sin(1.7f * t); // the pole trembles
    moment.shadow = shadow_;
    moment.shadow_at = -0.3f + 0.008f * static_cast<float>(frame - shadow_begin_);
    const int visit = frame - intruder_begin_;
    if (frame > kLearn && visit < 100) {
      moment.intruder_size = size_;
      moment.intruder_level = level_;
      moment.intruder_x = 0.01f * static_cast<float>(visit);
    }
    return moment;
  }

private:
  std::mt19937 random_;
  float lamp_ = 1, flicker_ = 0, shadow_ = 1, size_ = 0, level_ = 0;
  int shadow_begin_ = 0, intruder_begin_ = -1000;
};

struct Delays {
  std::vector<int64_t> frames;
  int missed = 0, anomalies = 0;
};

void print(const char* name, Delays delays) {
  std::sort(delays.frames.begin(), delays.frames.end());
  ASSERT_FALSE(delays.frames.empty()) << name;
  std::printf("%-8s opened in %zu of %d scenes after %lld (median), %lld (most) frames; anomalies beside it: %d\n",
              name, delays.frames.size(), kScenes, static_cast<long long>(delays.frames[delays.frames.size() / 2]),
              static_cast<long long>(delays.frames.back()), delays.anomalies);
  EXPECT_EQ(delays.missed, 0) << name;
  EXPECT_EQ(delays.anomalies, 0) << name;
}

// 40 odd frames and 40 normal ones.
template <class Draw> void measure(int32_t kind, CameraRun* run, RandomLife* life, const Draw& draw, Delays* delays) {
  const size_t before = run->events.size();
  const int64_t begin = run->number;
  for (int i = 0; i < 40; ++i)
    draw(i);
  for (int i = 0; i < 40; ++i)
    run->push(life->next(1));
  bool found = false;
  for (size_t i = before; i < run->events.size(); ++i) {
    const pinhole_event& event = run->events[i];
    delays->anomalies += event.open && event.kind == PINHOLE_EVENT_ANOMALY;
    if (event.open && event.kind == kind && !found)
      delays->frames.push_back(event.last - begin);
    found |= event.kind == kind;
  }
  delays->missed += !found;
}

TEST(CameraScenes, FalseEventsAndDelays) {
  PINHOLE_RELEASE_TEST();
  int false_events = 0;
  Delays covered, frozen, blurred, moved;
  for (uint32_t seed = 0; seed < kScenes; ++seed) {
    RandomLife life(seed);
    const int32_t width = seed % 2 ? 128 : 160, height = seed % 3 ? 96 : 120;
    CameraScene scene(width, height, seed + 100, life.uniform(2, 6), 2);
    CameraRun run(&scene);
    for (int i = 0; i < kFrames; ++i)
      run.push(life.next(i));
    for (const pinhole_event& event : run.events)
      std::printf("scene %u: false '%s' at frame %lld, score %g\n", seed, pinhole_event_name(event.kind),
                  static_cast<long long>(event.first), event.score);
    false_events += static_cast<int>(run.events.size());
    const auto odd = [&](auto change) {
      return [&, change](int) {
        Moment moment = life.next(1);
        change(&moment);
        run.push(moment, true);
      };
    };
    const float level = life.uniform(0, 200), shift = std::round(life.uniform(2, 14));
    measure(PINHOLE_EVENT_COVERED, &run, &life, odd([&](Moment* m) { m->cover = 1, m->cover_level = level; }),
            &covered);
    measure(PINHOLE_EVENT_BLURRED, &run, &life, odd([&](Moment* m) { m->blur = 1; }), &blurred);
    measure(PINHOLE_EVENT_MOVED, &run, &life, odd([&](Moment* m) { m->shift_x += shift, m->shift_y = 1; }), &moved);
    const pinhole_frame frame = scene.draw(life.next(1));
    measure(
        PINHOLE_EVENT_FROZEN, &run, &life, [&](int) { run.push(frame); }, &frozen);
  }
  std::printf("%d false events in %d scenes of %d frames\n", false_events, kScenes, kFrames);
  EXPECT_EQ(false_events, 0);
  print("covered", covered);
  print("blurred", blurred);
  print("moved", moved);
  print("frozen", frozen);
}

// Light that falls otherwise on a view without edges makes no cover of it.
TEST(CameraScenes, ABlurOutlastsTheLight) {
  int32_t outlasted = 0;
  constexpr uint32_t kBlurred = 8; // of one of them hardly any light and dark parts are left
  for (uint32_t seed = 1; seed <= kBlurred; ++seed) {
    CameraScene scene(160, 120, seed, 3, 12);
    CameraRun run(&scene);
    Moment moment;
    run.push_many(100, moment);
    moment.blur = 1;
    moment.shadow_at = 0.2f;
    moment.shadow_width = 0.5f;
    run.push_many(8, moment, true);
    for (int i = 0; i < 120; ++i) {
      moment.shadow = 1 - 0.2f * std::min(static_cast<float>(i) / 60, 1.0f);
      run.push(moment, true);
    }
    outlasted += run.events.size() == 1 && run.opened(PINHOLE_EVENT_BLURRED) == 1;
  }
  EXPECT_GE(outlasted, 7);
}

} // namespace
} // namespace pinhole::testing
