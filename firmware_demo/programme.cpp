// SPDX-License-Identifier: Apache-2.0
#include "programme.h"

#include "dice.h"
#include "happenings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace demo {
namespace {

constexpr int64_t kQuietFirst = 60, kQuietBetween = 50; // frames; the rest is shared out between the episodes
constexpr int64_t kVisitPeriod = 450;                   // frames between two visitors of every day

struct Kind {
  Happening happening;
  const char* name;
  int32_t expected;
  int64_t least_frames, most_frames;
};

constexpr int32_t kNothing = -1;
constexpr std::array<Kind, 12> kKinds = {{
    {Happening::small_intruder, "small intruder", PINHOLE_EVENT_ANOMALY, 80, 110},
    {Happening::dim_intruder, "dim intruder", PINHOLE_EVENT_ANOMALY, 80, 110},
    {Happening::slow_intruder, "slow intruder", PINHOLE_EVENT_ANOMALY, 220, 260},
    {Happening::cover, "camera covered", PINHOLE_EVENT_COVERED, 50, 70},
    {Happening::freeze, "camera frozen", PINHOLE_EVENT_FROZEN, 40, 60},
    {Happening::blur, "camera blurred", PINHOLE_EVENT_BLURRED, 50, 70},
    {Happening::move, "camera moved", PINHOLE_EVENT_MOVED, 50, 70},
    {Happening::ageing, "ageing", PINHOLE_EVENT_DRIFT, 1100, 1100},
    {Happening::lamp, "lamp step", kNothing, 100, 130},
    {Happening::light_drift, "drift of light", kNothing, 200, 240},
    {Happening::shadow, "shadow", kNothing, 120, 160},
    {Happening::flicker, "flicker", kNothing, 80, 110},
}};

const Kind& kind_of(Happening happening) {
  return kKinds[static_cast<size_t>(happening)];
}

// What comes first is what a short programme consists of.
constexpr std::array<Happening, 10> kDemo = {
    Happening::small_intruder, Happening::freeze,       Happening::lamp,    Happening::cover,
    Happening::shadow,         Happening::dim_intruder, Happening::flicker, Happening::small_intruder,
    Happening::slow_intruder,  Happening::light_drift,
};

std::vector<Happening> list_happenings(bool all) {
  std::vector<Happening> list(kDemo.begin(), kDemo.end());
  if (all) {
    list.push_back(Happening::blur);
    list.push_back(Happening::move);
  }
  return list;
}

template <class T> void shuffle(std::vector<T>* list, Dice* dice) {
  for (size_t i = list->size(); i > 1; --i)
    std::swap((*list)[i - 1], (*list)[static_cast<size_t>(dice->whole(0, static_cast<int32_t>(i) - 1))]);
}

} // namespace

const char* name_of(Happening happening) {
  return kind_of(happening).name;
}

int32_t expected_event(Happening happening) {
  return kind_of(happening).expected;
}

int64_t programme_frames(bool all) {
  int64_t frames = kQuietFirst + (all ? kind_of(Happening::ageing).most_frames : 0);
  for (const Happening happening : list_happenings(all))
    frames += kind_of(happening).most_frames + kQuietBetween;
  return frames;
}

std::vector<Episode> make_programme(uint64_t seed, int64_t frames, bool all) {
  Dice dice(seed, kProgrammeStream);
  std::vector<Episode> programme;
  int64_t left = frames - kQuietFirst - (all ? kind_of(Happening::ageing).most_frames : 0);
  for (const Happening happening : list_happenings(all)) {
    const Kind& kind = kind_of(happening);
    const int64_t length = dice.whole(static_cast<int32_t>(kind.least_frames), static_cast<int32_t>(kind.most_frames));
    if (length + kQuietBetween > left)
      break;
    left -= length + kQuietBetween;
    programme.push_back({happening, 0, length, dice.next()});
  }
  shuffle(&programme, &dice);
  int64_t at = kQuietFirst;
  for (size_t i = 0; i < programme.size(); ++i) {
    const auto share = static_cast<int32_t>(left / static_cast<int64_t>(programme.size() - i));
    const int64_t pause = dice.whole(0, share);
    programme[i].first = at + pause;
    left -= pause;
    at = programme[i].first + programme[i].frames + kQuietBetween;
  }
  if (all) {
    const int64_t length = kind_of(Happening::ageing).most_frames;
    programme.push_back({Happening::ageing, frames - length, length, dice.next()});
  }
  return programme;
}

Moment moment_of(const std::vector<Episode>& programme, int64_t start, int64_t index) {
  Moment moment;
  moment.exposure = start + index;
  moment.time = static_cast<double>(start + index);
  for (const Episode& episode : programme)
    if (index >= episode.first && index <= episode.last())
      apply(episode, start, index - episode.first, &moment);
  return moment;
}

Moment everyday_moment(uint64_t seed, int64_t index) {
  Moment moment;
  moment.exposure = index;
  moment.time = static_cast<double>(index);
  const auto at = static_cast<float>(index % kVisitPeriod);
  moment.intruder.x = at - 22;
  moment.intruder.y = 219;
  moment.intruder.scale = 1;
  moment.intruder.stride = 0.2f * at;
  moment.intruder.salt = Dice(seed, kLooksStream).next() >> 8;
  return moment;
}

} // namespace demo
