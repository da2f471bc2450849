// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <cstdio>
#include <unistd.h>

namespace demo {
namespace {

constexpr double kSecondsPerLine = 5, kSecondsPerBar = 0.1;

std::string with_commas(size_t number) {
  std::string text = std::to_string(number);
  for (size_t place = text.size(); place > 3; place -= 3)
    text.insert(place - 3, ",");
  return text;
}

void print_region(const char* name, size_t planned, size_t reserved) {
  std::printf("    %-10s %12s of %12s\n", name, with_commas(planned).c_str(), with_commas(reserved).c_str());
}

} // namespace

void print_loop(const firmware::LoopReport& report) {
  std::printf("  frames     %lld denoised, %lld dropped\n", static_cast<long long>(report.frames),
              static_cast<long long>(report.dropped));
  std::printf("  latency    p50 %.1f ms   p99 %.1f ms   max %.1f ms\n", report.latency.p50_ms, report.latency.p99_ms,
              report.latency.max_ms);
}

void print_memory(const char* title, const firmware::Bill& bill, const firmware::Bill& reserved) {
  std::printf("  %s: bytes planned, of the static memory\n", title);
  print_region("setup", bill.setup, reserved.setup);
  print_region("prepared", bill.prepared, reserved.prepared);
  print_region("state", bill.state, reserved.state);
  print_region("scratch", bill.scratch, reserved.scratch);
  std::printf("    %-10s %12s\n", "file", with_commas(bill.file).c_str());
}

void print_quality(const Quality& quality) {
  std::printf("  PSNR       noisy %.2f dB   best blur %.2f dB (sigma %.2f)   denoised %.2f dB\n", quality.noisy(),
              quality.blurred(), quality.blur_sigma(), quality.denoised());
  std::printf("             gain %+.2f dB, %+.2f dB over the best blur; mean of %lld frames\n",
              quality.denoised() - quality.noisy(), quality.denoised() - quality.blurred(),
              static_cast<long long>(quality.frames()));
}

void print_training(const firmware::TrainReport& report) {
  std::printf("  training   %lld steps on %lld frames; %lld patches passed over because something moved\n",
              static_cast<long long>(report.steps), static_cast<long long>(report.frames),
              static_cast<long long>(report.moving));
  std::printf("  loss x1e6 ");
  for (const float loss : report.loss)
    std::printf(" %.0f", 1e6 * static_cast<double>(loss));
  std::printf("\n");
}

std::string draw_bar(double share_done) {
  constexpr size_t kWidth = 24;
  const auto filled = static_cast<size_t>(share_done * kWidth);
  return '[' + std::string(filled, '#') + std::string(kWidth - filled, '.') + ']';
}

TrainingBar::TrainingBar() : terminal_(isatty(STDOUT_FILENO) != 0) {}

void TrainingBar::show(void* context, const firmware::TrainReport& report, double share_done, float latest_loss) {
  auto* self = static_cast<TrainingBar*>(context);
  self->loss_ = report.steps == 1 ? latest_loss : self->loss_ + 0.03f * (latest_loss - self->loss_);
  const double now = firmware::now_seconds();
  if (share_done < 1 && now - self->shown_ < (self->terminal_ ? kSecondsPerBar : kSecondsPerLine))
    return;
  self->shown_ = now;
  std::printf("%s  %s %3.0f%%  %lld steps, loss x1e6 %.0f%s", self->terminal_ ? "\r" : "", draw_bar(share_done).c_str(),
              100 * share_done, static_cast<long long>(report.steps), 1e6 * static_cast<double>(self->loss_),
              self->terminal_ && share_done < 1 ? "\033[K" : "\n");
  std::fflush(stdout);
}

} // namespace demo
