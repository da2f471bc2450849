// SPDX-License-Identifier: Apache-2.0
#include "promise_plot.h"

#include "common.h"
#include "train/line_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace pinhole::tool {
namespace {

constexpr int kPoints = 400, kRates = 60;
constexpr double kSecondsPerDay = 86400;

// Alerts that a threshold would have raised, in alerts a day.
double counted_per_day(const pinhole_calibration& c, double threshold, double frames_per_day) {
  int32_t alerts = 0;
  for (int32_t i = 0; i < c.peak_count; ++i)
    alerts += static_cast<double>(c.low[i]) <= threshold && threshold < static_cast<double>(c.peak[i]);
  return alerts * frames_per_day / static_cast<double>(c.frames);
}

std::string with_number(const char* text, double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.3g", number);
  const double rounded = std::strtod(digits, nullptr);
  return std::string(text) + " " + (rounded >= 1000 && rounded < 1e15 ? with_commas(std::llround(rounded)) : digits);
}

std::string title_of(const pinhole_calibration& c) {
  char title[96];
  std::snprintf(title, sizeof title, "%.0f %% confidence: %s", 100 * c.confidence,
                c.provisional ? "provisional, more normal frames settle it" : "supported by the frames seen");
  return title;
}

// What the threshold would be for other rates: `counted` where these frames support the rate, else `extrapolated`.
void add_promises(const pinhole_calibration& c, double least, double most, PlotSeries* extrapolated,
                  PlotSeries* counted) {
  for (int i = 0; i <= kRates; ++i) {
    pinhole_calibration other = c;
    const double rate = most * std::pow(least / most, static_cast<double>(i) / kRates);
    if (pinhole_calibration_ask(&other, rate).code != PINHOLE_OK)
      continue;
    (other.provisional ? extrapolated : counted)->points.emplace_back(static_cast<double>(other.threshold), rate);
  }
}

} // namespace

Status save_promise_plot(const std::string& path, const pinhole_calibration& c) {
  const double frames_per_day = kSecondsPerDay * c.frames_per_second;
  const auto threshold = static_cast<double>(c.threshold);
  // Of thresholds below its last peak a full list cannot tell.
  const bool full = c.peak_count == PINHOLE_CALIBRATION_PEAKS;
  const auto low =
      static_cast<double>(full ? std::max(c.lowest_threshold, c.peak[c.peak_count - 1]) : c.lowest_threshold);
  const double least = std::min(c.asked_per_day, c.supported_per_day) / 10; // what the axis shows
  LinePlot plot;
  plot.title = title_of(c);
  plot.x_label = "threshold";
  plot.y_label = "false alarms a day";
  PlotSeries counted = {"counted", {140, 190, 230}, {}}, promised = {"promised", {31, 119, 180}, {}};
  PlotSeries extrapolated = {"extrapolated", {200, 30, 30}, {}};
  add_promises(c, least, 3 * std::max(c.supported_per_day, c.asked_per_day), &extrapolated, &promised);
  double high = threshold;
  for (const PlotSeries* series : {&promised, &extrapolated})
    for (const auto& point : series->points)
      high = std::max(high, point.first);
  for (int i = 0; i <= kPoints; ++i) {
    const double at = low + (high - low) * i / kPoints, alerts = counted_per_day(c, at, frames_per_day);
    counted.points.emplace_back(at, alerts > 0 ? alerts : std::nan(""));
  }
  const auto level = [low, high](const char* name, double rate, Color color) {
    return PlotSeries{with_number(name, rate), color, {{low, rate}, {high, rate}}, true};
  };
  plot.series = {level("asked", c.asked_per_day, {44, 140, 60}),
                 level("supported", c.supported_per_day, {140, 140, 140}), counted, promised, extrapolated};
  plot.bands = {{threshold, threshold, {90, 90, 90}, with_number("threshold", threshold)}};
  return save_image(path, draw_plot(plot));
}

} // namespace pinhole::tool
