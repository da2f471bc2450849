// SPDX-License-Identifier: Apache-2.0
#include "train/history.h"
#include "train/line_plot.h"

namespace pinhole {

Status plot_history(const std::vector<HistoryRow>& rows, const std::string& title, const std::string& path) {
  LinePlot plot;
  plot.title = title;
  plot.x_label = "step";
  plot.y_label = "loss";
  plot.series = {{"training", {31, 119, 180}, {}}, {"validation", {214, 39, 40}, {}}};
  for (const HistoryRow& row : rows) {
    const auto step = static_cast<double>(row.step);
    plot.series[0].points.emplace_back(step, row.loss);
    plot.series[1].points.emplace_back(step, row.validation_loss);
  }
  return save_image(path, draw_plot(plot));
}

} // namespace pinhole
