// SPDX-License-Identifier: Apache-2.0
// What a watch writes: alert log, scores, heat maps, plot, contact sheet. What cannot be written is reported, and the
// watch goes on.
#pragma once

#include "alert_log.h"
#include "anomaly/scene_watch.h"
#include "contact_sheet.h"
#include "growing_file.h"
#include "score_plot.h"
#include "watch_run.h"

#include <chrono>

namespace pinhole::tool {

class WatchOutput {
public:
  // `result` counts events from here on. `live`: frames carry the time of day.
  Status open(const WatchOptions& options, bool live, WatchResult* result);

  void take(const pinhole_events& events);
  // A frame that was scored; its events are taken apart from it.
  void take(const SourceFrame& frame, const WatchedFrame& seen, const SceneMap& map);
  // To be called now and then: what could not be written is tried again; pictures are renewed once a minute.
  void refresh();
  // The first error, after everything was tried.
  Status finish();

private:
  // An anomaly alert; `number` of those that were reported, 0: suppressed.
  struct Alert {
    int64_t first, number;
    ContactSheet::Which which;
  };

  Status check_paths() const;
  void take(const pinhole_event& event);
  Alert opened(const pinhole_event& event);
  Alert closed(const pinhole_event& event);
  bool wanted(bool noted, ContactSheet::Which which, double score);
  Status open_folder() const;
  Status save_heat(const SourceFrame& frame, const Image& picture) const;
  Status save_pictures();

  const WatchOptions* options_ = nullptr;
  WatchResult* result_ = nullptr;
  bool live_ = false;
  AlertLog log_;
  GrowingFile scores_;
  ScorePlot plot_;
  std::vector<Alert> open_; // two at most
  ContactSheet sheet_;
  std::chrono::steady_clock::time_point renewed_;
  bool changed_ = false;
  int64_t heat_faults_ = 0; // heat maps that could not be made
};

} // namespace pinhole::tool
