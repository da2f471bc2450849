// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <chrono>
#include <cstdio>
#include <unistd.h>

namespace pinhole::tool {
namespace {

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

ProgressLine::ProgressLine(double log_seconds)
    : terminal_(isatty(STDERR_FILENO) != 0), log_seconds_(log_seconds), logged_seconds_(now_seconds()) {}

void ProgressLine::show(const std::string& text, double share) {
  const double now = now_seconds();
  if (!terminal_ && log_seconds_ > 0 && now - logged_seconds_ >= log_seconds_) {
    std::fprintf(stderr, "%s\n", text.c_str());
    logged_seconds_ = now;
  }
  if (!terminal_ || (now - last_seconds_ < 0.1 && share < 1))
    return;
  last_seconds_ = now;
  drawn_ = true;
  constexpr int kWidth = 24;
  const int filled = static_cast<int>(share * kWidth);
  std::string bar;
  for (int i = 0; i < kWidth; ++i)
    bar += i < filled ? '#' : '.';
  if (share < 0)
    std::fprintf(stderr, "\r%s\033[K", text.c_str());
  else
    std::fprintf(stderr, "\r[%s] %s\033[K", bar.c_str(), text.c_str());
  std::fflush(stderr);
}

void ProgressLine::show_count(int64_t done, int64_t total, const char* things) {
  if (first_seconds_ < 0) {
    first_seconds_ = now_seconds();
    first_done_ = done;
  }
  const double elapsed = now_seconds() - first_seconds_;
  char text[96];
  const std::string of_total = total > 0 ? "/" + std::to_string(total) : "";
  int length = std::snprintf(text, sizeof text, "%lld%s %s", static_cast<long long>(done), of_total.c_str(), things);
  if (done > first_done_ && elapsed > 0) {
    const double rate = static_cast<double>(done - first_done_) / elapsed;
    length += std::snprintf(text + length, sizeof text - static_cast<size_t>(length), "  %.1f/s", rate);
    if (total > 0)
      std::snprintf(text + length, sizeof text - static_cast<size_t>(length), "  %s left",
                    duration(static_cast<double>(total - done) / rate).c_str());
  }
  show(text, total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1);
}

void ProgressLine::clear() {
  if (drawn_)
    std::fprintf(stderr, "\r\033[K");
  drawn_ = false;
  last_seconds_ = -1;
}

void ProgressLine::finish() {
  if (drawn_)
    std::fprintf(stderr, "\n");
  drawn_ = false;
}

void print_warning(const std::string& text) {
  if (!text.empty())
    std::fprintf(stderr, "pinhole: warning: %s\n", text.c_str());
}

std::string duration(double seconds) {
  char text[48];
  const auto whole = static_cast<long>(seconds < 0 ? 0 : seconds);
  if (whole >= 3 * 86400)
    std::snprintf(text, sizeof text, "%ld days %ld h", whole / 86400, whole / 3600 % 24);
  else if (whole >= 3600)
    std::snprintf(text, sizeof text, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
  else if (whole >= 60)
    std::snprintf(text, sizeof text, "%ld min %02ld s", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld s", whole);
  return text;
}

} // namespace pinhole::tool
