// SPDX-License-Identifier: Apache-2.0
#include "train/history.h"

#include "image/file_bytes.h"
#include "weights/writer.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace pinhole {
namespace {

constexpr const char* kHeader = "step,epoch,loss,validation_loss,psnr,learning_rate";
constexpr size_t kCells = 6; // those of the header

// "" for NaN. Nine digits bring back the same double for what came from floats.
std::string cell(double value) {
  char text[32] = {0};
  if (!std::isnan(value))
    std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string line_of(const HistoryRow& row) {
  std::string line = std::to_string(row.step);
  for (const double value : {row.epoch, row.loss, row.validation_loss, row.psnr, row.learning_rate})
    line += "," + cell(value);
  for (const double part : row.parts)
    line += "," + cell(part);
  return line + "\n";
}

// False for a line that is no row: a header, or one that a crash cut short.
bool parse_line(const std::string& line, size_t parts, HistoryRow* row) {
  std::vector<double> numbers(kCells + parts);
  const char* at = line.c_str();
  for (double& number : numbers) {
    char* end = nullptr;
    number = std::strtod(at, &end);
    if (end == at)
      number = std::nan("");
    if (*end != (&number == &numbers.back() ? 0 : ','))
      return false;
    at = end + 1;
  }
  if (std::isnan(numbers[0]) || std::isnan(numbers[5]))
    return false;
  *row = {static_cast<int64_t>(numbers[0]),         numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
          {numbers.begin() + kCells, numbers.end()}};
  return true;
}

} // namespace

bool has_diverged(const std::vector<HistoryRow>& rows) {
  constexpr size_t kTenths = 10;
  const size_t tenth = rows.size() / kTenths;
  if (tenth < 10)
    return false;
  double last = 0, lowest = 0;
  for (size_t i = 0; i < kTenths; ++i) { // from the end
    std::vector<double> losses(tenth);
    for (size_t k = 0; k < tenth; ++k)
      losses[k] = rows[rows.size() - 1 - i * tenth - k].loss;
    std::nth_element(losses.begin(), losses.begin() + static_cast<ptrdiff_t>(tenth / 2), losses.end());
    const double median = losses[tenth / 2];
    last = i == 0 ? median : last;
    lowest = i == 0 ? median : std::min(lowest, median);
  }
  return lowest > 0 && (last > 5 * lowest || last > 100 * rows[0].loss);
}

Status History::open(const std::string& path, int64_t steps_done, const std::vector<std::string>& parts) {
  path_ = path;
  parts_ = parts;
  rows_.clear();
  std::error_code ignored;
  const std::string kept = std::filesystem::exists(partial(path_), ignored) ? partial(path_) : path_;
  if (steps_done > 0 && std::filesystem::exists(kept, ignored)) {
    constexpr int64_t kMaxBytes = int64_t{256} << 20;
    std::vector<uint8_t> bytes;
    PINHOLE_RETURN_IF_ERROR(read_file(kept, kMaxBytes, &bytes));
    std::string line;
    for (const uint8_t byte : bytes) {
      HistoryRow row;
      if (byte != '\n')
        line += static_cast<char>(byte);
      else if (parse_line(line, parts_.size(), &row) && row.step <= steps_done)
        rows_.push_back(row);
      if (byte == '\n')
        line.clear();
    }
  }
  return write_all(partial(path_));
}

Status History::finish() {
  PINHOLE_RETURN_IF_ERROR(write_all(path_));
  discard();
  return Status();
}

void History::discard() {
  std::error_code ignored;
  std::filesystem::remove(partial(path_), ignored);
}

Status History::write_all(const std::string& path) const {
  std::string text = kHeader;
  for (const std::string& part : parts_)
    text += "," + part;
  text += "\n";
  for (const HistoryRow& row : rows_)
    text += line_of(row);
  return replace_file(path, text.data(), text.size());
}

Status History::add(const HistoryRow& row) {
  rows_.push_back(row);
  const std::string line = line_of(row);
  std::FILE* file = std::fopen(partial(path_).c_str(), "ab");
  const bool written = file && std::fwrite(line.data(), 1, line.size(), file) == line.size();
  const bool closed = file && std::fclose(file) == 0;
  if (!written || !closed)
    return error(Code::io_error, "%s: cannot write the history: %s", short_path(partial(path_)).c_str(),
                 std::strerror(errno));
  return Status();
}

} // namespace pinhole
