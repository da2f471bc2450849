// SPDX-License-Identifier: Apache-2.0
#include "bench/score_laws.h"

#include "base/philox.h"

#include <algorithm>
#include <cmath>

namespace pinhole::testing {

namespace {

constexpr double kCorrelation = 0.9;

// Independent draws in double precision from Philox counters.
class Draws {
public:
  explicit Draws(uint64_t stream) : stream_(stream) {}

  double uniform() { // in (0, 1)
    if (left_ == 0) {
      const RandomWords words = philox(0x70726f6d697365, counter_++, stream_);
      for (int i = 0; i < 2; ++i)
        uniform_[i] = ((uint64_t{words.word[2 * i]} << 20 ^ words.word[2 * i + 1] >> 12) + 0.5) * 0x1p-52;
      left_ = 2;
    }
    return uniform_[--left_];
  }

  double normal() {
    if (has_normal_) {
      has_normal_ = false;
      return normal_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform())), turn = 2 * 3.14159265358979323846 * uniform();
    normal_ = radius * std::sin(turn);
    has_normal_ = true;
    return radius * std::cos(turn);
  }

  // A standard normal number given that it is above u: from a shifted exponential (Robert 1995), or by waiting.
  double normal_above(double u) {
    if (u < 0.5) {
      double value = normal();
      while (value <= u)
        value = normal();
      return value;
    }
    const double rate = 0.5 * (u + std::sqrt(u * u + 4));
    for (;;) {
      const double value = u - std::log(uniform()) / rate;
      if (uniform() <= std::exp(-0.5 * (value - rate) * (value - rate)))
        return value;
    }
  }

private:
  uint64_t stream_, counter_ = 0;
  double uniform_[2] = {}, normal_ = 0;
  int left_ = 0;
  bool has_normal_ = false;
};

double score(Law law, Draws* draws, double previous) {
  switch (law) {
  case Law::normal:
    return draws->normal();
  case Law::gamma4:
    return -std::log(draws->uniform()) - std::log(draws->uniform()) - std::log(draws->uniform()) -
           std::log(draws->uniform());
  case Law::student4: { // a fourth of chi squared with 4 degrees is a sum of two exponentials by 2
    const double chi = -std::log(draws->uniform()) - std::log(draws->uniform());
    return draws->normal() / std::sqrt(chi / 2);
  }
  case Law::ar1_90:
    return kCorrelation * previous + std::sqrt(1 - kCorrelation * kCorrelation) * draws->normal();
  }
  return 0;
}

// P(score > u).
double survival(Law law, double u) {
  if (law == Law::gamma4)
    return u <= 0 ? 1 : std::exp(-u) * (1 + u * (1 + u / 2 * (1 + u / 3)));
  if (law == Law::student4) {
    const double s = std::fabs(u) / std::sqrt(4 + u * u);
    const double rest = 4 / ((4 + u * u) * (1 + s)); // 1 - s without loss
    const double tail = rest * rest * (2 + s) / 4;
    return u > 0 ? tail : 1 - tail;
  }
  return 0.5 * std::erfc(u / std::sqrt(2.0));
}

constexpr double kLowestLevel = -2, kLevelStep = 0.2;
constexpr int kLevels = 48, kLongestRun = 128, kDraws = 20000;

size_t place_of(int level, int run_length) {
  return static_cast<size_t>(level) * (kLongestRun + 1) + static_cast<size_t>(run_length);
}

} // namespace

const char* law_name(Law law) {
  constexpr const char* kNames[] = {"normal", "gamma 4", "Student t4", "AR(1) 0.9"};
  return kNames[static_cast<int>(law)];
}

double law_deviation(Law law) {
  return law == Law::gamma4 ? 2 : law == Law::student4 ? std::sqrt(2.0) : 1;
}

std::vector<float> simulate(Law law, size_t count, uint64_t stream) {
  Draws draws(stream << 2 | static_cast<uint64_t>(law));
  std::vector<float> scores(count);
  double value = draws.normal();
  for (float& result : scores)
    result = static_cast<float>(value = score(law, &draws, value));
  return scores;
}

AlertRates::AlertRates(Law law) : law_(law) {
  if (law != Law::ar1_90)
    return;
  log_quiet_.resize(size_t{kLevels} * (kLongestRun + 1));
  Draws draws(UINT64_MAX);
  for (int level = 0; level < kLevels; ++level) {
    const double u = kLowestLevel + kLevelStep * level;
    std::vector<int> returned(kLongestRun + 2); // by the frames until the first score above u
    for (int draw = 0; draw < kDraws; ++draw) {
      double value = draws.normal_above(u);
      int back = 0;
      do {
        value = score(law, &draws, value);
        ++back;
      } while (value <= u && back <= kLongestRun);
      ++returned[static_cast<size_t>(back)];
    }
    int quiet = kDraws;
    for (int run = 0; run <= kLongestRun; ++run) {
      quiet -= returned[static_cast<size_t>(run)];
      log_quiet_[place_of(level, run)] = std::log(std::max(quiet, 1) / double{kDraws});
    }
  }
}

// P(none of the frames before was above | this one is).
double AlertRates::quiet_before(double threshold, int32_t run_length) const {
  if (law_ != Law::ar1_90)
    return std::pow(1 - survival(law_, threshold), run_length);
  const int run = std::min(run_length, kLongestRun);
  const double place = std::clamp((threshold - kLowestLevel) / kLevelStep, 0.0, kLevels - 1.001);
  const auto level = static_cast<int>(place);
  const double* quiet = &log_quiet_[place_of(level, run)];
  return std::exp(quiet[0] + (place - level) * (quiet[kLongestRun + 1] - quiet[0]));
}

double AlertRates::per_frame(double threshold, int32_t run_length) const {
  return survival(law_, threshold) * quiet_before(threshold, run_length);
}

double AlertRates::threshold_for(double rate, int32_t run_length) const {
  // From above, in steps that no peak of the rate falls between; then halving.
  double high = law_ == Law::student4 ? 3000 : law_ == Law::gamma4 ? 60 : 9;
  double low = high;
  while (low > 0 && per_frame(low, run_length) <= rate) {
    high = low;
    low = low > 20 ? low * 0.95 : low - 0.05;
  }
  if (low <= 0)
    return -HUGE_VAL;
  for (int step = 0; step < 40; ++step) {
    const double middle = 0.5 * (low + high);
    (per_frame(middle, run_length) > rate ? low : high) = middle;
  }
  return high;
}

} // namespace pinhole::testing
