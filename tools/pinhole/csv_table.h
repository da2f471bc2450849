// SPDX-License-Identifier: Apache-2.0
// A comma-separated file with a line of names on top.
#pragma once

#include "base/status.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class CsvTable {
public:
  // Errors name file and line: a missing column, a row of another length, no rows.
  Status read(const std::string& path, const std::vector<std::string>& required);

  size_t rows() const { return cells_.size(); }
  bool has(const std::string& column) const { return index_of(column) < names_.size(); }
  // The column must be there.
  const std::string& text(size_t row, const std::string& column) const { return cells_[row][index_of(column)]; }
  // NaN where there is no number.
  double number(size_t row, const std::string& column) const;

private:
  size_t index_of(const std::string& column) const;

  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> cells_;
};

} // namespace pinhole::tool
