// SPDX-License-Identifier: Apache-2.0
#include "watch_report.h"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace demo {
namespace {

constexpr double kSecondsPerBar = 0.1;
constexpr double kDay = 86400;

void print_latency(const char* what, const firmware::Latency& latency) {
  std::printf("             %-22s p50 %5.1f ms   p99 %5.1f ms   max %5.1f ms\n", what, latency.p50_ms, latency.p99_ms,
              latency.max_ms);
}

const char* expected_name(const Outcome& outcome) {
  const int32_t expected = expected_event(outcome.episode.happening);
  return expected < 0 ? "nothing" : pinhole_event_name(expected);
}

} // namespace

PhaseBar::PhaseBar() : terminal_(isatty(STDOUT_FILENO) != 0) {}

void PhaseBar::show(int32_t phase, double share_done) {
  const double now = firmware::now_seconds();
  if (phase_ >= 0 && phase != phase_)
    std::printf("%s  %-12s%s %.1f s\n", terminal_ ? "\r" : "", pinhole_scene_phase_name(phase_),
                terminal_ ? "\033[K" : "", now - began_);
  if (phase != phase_)
    began_ = now;
  phase_ = phase;
  if (!terminal_ || phase == PINHOLE_SCENE_WATCHING || now - shown_ < kSecondsPerBar)
    return;
  shown_ = now;
  std::printf("\r  %-12s%s %3.0f%%\033[K", pinhole_scene_phase_name(phase), draw_bar(share_done).c_str(),
              100 * share_done);
  std::fflush(stdout);
}

void print_calibration(const firmware::WatchReport& report) {
  const pinhole_calibration& c = report.first;
  std::printf("  promise    asked: at most %.3g false alarm%s a day; threshold %.2f, normal scores %.2f (half below), "
              "%.2f (90 %%)\n",
              c.asked_per_day, c.asked_per_day == 1 ? "" : "s", static_cast<double>(c.threshold),
              static_cast<double>(c.quantile_50), static_cast<double>(c.quantile_90));
  if (c.provisional)
    std::printf("             provisional: %" PRIu64 " normal frames support %.3g a day, the rest, %.1f decades, is "
                "extrapolated;\n             supported after %.1f days more of normal frames\n",
                c.frames, c.supported_per_day, c.decades, pinhole_calibration_seconds_missing(&c) / kDay);
  else
    std::printf("             supported by %" PRIu64 " normal frames\n", c.frames);
}

void print_happenings(const Verdict& verdict) {
  std::printf("  %-15s %11s  %-9s %s\n", "what happened", "frames", "to raise", "raised");
  for (const Outcome& outcome : verdict.outcomes) {
    const Episode& episode = outcome.episode;
    std::printf("  %-15s %5lld-%-5lld  %-9s ", name_of(episode.happening), static_cast<long long>(episode.first),
                static_cast<long long>(episode.last()), expected_name(outcome));
    if (outcome.caught)
      std::printf("after %lld frames", static_cast<long long>(outcome.delay));
    else
      std::printf("%s", expected_event(episode.happening) < 0 ? "nothing" : "MISSED");
    if (outcome.anomalies + outcome.other_events > 0)
      std::printf(", FALSE: %d anomalies, %d other events", outcome.anomalies, outcome.other_events);
    std::printf("\n");
  }
}

void print_watching(const firmware::WatchReport& report, const Verdict& verdict, double frames_per_second) {
  const double seconds = static_cast<double>(report.watched) / frames_per_second;
  const pinhole_calibration& c = report.latest;
  std::printf("  events     %d of %d caught, beside %d that are none\n", verdict.caught, verdict.events,
              static_cast<int32_t>(verdict.outcomes.size()) - verdict.events);
  std::printf("  alerts     %d; false alarms %d in %.0f seconds (promised: %.3g a day, %s; so %.4f of them); false "
              "events of the camera %d\n",
              verdict.alerts, verdict.false_alarms, seconds, c.asked_per_day,
              c.provisional ? "provisional" : "supported", c.asked_per_day * seconds / kDay, verdict.false_events);
  for (const std::string& complaint : verdict.complaints)
    std::printf("             %s\n", complaint.c_str());
  std::printf("  latency    of the %lld watched frames\n", static_cast<long long>(report.watched));
  if (report.denoiser.file > 0)
    print_latency("denoising alone", report.denoising);
  print_latency("watching alone", report.watching);
  if (report.denoiser.file > 0)
    print_latency("denoising and watching", report.both);
  print_memory("the scene", report.scene, firmware::scene_memory());
}

pinhole::Status append_record(const std::string& path, uint64_t seed, const firmware::WatchReport& report,
                              const Verdict& verdict, double frames_per_second) {
  std::FILE* file = std::fopen(path.c_str(), "a");
  if (!file)
    return pinhole::error(pinhole::Code::io_error, "--record %s: %s", path.c_str(), std::strerror(errno));
  for (const Outcome& outcome : verdict.outcomes)
    std::fprintf(file, "happening\t%" PRIu64 "\t%s\t%s\t%d\t%lld\t%d\t%d\n", seed, name_of(outcome.episode.happening),
                 expected_name(outcome), outcome.caught ? 1 : 0, static_cast<long long>(outcome.delay),
                 outcome.anomalies, outcome.other_events);
  for (const std::string& complaint : verdict.complaints)
    std::fprintf(file, "complaint\t%" PRIu64 "\t%s\n", seed, complaint.c_str());
  std::fprintf(file, "scene\t%" PRIu64 "\t%.1f\t%g\t%s\t%d\t%d\t%d\t%.3f\n", seed,
               static_cast<double>(report.watched) / frames_per_second, report.first.asked_per_day,
               report.first.provisional ? "provisional" : "supported", verdict.alerts, verdict.false_alarms,
               verdict.false_events, static_cast<double>(report.first.threshold));
  return std::fclose(file) == 0
             ? pinhole::Status()
             : pinhole::error(pinhole::Code::io_error, "--record %s: %s", path.c_str(), std::strerror(errno));
}

} // namespace demo
