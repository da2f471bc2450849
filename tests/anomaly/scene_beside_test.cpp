// SPDX-License-Identifier: Apache-2.0
// A second anomaly while the alert of a first one stays open.
#include "anomaly/scene_life.h"
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

#include <cstring>

namespace pinhole::testing {
namespace {

// Normal frames with dark squares on them.
class Squares {
public:
  explicit Squares(SceneRun* run) : run_(run) {}

  void push(const std::vector<pinhole_box>& squares) {
    const pinhole_frame drawn = run_->draw(run_->waving());
    for (int32_t y = 0; y < kSceneHeight; ++y)
      std::memcpy(row(y), static_cast<const uint8_t*>(drawn.plane[0]) + drawn.pitch[0] * static_cast<size_t>(y),
                  kSceneWidth);
    for (const pinhole_box& box : squares)
      for (int32_t y = box.y; y < box.y + box.height; ++y)
        for (int32_t x = box.x; x < box.x + box.width; ++x)
          row(y)[x] ^= 0x80;
    const pinhole_frame frame = {
        PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {pixels_.data(), nullptr}, {kSceneWidth, 0}, 0};
    ASSERT_EQ(run_->push(frame).code, PINHOLE_OK);
  }
  void push_many(int count, const std::vector<pinhole_box>& squares) {
    for (int i = 0; i < count; ++i)
      push(squares);
  }

private:
  uint8_t* row(int32_t y) { return pixels_.data() + static_cast<ptrdiff_t>(y) * kSceneWidth; }

  SceneRun* run_;
  std::vector<uint8_t> pixels_ = std::vector<uint8_t>(size_t{kSceneWidth} * kSceneHeight);
};

constexpr pinhole_box kParked = {16, 80, 24, 24};

bool overlap(const pinhole_box& a, const pinhole_box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

TEST(SceneBeside, WhatComesWhileAnAlertStaysOpenElsewhereHasOneOfItsOwn) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  Squares squares(&run);
  run.events.clear();
  squares.push_many(300, {kParked}); // 12 seconds
  ASSERT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  const int64_t came = run.number;
  for (int i = 0; i < 30; ++i)
    squares.push({kParked, {100 + i, 20, 16, 16}});
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2);
  squares.push_many(20, {kParked});
  EXPECT_EQ(run.report.alert, 1) << "the first one's";
  squares.push_many(20, {});
  EXPECT_EQ(run.report.alert, 0);
  ASSERT_EQ(run.events.size(), 4u);
  const pinhole_event &second = run.events[2], &first = run.events[3];
  EXPECT_EQ(second.first, run.events[1].first);
  EXPECT_NEAR(static_cast<double>(second.first - came), 0, 3);
  EXPECT_NEAR(static_cast<double>(second.last - came), 29, 3);
  EXPECT_TRUE(overlap(second.box, {100, 20, 45, 16}));
  EXPECT_FALSE(overlap(second.box, kParked));
  EXPECT_EQ(first.first, run.events[0].first);
  EXPECT_FALSE(overlap(first.box, {110, 20, 30, 16})) << "the first alert's box stays where it is";
  EXPECT_EQ(run.scene->scene.watch->running.left_out, 2);
}

TEST(SceneBeside, NoMeanOfTheSecondIsTakenOverAGap) {
  PINHOLE_RELEASE_TEST();
  for (const int64_t missing : {0, 3}) {
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    Squares squares(&run);
    squares.push_many(300, {kParked});
    run.events.clear();
    squares.push({kParked, {100, 20, 16, 16}});
    run.number += missing;
    squares.push_many(5, {kParked});
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), missing == 0 ? 1 : 0) << missing;
  }
}

// Also where it is the more conspicuous one, and for long.
TEST(SceneBeside, TheTwoDoNotChangePlaces) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  Squares squares(&run);
  run.events.clear();
  constexpr pinhole_box kSmall = {16, 80, 10, 10}, kLarge = {100, 16, 28, 28};
  squares.push_many(300, {kSmall});
  squares.push_many(300, {kSmall, kLarge});
  squares.push_many(20, {kSmall});
  ASSERT_EQ(run.events.size(), 3u) << "the second one is over";
  EXPECT_EQ(run.events[2].open, 0);
  EXPECT_EQ(run.events[2].first, run.events[1].first);
  EXPECT_FALSE(overlap(run.events[2].box, kSmall));
  EXPECT_EQ(run.report.alert, 1);
  squares.push_many(60, {kSmall}); // the cool-down
  for (int i = 0; i < 10; ++i)
    squares.push({kSmall, {120, 60 + i, 16, 16}});
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 3) << "the next one has its own";
  squares.push_many(20, {});
  ASSERT_EQ(run.events.size(), 6u);
  EXPECT_FALSE(overlap(run.events[5].box, kLarge));
}

TEST(SceneBeside, BothCloseWhenNothingIsScoredForLong) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  Squares squares(&run);
  run.events.clear();
  squares.push_many(300, {kParked});
  squares.push_many(20, {kParked, {100, 20, 16, 16}});
  ASSERT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2);
  SceneWatch* watch = run.scene->scene.watch;
  watch->scorer->map.weights.residual = std::numeric_limits<float>::quiet_NaN(); // no frame has a score now
  watch->alerts.options.longest_seconds = watch->beside.alerts.options.longest_seconds = 30;
  for (int i = 0; i < 16; ++i) {
    run.number += 49; // two seconds
    EXPECT_EQ(run.push(run.draw(run.waving())).code, PINHOLE_NUMERIC);
  }
  watch->scorer->map.weights.residual = 1;
  EXPECT_EQ(run.report.alert, 0);
  EXPECT_EQ(run.events.size(), 4u);
}

TEST(SceneBeside, WhatMovesIsNoSecondOne) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  Squares squares(&run);
  run.events.clear();
  for (int i = 0; i < 480; ++i)
    squares.push({{4 + i / 4, 60, 20, 20}});
  squares.push_many(20, {});
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  EXPECT_EQ(run.events.size(), 2u);
}

TEST(SceneBeside, TheLimitOfADayIsOneForBoth) {
  pinhole_alert_options rule = pinhole_default_alert_options(10);
  rule.most_alerts = 2;
  rule.cooldown_seconds = 0;
  pinhole_alerts first;
  ASSERT_EQ(pinhole_alerts_start(&first, &rule).code, PINHOLE_OK);
  SceneBeside beside;
  ASSERT_TRUE(start_beside(rule, &beside).ok());
  pinhole_events events;
  int64_t frame = 0;
  int reported = 0, suppressed = 0;
  const auto push = [&](double whole, double outside) {
    pinhole_observation seen = {frame, static_cast<double>(frame) / 25, whole, {10, 10, 20, 20}, PINHOLE_CAMERA_CLEAR};
    ++frame;
    pinhole_box place;
    const bool settled = find_settled_place(first, whole, &seen, &beside, &place);
    pinhole_alerts_push(&first, &seen, &events);
    seen.score = outside;
    ASSERT_TRUE(push_beside(settled, seen, &first, &beside, &events).ok());
    for (int32_t i = 0; i < events.count; ++i)
      (events.event[i].suppressed ? suppressed : reported) += events.event[i].open;
  };
  for (int i = 0; i < 20; ++i)
    push(1, 1);
  for (int i = 0; i < 1000; ++i)
    push(50, i % 100 < 20 ? 50 : 1);
  EXPECT_EQ(first.open, 1);
  EXPECT_EQ(reported, 2);
  EXPECT_EQ(suppressed, 6);
}

} // namespace
} // namespace pinhole::testing
