// SPDX-License-Identifier: Apache-2.0
// Curves over a common axis, as a picture.
#pragma once

#include "train/bitmap_text.h"

#include <string>
#include <utility>
#include <vector>

namespace pinhole {

struct PlotSeries {
  std::string name;
  Color color = {0, 0, 0};
  std::vector<std::pair<double, double>> points; // x ascending; points that are not finite are left out
};

struct LinePlot {
  std::string title, x_label, y_label;
  std::vector<PlotSeries> series;
};

// 960 x 540 pixels. The y axis is logarithmic when all values are positive and the largest is over 8 times the
// smallest.
Image draw_plot(const LinePlot& plot);

} // namespace pinhole
