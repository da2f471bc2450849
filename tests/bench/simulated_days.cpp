// SPDX-License-Identifier: Apache-2.0
#include "simulated_days.h"

#include "dice.h"
#include "pictures.h"

#include <algorithm>
#include <cmath>

namespace pinhole::bench {
namespace {

constexpr uint32_t kVisits = 201, kClouds = 202;
constexpr double kDay = 86400;
constexpr float kNight = 0.012f, kDusk = 0.1f; // of the light at noon; the lamp is lit at dusk
constexpr float kLampStrength = 20;            // times the night's light, right under it
constexpr float kMostGain = 10;
constexpr int kGains = 24;            // steps of the sensor's gain, evenly on a logarithmic scale
constexpr double kCloudTime = 180;    // seconds
constexpr float kTarget = 0.9f;       // light times gain that the exposure aims at
constexpr float kExposureStep = 0.2f; // of the way, each second

demo::SensorNoise noise_at(float gain) {
  return {4e-4f * gain, 4e-5f * gain * gain};
}

float gain_of(int step) {
  return std::pow(kMostGain, static_cast<float>(step) / (kGains - 1));
}

int step_of(float gain) {
  return static_cast<int>(std::lround((kGains - 1) * std::log(gain) / std::log(kMostGain)));
}

std::vector<Visit> draw_visits(uint64_t seed, int64_t quiet, int64_t seconds) {
  demo::Dice dice(seed, kVisits);
  std::vector<Visit> visits;
  for (int64_t at = quiet;;) {
    at += dice.whole(1200, 20400); // three hours in the mean
    const int64_t frames = dice.whole(20, 45);
    if (at + frames >= seconds)
      return visits;
    Visit visit = {};
    visit.first = at;
    visit.last = at + frames - 1;
    demo::Intruder& who = visit.intruder;
    who.body = static_cast<demo::Body>(dice.whole(0, demo::kBodies - 1));
    who.scale =
        demo::scale_of_area(who.body, dice.between(0.01f, 0.03f) * SimulatedDays::kWidth * SimulatedDays::kHeight);
    who.to_the_left = dice.chance(0.5f);
    who.y = dice.between(150, SimulatedDays::kHeight - 8);
    who.salt = dice.next() >> 8;
    const float edge = demo::kReach * who.scale * 0.6f;
    visit.from = who.to_the_left ? SimulatedDays::kWidth + edge : -edge;
    visit.to = who.to_the_left ? -edge : SimulatedDays::kWidth + edge;
    visits.push_back(visit);
    at += frames;
  }
}

} // namespace

SimulatedDays::SimulatedDays(uint64_t seed, double start, int64_t quiet, int64_t seconds)
    : scene_(kWidth, kHeight, seed), visits_(draw_visits(seed, quiet, seconds)), seed_(seed), start_(start),
      pixels_(size_t{kWidth} * kHeight) {
  for (int step = 0; step < kGains; ++step)
    sensors_.emplace_back(noise_at(gain_of(step)), seed + static_cast<uint64_t>(step));
}

double SimulatedDays::hour() const {
  return std::fmod(start_ + static_cast<double>(second_) / 3600, 24);
}

float SimulatedDays::sun() const {
  const double height = std::sin(3.14159265 * (hour() - 5.5) / 13); // up from half past five to half past six
  return height > 0 && hour() > 5.5 && hour() < 18.5 ? static_cast<float>(std::pow(height, 1.2)) : 0;
}

demo::Moment SimulatedDays::moment() const {
  demo::Moment moment;
  moment.time = 25.0 * static_cast<double>(second_);
  moment.exposure = second_;
  const float sun = this->sun(), clear = 1 / (1 + std::exp(static_cast<float>(2 * cloud_ - 1)));
  moment.light = kNight + sun * (0.5f + 0.5f * clear);
  moment.shadow.x = -100 + 40 * static_cast<float>(hour() - 5.5);
  moment.shadow.slant = 0.3f;
  moment.shadow.width = 90;
  moment.shadow.softness = 30;
  moment.shadow.depth = 0.4f * clear * std::min(1.0f, 3 * sun);
  if (lamp_)
    moment.lamp = {210, 20, 150, kLampStrength * kNight / moment.light};
  if (visit_ < visits_.size() && second_ >= visits_[visit_].first) {
    const Visit& visit = visits_[visit_];
    const auto at = static_cast<float>(second_ - visit.first);
    moment.intruder = visit.intruder;
    moment.intruder.x = visit.from + (visit.to - visit.from) * at / static_cast<float>(visit.last - visit.first);
    moment.intruder.stride = 8.75f * at;
  }
  return moment;
}

// As a camera's own control: it sees the mean of the picture, lamp included.
void SimulatedDays::follow_light(const demo::Moment& moment) {
  const float lit = moment.light * (1 + 0.4f * moment.lamp.strength);
  const float wanted = std::min(std::max(kTarget / lit, 1.0f), kMostGain);
  gain_ *= std::pow(wanted / gain_, kExposureStep);
  if (lamp_ ? sun() > 1.3f * kDusk : sun() < kDusk)
    lamp_ = !lamp_;
}

pinhole_frame SimulatedDays::next() {
  demo::Dice dice(seed_ + static_cast<uint64_t>(second_) * 7919, kClouds);
  float normal = 0; // of a dozen uniform numbers
  for (int i = 0; i < 12; ++i)
    normal += dice.between(-0.5f, 0.5f);
  cloud_ += -cloud_ / kCloudTime + std::sqrt(2 / kCloudTime) * static_cast<double>(normal);
  demo::Moment now = moment();
  follow_light(now);
  const int step = step_of(gain_);
  now.light *= gain_of(step);
  if (!scene_.draw(now, &clean_).ok())
    std::abort();
  gray_ = demo::luma(clean_);
  pinhole_frame frame = {};
  frame.format = PINHOLE_GRAY8;
  frame.width = kWidth;
  frame.height = kHeight;
  frame.plane[0] = pixels_.data();
  frame.pitch[0] = kWidth;
  sensors_[static_cast<size_t>(step)].expose(gray_, now, &frame);
  ++second_;
  while (visit_ < visits_.size() && second_ > visits_[visit_].last)
    ++visit_;
  return frame;
}

} // namespace pinhole::bench
