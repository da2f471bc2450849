// SPDX-License-Identifier: Apache-2.0
#include "happenings.h"

#include "dice.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr float kViewWidth = 320, kViewHeight = 240, kViewPixels = kViewWidth * kViewHeight;

// Up within `ramp` of the time, down again at the end; 0..1.
float up_and_down(float share, float ramp) {
  return clamp01(std::min(share, 1 - share) / ramp);
}

float sign(Dice* dice) {
  return dice->chance(0.5f) ? 1.0f : -1.0f;
}

// Into the view from one side, `area` of it large, at `speed` pixels per frame; 0: so that it has left after `frames`.
Intruder walk_through(float area, float speed, float at, float frames, Dice* dice) {
  Intruder intruder;
  intruder.body = static_cast<Body>(dice->whole(0, kBodies - 1));
  intruder.scale = scale_of_area(intruder.body, area * kViewPixels);
  intruder.to_the_left = dice->chance(0.5f);
  const float edge = kReach * intruder.scale * 0.6f;
  const float way = (speed > 0 ? speed : (kViewWidth + 2 * edge) / frames) * at - edge;
  intruder.x = intruder.to_the_left ? kViewWidth - way : way;
  intruder.y = dice->between(150, kViewHeight - 8);
  intruder.stride = 0.35f * at;
  intruder.salt = dice->next() >> 8;
  return intruder;
}

void small_intruder(float at, float frames, Dice* dice, Moment* moment) {
  moment->intruder = walk_through(0.01f, 0, at, frames, dice);
}

void dim_intruder(float at, float frames, Dice* dice, Moment* moment) {
  moment->intruder = walk_through(0.02f, 0, at, frames, dice);
  moment->intruder.presence = dice->between(0.35f, 0.45f);
}

void slow_intruder(float at, float frames, Dice* dice, Moment* moment) {
  moment->intruder = walk_through(0.015f, 0.25f, at, frames, dice);
}

// A hand or a bag: within a few frames over most of the view or all of it.
void cover(float at, float frames, Dice* dice, Moment* moment) {
  const float most = dice->between(0.85f, 1), level = dice->between(0.02f, 0.5f);
  moment->cover = {most * clamp01(std::min(at + 1, frames - at) / 3), level, dice->chance(0.5f)};
}

// The same frame, again and again.
void freeze(int64_t start, int64_t first, Moment* moment) {
  moment->exposure = start + first;
  moment->time = static_cast<double>(start + first);
}

void blur(float share, Dice* dice, Moment* moment) {
  moment->blur = dice->between(3, 5) * up_and_down(share, 0.03f);
}

void move(Dice* dice, Moment* moment) {
  moment->shift_x = sign(dice) * dice->between(6, 20);
  moment->shift_y = sign(dice) * dice->between(0, 8);
}

// The sensor gets warm in one corner, so that the noise grows there, and stays so.
void age(float share, Dice* dice, Moment* moment) {
  moment->warmth = dice->between(0.3f, 0.4f) * clamp01(share / 0.6f);
}

// A lamp of 30 % goes on and, at the end, off.
void lamp(Dice* dice, Moment* moment) {
  moment->lamp = {dice->between(0, kViewWidth), dice->between(-60, 60), dice->between(300, 500), 0.3f};
}

void light_drift(float share, Dice* dice, Moment* moment) {
  const float swing = sign(dice) * dice->between(0.2f, 0.3f);
  moment->light *= 1 + swing * up_and_down(share, 0.5f);
}

void shadow(float at, float frames, Dice* dice, Moment* moment) {
  Shadow* band = &moment->shadow;
  band->width = dice->between(60, 140);
  band->softness = dice->between(30, 60);
  band->depth = dice->between(0.2f, 0.35f);
  band->slant = dice->between(-0.5f, 0.5f);
  const float reach = band->width / 2 + band->softness + kViewHeight * std::fabs(band->slant);
  const float way = -reach + at / frames * (kViewWidth + 2 * reach);
  band->x = dice->chance(0.5f) ? way : kViewWidth - way;
}

// A lamp on the mains, seen at a frame rate that does not fit.
void flicker(float at, Dice* dice, Moment* moment) {
  const float strength = dice->between(0.05f, 0.1f), turns = dice->between(0.27f, 0.46f);
  moment->light *= 1 + strength * std::sin(6.2831853f * turns * at);
}

} // namespace

void apply(const Episode& episode, int64_t start, int64_t at, Moment* moment) {
  Dice dice(episode.seed, kLooksStream); // the same looks in every frame
  const auto frame = static_cast<float>(at), frames = static_cast<float>(episode.frames);
  switch (episode.happening) {
  case Happening::small_intruder:
    return small_intruder(frame, frames, &dice, moment);
  case Happening::dim_intruder:
    return dim_intruder(frame, frames, &dice, moment);
  case Happening::slow_intruder:
    return slow_intruder(frame, frames, &dice, moment);
  case Happening::cover:
    return cover(frame, frames, &dice, moment);
  case Happening::freeze:
    return freeze(start, episode.first, moment);
  case Happening::blur:
    return blur(frame / frames, &dice, moment);
  case Happening::move:
    return move(&dice, moment);
  case Happening::ageing:
    return age(frame / frames, &dice, moment);
  case Happening::lamp:
    return lamp(&dice, moment);
  case Happening::light_drift:
    return light_drift(frame / frames, &dice, moment);
  case Happening::shadow:
    return shadow(frame, frames, &dice, moment);
  case Happening::flicker:
    return flicker(frame, &dice, moment);
  }
}

} // namespace demo
