// SPDX-License-Identifier: Apache-2.0
#include "bench/promised_history.h"

#include "bench/score_laws.h"
#include "pinhole/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace pinhole::testing {
namespace {

constexpr double kAsked = 0.003; // alerts a frame
constexpr size_t kFirst = 1000, kPart = 4000;
// How long it has gone on when it is looked at, in alerts that the asked rate gives in the time. Forgotten is from 256
// on, every 128.
constexpr double kLooks[] = {3, 12, 50, 120, 250, 270, 500, 1000};

struct Look {
  int supported = 0, kept = 0;
  std::vector<double> rates; // the true one by the asked one
};

void need_ok(const pinhole_status& status) {
  if (status.code == PINHOLE_OK)
    return;
  std::fprintf(stderr, "promised_rate: %s\n", status.text);
  std::exit(2);
}

pinhole_calibration first_calibration(Law law, uint64_t stream) {
  const std::vector<float> scores = simulate(law, kFirst, stream);
  pinhole_calibration_options options = pinhole_default_calibration_options();
  options.frames_per_second = 0.1; // what is remembered is more than a day
  options.asked_per_day = kAsked * 86400 * options.frames_per_second;
  pinhole_calibration calibration;
  need_ok(pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration));
  return calibration;
}

// One calibration, to which every later frame is given, as when all its alerts are dismissed as false.
void watch(Law law, const AlertRates& truth, uint64_t stream, Look* looks) {
  pinhole_calibration calibration = first_calibration(law, stream);
  size_t frames = kFirst;
  for (size_t i = 0; i < std::size(kLooks); ++i) {
    for (; static_cast<double>(frames) * kAsked < kLooks[i]; frames += kPart) {
      const std::vector<float> scores = simulate(law, kPart, stream + frames);
      need_ok(pinhole_calibration_update(&calibration, scores.data(), scores.size(), nullptr, 0, 0));
    }
    const double rate = truth.per_frame(static_cast<double>(calibration.threshold), calibration.run_length);
    looks[i].supported += !calibration.provisional;
    looks[i].kept += !calibration.provisional && rate <= kAsked;
    looks[i].rates.push_back(rate / kAsked);
  }
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace

int print_history(int calibrations) {
  std::printf(
      "\nGoing on, every frame given to the calibration (%d calibrations): after as long as the asked rate takes "
      "for so many alerts, kept, and the median of the true rate by the asked one\n\n| alerts |",
      calibrations);
  for (const Law law : kLaws)
    std::printf(" %s |", law_name(law));
  std::printf("\n|---|---|---|---|---|\n");
  Look looks[std::size(kLaws)][std::size(kLooks)];
  for (size_t law = 0; law < std::size(kLaws); ++law) {
    const AlertRates truth(kLaws[law]);
    for (int i = 0; i < calibrations; ++i)
      watch(kLaws[law], truth, (static_cast<uint64_t>(i) + 1) << 32, looks[law]);
  }
  int below = 0;
  for (size_t i = 0; i < std::size(kLooks); ++i) {
    std::printf("| %g |", kLooks[i]);
    for (const auto& law : looks) {
      const double kept = 100.0 * law[i].kept / std::max(law[i].supported, 1);
      std::printf(" %.1f %%; %.2f |", kept, median(law[i].rates));
      below += law[i].supported > 0 && kept < 90;
    }
    std::printf("\n");
  }
  return below;
}

} // namespace pinhole::testing
