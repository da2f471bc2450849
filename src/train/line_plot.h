// SPDX-License-Identifier: Apache-2.0
// Curves over a common axis, as a picture.
#pragma once

#include "train/bitmap_text.h"

#include <string>
#include <utility>
#include <vector>

namespace pinhole {

struct PlotSeries {
  std::string name; // in the legend, unless it is empty
  Color color = {0, 0, 0};
  std::vector<std::pair<double, double>> points; // x ascending; points that are not finite are left out
  bool dashed = false;
  bool has_gaps = false; // a point that is not finite interrupts the line
};

// A part of the x axis, shaded from top to bottom, with a name above it. Where names would cover each other, some are
// left out.
struct PlotBand {
  double first = 0, last = 0;
  Color color = {0, 0, 0};
  std::string label;
};

struct LinePlot {
  std::string title, x_label, y_label;
  std::vector<PlotSeries> series;
  std::vector<PlotBand> bands;
};

// 960 x 540 pixels. The y axis is logarithmic when all values are positive and the largest is over 8 times the
// smallest. Bands do not widen the x axis.
Image draw_plot(const LinePlot& plot);

// From number to number along an axis: 1, 2 or 5 times a power of ten, the least that gives at most `count` steps over
// `range`, which is positive.
double nice_step(double range, int count);

} // namespace pinhole
