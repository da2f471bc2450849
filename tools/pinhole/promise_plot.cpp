// SPDX-License-Identifier: Apache-2.0
#include "promise_plot.h"

#include "command.h"
#include "train/line_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace pinhole::tool {
namespace {

constexpr int kPoints = 400;
constexpr double kSecondsPerDay = 86400;

// Alerts that a threshold would have raised, in alerts a day.
double counted_per_day(const pinhole_calibration& c, double threshold, double frames_per_day) {
  int32_t alerts = 0;
  for (int32_t i = 0; i < c.peak_count; ++i)
    alerts += static_cast<double>(c.low[i]) <= threshold && threshold < static_cast<double>(c.peak[i]);
  return alerts * frames_per_day / static_cast<double>(c.frames);
}

// Alerts a day above `threshold` by the generalised Pareto law of the clusters' peaks.
double fitted_per_day(const pinhole_calibration& c, double threshold, double frames_per_day) {
  const double rate = c.clusters * frames_per_day / static_cast<double>(c.frames);
  const double excess = (threshold - c.tail_location) / c.tail_scale;
  if (!(excess >= 0) || !(c.tail_scale > 0))
    return std::nan("");
  return rate * (c.tail_shape < 1e-9 ? std::exp(-excess) : std::pow(1 + c.tail_shape * excess, -1 / c.tail_shape));
}

std::string with_number(const char* text, double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.3g", number);
  return std::string(text) + " " + (number >= 1000 ? with_commas(std::llround(number)) : digits);
}

std::string title_of(const pinhole_calibration& c) {
  char title[96];
  std::snprintf(title, sizeof title, "%s, with %.0f %% confidence",
                c.provisional ? "provisional: the threshold rests on the fitted tail"
                              : "supported: the threshold rests on counted alerts",
                100 * c.confidence);
  return title;
}

} // namespace

Status save_promise_plot(const std::string& path, const pinhole_calibration& c) {
  const double frames_per_day = kSecondsPerDay * c.frames_per_second;
  const auto threshold = static_cast<double>(c.threshold);
  const double low = static_cast<double>(c.lowest_threshold);
  const double highest = std::max(threshold, c.peak_count > 0 ? static_cast<double>(c.peak[0]) : threshold);
  const double high = highest + (highest - low) * 0.1;
  const double least = std::min(c.asked_per_day, c.supported_per_day) / 10; // what the axis shows
  LinePlot plot;
  plot.title = title_of(c);
  plot.x_label = "threshold";
  plot.y_label = "false alarms a day";
  plot.series = {
      {with_number("asked", c.asked_per_day), {44, 140, 60}, {{low, c.asked_per_day}, {high, c.asked_per_day}}, true},
      {with_number("supported", c.supported_per_day),
       {140, 140, 140},
       {{low, c.supported_per_day}, {high, c.supported_per_day}},
       true},
      {"fitted tail", {200, 30, 30}, {}},
      {"counted", {31, 119, 180}, {}}};
  for (int i = 0; i <= kPoints; ++i) {
    const double at = low + (high - low) * i / kPoints;
    const double fitted = fitted_per_day(c, at, frames_per_day), counted = counted_per_day(c, at, frames_per_day);
    plot.series[2].points.emplace_back(at, fitted >= least ? fitted : std::nan(""));
    plot.series[3].points.emplace_back(at, counted > 0 ? counted : std::nan(""));
  }
  plot.bands = {{threshold, threshold, {200, 30, 30}, with_number("threshold", threshold)}};
  return save_image(path, draw_plot(plot));
}

} // namespace pinhole::tool
