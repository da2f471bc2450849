// SPDX-License-Identifier: Apache-2.0
#include "score_plot.h"

#include "train/line_plot.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {
namespace {

constexpr size_t kMostBins = 2048, kMostEvents = 2000;
constexpr int64_t kMostPerBin = int64_t{1} << 40; // frames
constexpr Color kScore = {31, 119, 180}, kRaw = {178, 205, 226}, kThreshold = {200, 30, 30}, kClosing = {232, 150, 120};

Color color_of(int32_t kind, bool suppressed) {
  if (kind == PINHOLE_EVENT_ANOMALY)
    return suppressed ? Color{250, 238, 238} : Color{255, 214, 208};
  return kind == PINHOLE_EVENT_DRIFT ? Color{255, 243, 205} : Color{226, 226, 236};
}

// Seconds in the unit of an axis that is `seconds` long.
double unit_of(double seconds, const char** name) {
  if (seconds > 3 * 3600) {
    *name = "hours since the first frame";
    return 3600;
  }
  *name = seconds > 180 ? "minutes since the first frame" : "seconds since the first frame";
  return seconds > 180 ? 60 : 1;
}

} // namespace

void ScorePlot::add(int64_t number, double time, double score, double smoothed, double threshold, double closing) {
  const bool after_gap = !bins_.empty() && number != bins_.back().last + 1;
  if (bins_.empty() || bins_.back().frames >= frames_per_bin_ || after_gap) {
    if (bins_.size() == kMostBins)
      halve();
    bins_.push_back({number, number, time, time, score, smoothed, smoothed, threshold, closing, 1, after_gap});
    return;
  }
  Bin& bin = bins_.back();
  bin.last = number;
  bin.last_time = time;
  bin.score = std::max(bin.score, score);
  bin.low = std::min(bin.low, smoothed);
  bin.high = std::max(bin.high, smoothed);
  bin.threshold = threshold;
  bin.closing = closing;
  ++bin.frames;
}

// Joins neighbours two by two; a gap between them is lost where the plot could not show it.
void ScorePlot::halve() {
  for (size_t i = 0; i + 1 < bins_.size(); i += 2) {
    Bin joined = bins_[i];
    const Bin& right = bins_[i + 1];
    joined.last = right.last;
    joined.last_time = right.last_time;
    joined.score = std::max(joined.score, right.score);
    joined.low = std::min(joined.low, right.low);
    joined.high = std::max(joined.high, right.high);
    joined.threshold = right.threshold;
    joined.closing = right.closing;
    joined.frames += right.frames;
    bins_[i / 2] = joined;
  }
  bins_.resize(bins_.size() / 2);
  if (frames_per_bin_ < kMostPerBin) // where every frame is after a gap, bins are joined again and again
    frames_per_bin_ *= 2;
}

void ScorePlot::add(const pinhole_event& event, int64_t alert) {
  if (event.open) {
    if (events_.size() < kMostEvents)
      events_.push_back({event.kind, event.suppressed != 0, event.first, event.last, alert, std::nan("")});
    return;
  }
  for (auto it = events_.rbegin(); it != events_.rend(); ++it)
    if (it->kind == event.kind && it->first == event.first && std::isnan(it->closed)) {
      it->last = event.last;
      it->closed = event.time;
      return;
    }
}

// Where a frame stands on the x axis; between two bins, or beyond them, the nearest.
double ScorePlot::place(int64_t number, bool by_time, double unit) const {
  if (!by_time)
    return static_cast<double>(number);
  const auto bin =
      std::lower_bound(bins_.begin(), bins_.end(), number, [](const Bin& b, int64_t n) { return b.last < n; });
  if (bin == bins_.end())
    return (bins_.back().last_time - bins_.front().first_time) / unit;
  const double share = bin->last > bin->first && number > bin->first
                           ? static_cast<double>(number - bin->first) / static_cast<double>(bin->last - bin->first)
                           : 0;
  return (bin->first_time + share * (bin->last_time - bin->first_time) - bins_.front().first_time) / unit;
}

LinePlot ScorePlot::draw(const std::string& title, bool by_time) const {
  LinePlot plot;
  plot.title = title;
  plot.y_label = "score";
  const char* label = "frame";
  const double unit = by_time ? unit_of(bins_.back().last_time - bins_.front().first_time, &label) : 1;
  plot.x_label = label;
  plot.series = {{"one frame", kRaw, {}, false, true},
                 {"smoothed", kScore, {}, false, true},
                 {"threshold", kThreshold, {}, true, false},
                 {"an alert closes", kClosing, {}, true, false}};
  double threshold = 0;
  for (const Bin& bin : bins_)
    threshold = std::max(threshold, bin.threshold);
  const double floor = threshold / 1000; // a score of 0 has no place on a logarithmic axis
  for (const Bin& bin : bins_) {
    const double first = place(bin.first, by_time, unit), last = place(bin.last, by_time, unit);
    const auto add = [&](size_t series, double x, double y) {
      plot.series[series].points.emplace_back(x, std::isnan(y) ? y : std::max(y, floor));
    };
    if (bin.after_gap)
      for (const size_t series : {0, 1})
        add(series, first, std::nan(""));
    add(0, first, bin.score);
    add(1, first, bin.high);
    if (bin.frames > 1)
      add(1, last, bin.low);
    add(2, last, bin.threshold);
    add(3, last, bin.closing);
  }
  for (const Event& event : events_) {
    const bool anomaly = event.kind == PINHOLE_EVENT_ANOMALY;
    const std::string name = anomaly && !event.suppressed ? "#" + std::to_string(event.alert)
                             : anomaly                    ? "suppressed"
                                                          : pinhole_event_name(event.kind);
    // While it is open, an event lasts; and no frame tells when a camera that was gone came back.
    const bool open = std::isnan(event.closed);
    const double end = open      ? place(bins_.back().last, by_time, unit)
                       : by_time ? (event.closed - bins_.front().first_time) / unit
                                 : static_cast<double>(event.last);
    plot.bands.push_back({place(event.first, by_time, unit), end, color_of(event.kind, event.suppressed), name});
  }
  std::stable_sort(plot.bands.begin(), plot.bands.end(),
                   [](const PlotBand& a, const PlotBand& b) { return a.first < b.first; });
  return plot;
}

Status ScorePlot::save(const std::string& path, const std::string& title, bool by_time) const {
  return save_image(path, draw_plot(bins_.empty() ? LinePlot{title, "frame", "score", {}, {}} : draw(title, by_time)));
}

} // namespace pinhole::tool
