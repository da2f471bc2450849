// SPDX-License-Identifier: Apache-2.0
// Whether the promised rate of alerts is kept: simulated calibrations of score streams with known laws, and the true
// rate at the threshold of each. Prints Markdown; fails when a promise that the frames support is kept in less than 90
// %.
//   promised_rate [CALIBRATIONS]      200 per law and length
#include "bench/promised_alerts.h"
#include "bench/promised_history.h"
#include "bench/score_laws.h"
#include "pinhole/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>

using namespace pinhole::testing;

namespace {

constexpr double kFramesPerSecond = 12.5, kFramesPerDay = 86400 * kFramesPerSecond;
constexpr size_t kLengths[] = {124, 1000, 7500, 100000};
// Asked rates in units of 3.0 / frames, just about the least that so many frames support.
constexpr double kAsked[] = {100, 30, 10, 3, 1.001, 0.3, 0.1, 0.01, 0.001, 1e-4, 1e-5};
constexpr double kShapeRates[] = {10, 5, 30}; // the default first; the others for 1,000 frames alone
constexpr size_t kShapesCompared = 1000;

// The calibrations of one law, length and shape rate that were asked for one rate.
struct Cell {
  int calibrations = 0, kept = 0;
  bool supported = false;
  double decades = 0;
  std::vector<double> losses; // of the threshold over the oracle's, in standard deviations
};

struct Experiment {
  Law law;
  size_t frames;
  Cell cells[std::size(kShapeRates)][std::size(kAsked)];
  std::vector<double> run_lengths, independent;
};

double asked_per_frame(const Experiment& experiment, size_t asked) {
  return kAsked[asked] * 3 / static_cast<double>(experiment.frames);
}

double median(std::vector<double> values) {
  if (values.empty())
    return NAN;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double kept_percent(const Cell& cell) {
  return 100.0 * cell.kept / cell.calibrations;
}

void need_ok(const pinhole_status& status) {
  if (status.code == PINHOLE_OK)
    return;
  std::fprintf(stderr, "promised_rate: %s\n", status.text);
  std::exit(2);
}

void ask(const AlertRates& truth, pinhole_calibration* calibration, double asked, double deviation, Cell* cell) {
  need_ok(pinhole_calibration_ask(calibration, asked * kFramesPerDay));
  const double oracle = truth.threshold_for(asked, calibration->run_length);
  ++cell->calibrations;
  cell->kept += calibration->threshold >= oracle;
  cell->supported = !calibration->provisional;
  cell->decades = calibration->decades;
  if (std::isfinite(oracle))
    cell->losses.push_back((calibration->threshold - oracle) / deviation);
}

void calibrate_once(const AlertRates& truth, uint64_t stream, Experiment* experiment) {
  const std::vector<float> scores = simulate(experiment->law, experiment->frames, stream);
  const size_t shapes = experiment->frames == kShapesCompared ? std::size(kShapeRates) : 1;
  for (size_t shape = 0; shape < shapes; ++shape) {
    pinhole_calibration_options options = pinhole_default_calibration_options();
    options.frames_per_second = kFramesPerSecond;
    options.shape_rate = kShapeRates[shape];
    pinhole_calibration calibration;
    need_ok(pinhole_calibrate(&options, scores.data(), scores.size(), nullptr, 0, &calibration));
    for (size_t i = 0; i < std::size(kAsked); ++i)
      ask(truth, &calibration, asked_per_frame(*experiment, i), law_deviation(experiment->law),
          &experiment->cells[shape][i]);
    if (shape == 0) {
      experiment->run_lengths.push_back(calibration.run_length);
      experiment->independent.push_back(calibration.independent_frames);
    }
  }
}

void print_cells(const Experiment& experiment) {
  for (size_t i = 0; i < std::size(kAsked); ++i) {
    const Cell& cell = experiment.cells[0][i];
    char decades[16] = "supported", loss[16] = "-";
    if (!cell.supported)
      std::snprintf(decades, sizeof decades, "%.1f", cell.decades);
    if (!cell.losses.empty())
      std::snprintf(loss, sizeof loss, "%.2f", median(cell.losses));
    std::printf("| %s | %zu | %.3g | %s | %.1f %% | %s |\n", law_name(experiment.law), experiment.frames,
                asked_per_frame(experiment, i) * kFramesPerDay, decades, kept_percent(cell), loss);
  }
}

void print_by_decade(const std::vector<Experiment>& experiments, size_t shape, bool all_lengths) {
  std::printf("\nShape rate %g%s, %s: kept; median loss at 1,000 frames\n\n| decades |", kShapeRates[shape],
              shape == 0 ? " (default)" : "", all_lengths ? "all lengths" : "1,000 frames");
  for (const Law law : kLaws)
    std::printf(" %s |", law_name(law));
  std::printf("\n|---|---|---|---|---|\n");
  for (size_t i = 0; i < std::size(kAsked); ++i) {
    if (experiments.front().cells[0][i].supported)
      continue;
    std::printf("| %.1f |", experiments.front().cells[0][i].decades);
    for (const Law law : kLaws) {
      int kept = 0, calibrations = 0;
      double loss = 0;
      for (const Experiment& experiment : experiments) {
        const Cell& cell = experiment.cells[shape][i];
        if (experiment.law != law || (experiment.frames != kShapesCompared && !all_lengths))
          continue;
        kept += cell.kept;
        calibrations += cell.calibrations;
        loss = experiment.frames == kShapesCompared ? median(cell.losses) : loss;
      }
      std::printf(" %.1f %%; %.1f |", 100.0 * kept / calibrations, loss);
    }
    std::printf("\n");
  }
}

void print_dependence(const std::vector<Experiment>& experiments) {
  std::printf("\n| law | frames | median run length | median independent frames |\n|---|---|---|---|\n");
  for (const Experiment& experiment : experiments)
    std::printf("| %s | %zu | %.0f | %.0f |\n", law_name(experiment.law), experiment.frames,
                median(experiment.run_lengths), median(experiment.independent));
}

// The rates that stand for the truth against counted alerts.
void print_truth_check(const AlertRates& truth) {
  constexpr size_t kFrames = 5000000;
  constexpr int kRun = 20;
  const std::vector<float> scores = simulate(Law::ar1_90, kFrames, 1u << 30);
  std::printf(
      "\nAR(1) 0.9, run length %d, %zu frames: alerts counted, and expected by the rates that serve as truth\n\n"
      "| threshold | counted | expected |\n|---|---|---|\n",
      kRun, kFrames);
  for (const double threshold : {1.5, 2.5, 3.5, 4.0}) {
    size_t alerts = 0, latest = 0;
    for (size_t i = 0; i < kFrames; ++i)
      if (scores[i] > threshold) {
        alerts += i - latest > kRun;
        latest = i;
      }
    std::printf("| %.1f | %zu | %.0f |\n", threshold, alerts, truth.per_frame(threshold, kRun) * kFrames);
  }
}

// Returns how many supported promises were kept in less than 90 %.
int print_supported(const std::vector<Experiment>& experiments) {
  int cells = 0, below = 0;
  double worst = 100;
  for (const Experiment& experiment : experiments)
    for (const Cell& cell : experiment.cells[0])
      if (cell.supported) {
        ++cells;
        below += kept_percent(cell) < 90;
        worst = std::min(worst, kept_percent(cell));
      }
  std::printf("\nSupported: %d cells, the worst kept in %.1f %%, %d below 90 %%.\n", cells, worst, below);
  return below;
}

} // namespace

int main(int argc, char** argv) {
  const int calibrations = argc > 1 ? std::max(1, std::atoi(argv[1])) : 200;
  std::printf("%d calibrations each, at %.1f frames per second, confidence 0.95.\n\n"
              "| law | frames | asked a day | decades extrapolated | true rate at most the asked one | median loss, "
              "standard deviations |\n|---|---|---|---|---|---|\n",
              calibrations, kFramesPerSecond);
  std::vector<Experiment> experiments;
  for (const Law law : kLaws) {
    const AlertRates truth(law);
    for (const size_t frames : kLengths) {
      experiments.emplace_back();
      Experiment& experiment = experiments.back();
      experiment.law = law;
      experiment.frames = frames;
      for (int i = 0; i < calibrations; ++i)
        calibrate_once(truth, static_cast<uint64_t>(i) * 1000003 + frames, &experiment);
      print_cells(experiment);
      std::fflush(stdout);
    }
  }
  const int below = print_supported(experiments);
  print_by_decade(experiments, 0, true);
  for (size_t shape = 0; shape < std::size(kShapeRates); ++shape)
    print_by_decade(experiments, shape, false);
  print_dependence(experiments);
  const int later_below = print_history(calibrations);
  print_truth_check(AlertRates(Law::ar1_90));
  const int alerts_below = print_alerts_given();
  return below + later_below + alerts_below ? 1 : 0;
}
