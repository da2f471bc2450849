// SPDX-License-Identifier: Apache-2.0
// The demo's truth: what a programme consists of, and alerts held against it.
#include "programme.h"
#include "verdict.h"

#include <gtest/gtest.h>

#include <map>

namespace demo {
namespace {

Raised raised(int32_t kind, int64_t first, int64_t last) {
  return {kind, first, last, first + 2, false, {}};
}

TEST(Programme, HoldsWhatTheTaskAsksForInAnOrderOfItsOwn) {
  std::map<Happening, int> counts;
  for (const Episode& episode : make_programme(1, 2000, false))
    ++counts[episode.happening];
  EXPECT_EQ(counts.size(), 9u);
  EXPECT_EQ(counts[Happening::small_intruder], 2);
  EXPECT_EQ(make_programme(1, programme_frames(true), true).size(), 13u);
  EXPECT_LT(make_programme(1, 600, false).size(), 10u);
  bool differ = false;
  for (size_t i = 0; i < 10; ++i)
    differ |= make_programme(1, 2000, false)[i].happening != make_programme(2, 2000, false)[i].happening;
  EXPECT_TRUE(differ);
}

TEST(Programme, EpisodesKeepApartAndFit) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    int64_t before = 0;
    for (const Episode& episode : make_programme(seed, 2000, false)) {
      EXPECT_GE(episode.first, before + 50);
      before = episode.last();
    }
    EXPECT_LT(before, 2000);
  }
}

TEST(Programme, OutsideOfEpisodesNothingHappens) {
  const std::vector<Episode> programme = make_programme(3, 2000, false);
  const Moment quiet = moment_of(programme, 500, programme[0].first - 1);
  EXPECT_EQ(quiet.intruder.scale, 0);
  EXPECT_EQ(quiet.cover.share, 0);
  EXPECT_EQ(quiet.light, 1);
  EXPECT_EQ(quiet.exposure, 500 + programme[0].first - 1);
}

TEST(Verdict, CatchesMissesAndBlames) {
  const std::vector<Episode> programme = {{Happening::small_intruder, 100, 50, 1},
                                          {Happening::cover, 300, 50, 2},
                                          {Happening::shadow, 500, 50, 3},
                                          {Happening::freeze, 700, 50, 4}};
  const Verdict verdict = judge(programme, {raised(PINHOLE_EVENT_ANOMALY, 104, 149),   // the intruder
                                            raised(PINHOLE_EVENT_COVERED, 303, 349),   // the cover
                                            raised(PINHOLE_EVENT_ANOMALY, 349, 352),   // raised by the cover
                                            raised(PINHOLE_EVENT_ANOMALY, 520, 530),   // by the shadow
                                            raised(PINHOLE_EVENT_ANOMALY, 600, 610),   // by nothing
                                            raised(PINHOLE_EVENT_BLURRED, 710, 720)}); // of the wrong kind
  EXPECT_EQ(verdict.events, 3);
  EXPECT_EQ(verdict.caught, 2);
  EXPECT_EQ(verdict.alerts, 4);
  EXPECT_EQ(verdict.false_alarms, 3);
  EXPECT_EQ(verdict.false_events, 1);
  EXPECT_EQ(verdict.outcomes[0].delay, 6);
  EXPECT_EQ(verdict.outcomes[1].anomalies, 1);
  EXPECT_EQ(verdict.outcomes[2].anomalies, 1);
  EXPECT_FALSE(verdict.outcomes[3].caught);
  EXPECT_EQ(verdict.outcomes[3].other_events, 1);
  EXPECT_EQ(verdict.complaints.size(), 5u);
}

TEST(EventLog, OpensAndClosesAndLeavesSuppressedOnesOut) {
  EventLog log;
  pinhole_events events = {};
  events.count = 2;
  events.event[0].kind = events.event[1].kind = PINHOLE_EVENT_ANOMALY;
  events.event[0].open = events.event[1].open = 1;
  events.event[0].first = 1010;
  events.event[1].suppressed = 1;
  log.take(events, 1000, 1012);
  events.count = 1;
  events.event[0].open = 0;
  events.event[0].last = 1030;
  log.take(events, 1000, 1033);
  ASSERT_EQ(log.raised().size(), 1u);
  EXPECT_EQ(log.raised()[0].first, 10);
  EXPECT_EQ(log.raised()[0].reported, 12);
  EXPECT_EQ(log.raised()[0].last, 30);
}

} // namespace
} // namespace demo
