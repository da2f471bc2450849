// SPDX-License-Identifier: Apache-2.0
// The course of the scores with threshold and events, as a picture. Memory does not grow with the number of frames.
#pragma once

#include "base/status.h"
#include "pinhole/alerts.h"
#include "train/line_plot.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class ScorePlot {
public:
  // One scored frame. A number that does not follow the one before leaves a gap in the curve.
  void add(int64_t number, double time, double score, double smoothed, double threshold, double closing);
  // An event that opened or closed. `alert`: the number of an anomaly alert, from 1; 0 for others.
  void add(const pinhole_event& event, int64_t alert);

  // `by_time`: the x axis tells the time since the first frame, else frame numbers. As save_image.
  Status save(const std::string& path, const std::string& title, bool by_time) const;

private:
  // Neighbouring frames, at most frames_per_bin_ of them.
  struct Bin {
    int64_t first, last;
    double first_time, last_time;
    double score, low, high;   // highest score; lowest and highest smoothed one
    double threshold, closing; // the latest
    int64_t frames;
    bool after_gap;
  };
  // `closed`: time of the end, NaN while it is open.
  struct Event {
    int32_t kind;
    bool suppressed;
    int64_t first, last, alert;
    double closed;
  };

  void halve();
  double place(int64_t number, bool by_time, double unit) const;
  LinePlot draw(const std::string& title, bool by_time) const;

  std::vector<Bin> bins_;
  int64_t frames_per_bin_ = 1;
  std::vector<Event> events_;
};

} // namespace pinhole::tool
