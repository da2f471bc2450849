// SPDX-License-Identifier: Apache-2.0
#include "csv_table.h"

#include "image/file_bytes.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>

namespace pinhole::tool {
namespace {

constexpr int64_t kMostBytes = int64_t{256} << 20;
constexpr std::string_view kMark = "\xef\xbb\xbf"; // of UTF-8, which spreadsheets write

bool begins_with_mark(const std::vector<uint8_t>& bytes) {
  return bytes.size() >= kMark.size() && std::memcmp(bytes.data(), kMark.data(), kMark.size()) == 0;
}

std::vector<std::string> split(std::string line) {
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  std::vector<std::string> cells(1);
  for (const char c : line)
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  return cells;
}

} // namespace

Status CsvTable::read(const std::string& path, const std::vector<std::string>& required) {
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(path, kMostBytes, &bytes));
  const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(begins_with_mark(bytes) ? kMark.size() : 0);
  std::istringstream lines(std::string(from, bytes.end()));
  std::string line;
  std::getline(lines, line);
  names_ = split(line);
  for (const std::string& column : required)
    if (!has(column))
      return error(Code::bad_file, "%s: no column '%s' in its first line: name the columns there",
                   short_path(path).c_str(), column.c_str());
  for (size_t number = 2; std::getline(lines, line); ++number) {
    cells_.push_back(split(line));
    if (cells_.back().size() != names_.size())
      return error(Code::bad_file, "%s, line %zu: %zu cells, the first line has %zu: give every line as many",
                   short_path(path).c_str(), number, cells_.back().size(), names_.size());
  }
  return cells_.empty() ? error(Code::bad_file, "%s: no rows below its first line: give some", short_path(path).c_str())
                        : Status();
}

double CsvTable::number(size_t row, const std::string& column) const {
  const std::string& cell = text(row, column);
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return end == cell.c_str() || *end ? std::nan("") : value;
}

size_t CsvTable::index_of(const std::string& column) const {
  return static_cast<size_t>(std::find(names_.begin(), names_.end(), column) - names_.begin());
}

} // namespace pinhole::tool
