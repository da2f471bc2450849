// SPDX-License-Identifier: Apache-2.0
// The course of a training: a CSV that grows line by line, and its picture.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// One line. Numbers that were not measured there are NaN and empty in the file.
struct HistoryRow {
  int64_t step = 0;       // steps done
  double epoch = 0;       // passes over the training images
  double loss = 0;        // mean over the steps since the row before
  double validation_loss; // of the held-out images
  double psnr;            // of the held-out images, dB
  double learning_rate = 0;
  std::vector<double> parts = {}; // of a loss that is a sum: each part's mean over the same steps
};

class History {
public:
  // Rows go to partial(path), which takes the place of `path` at the end: until then, that is an earlier run's. Those
  // of the one file, or where it is not there of the other, up to `steps_done` are kept, when a run is resumed; the
  // rest, and with steps_done 0 everything, is dropped. Every row has a number for each name in `parts`.
  Status open(const std::string& path, int64_t steps_done, const std::vector<std::string>& parts = {});
  // Writes the row to the file at once.
  Status add(const HistoryRow& row);
  Status finish(); // the rows are at `path`, and nowhere else
  void discard();  // the file of rows that have not got to `path` goes: nothing will resume this run
  static std::string partial(const std::string& path) { return path + ".partial"; }
  const std::vector<HistoryRow>& rows() const { return rows_; }

private:
  Status write_all(const std::string& path) const;
  std::string path_;
  std::vector<std::string> parts_;
  std::vector<HistoryRow> rows_;
};

// Whether the loss ends far above where it was: the median of its last tenth of rows is more than five times the
// lowest median of a tenth, or a hundred times the first row. Fewer than a hundred rows, or losses below 0, say
// nothing.
bool has_diverged(const std::vector<HistoryRow>& rows);

// Draws training and validation loss over the steps (logarithmic loss axis) as PNG.
Status plot_history(const std::vector<HistoryRow>& rows, const std::string& title, const std::string& path);

} // namespace pinhole
