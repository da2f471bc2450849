// SPDX-License-Identifier: Apache-2.0
// pinhole bench: how long a frame takes, through the C API as firmware calls it.
#include "arguments.h"
#include "bench_frames.h"
#include "command.h"
#include "denoiser.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"
#include "progress.h"
#include "shared_options.h"

#include "image/file_bytes.h"
#include "json.h"
#include "train/host_engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  std::string model, size = "640x480", schedule = "auto", level = "auto";
  int32_t frames = 100, rows = 0;
  bool csv = false;
};

// Milliseconds.
struct Times {
  double bind = 0, first = 0, mean = 0, p50 = 0, p99 = 0, max = 0, jitter = 0;
};

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Status from_c(const pinhole_status& status) {
  return status.code == PINHOLE_OK ? Status() : error(static_cast<Code>(status.code), "%s", status.text);
}

// The smallest time that at least `share` of the sorted times do not exceed.
double percentile(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<int64_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[static_cast<size_t>(std::max<int64_t>(rank, 1) - 1)];
}

void summarise(std::vector<double> milliseconds, Times* times) {
  std::sort(milliseconds.begin(), milliseconds.end());
  double sum = 0, squares = 0;
  for (const double time : milliseconds)
    sum += time;
  const auto n = static_cast<double>(milliseconds.size());
  times->mean = sum / n;
  for (const double time : milliseconds)
    squares += (time - times->mean) * (time - times->mean);
  times->jitter = std::sqrt(squares / n);
  times->p50 = percentile(milliseconds, 0.50);
  times->p99 = percentile(milliseconds, 0.99);
  times->max = milliseconds.back();
}

// An engine with its memory; unbound when it goes.
struct BoundEngine {
  AlignedBytes file, setup, prepared, state, scratch;
  pinhole_engine* engine = nullptr;
  pinhole_sizes sizes = {};
  bool bound = false;

  BoundEngine() = default;
  BoundEngine(const BoundEngine&) = delete;
  BoundEngine& operator=(const BoundEngine&) = delete;
  ~BoundEngine() {
    if (bound)
      pinhole_unbind(engine);
  }

  Status open(const std::vector<uint8_t>& bytes, const pinhole_options& options) {
    const Status no_memory = error(Code::too_little_memory, "this machine has not enough memory for the plan");
    size_t setup_bytes = 0;
    if (!file.resize(bytes.size()))
      return no_memory;
    std::memcpy(file.data(), bytes.data(), bytes.size());
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_measure(file.data(), file.size(), &options, &setup_bytes)));
    if (!setup.resize(setup_bytes))
      return no_memory;
    PINHOLE_RETURN_IF_ERROR(
        from_c(pinhole_plan(file.data(), file.size(), &options, setup.data(), setup.size(), &engine)));
    sizes = pinhole_planned(engine);
    if (!prepared.resize(sizes.prepared) || !state.resize(sizes.state) || !scratch.resize(sizes.scratch))
      return no_memory;
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_bind(engine, {prepared.data(), prepared.size()},
                                                {state.data(), state.size()}, {scratch.data(), scratch.size()})));
    bound = true;
    return {};
  }
};

Status time_frames(const Options& options, BoundEngine* engine, BenchFrames* frames, float level, Times* times) {
  std::vector<double> milliseconds;
  ProgressLine line;
  for (int32_t i = 0; i <= options.frames; ++i) {
    line.show_count(i, options.frames, "frames");
    const pinhole_frame in = frames->input(i);
    pinhole_frame out = frames->output();
    const Clock::time_point start = Clock::now();
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_denoise(engine->engine, &in, level, &out)));
    const double time = since(start);
    if (i == 0)
      times->first = time;
    else
      milliseconds.push_back(time);
  }
  summarise(std::move(milliseconds), times);
  return {};
}

Json describe(const Options& options, const pinhole_options& plan, const BoundEngine& engine, const Times& times) {
  return {{"model", options.model},
          {"width", plan.width},
          {"height", plan.height},
          {"threads", plan.threads},
          {"schedule", options.schedule},
          {"frames", options.frames},
          {"bind_ms", times.bind},
          {"first_ms", times.first},
          {"mean_ms", times.mean},
          {"p50_ms", times.p50},
          {"p99_ms", times.p99},
          {"max_ms", times.max},
          {"jitter_ms", times.jitter},
          {"frames_per_second", 1000 / times.mean},
          {"setup_bytes", engine.setup.size()},
          {"prepared_bytes", engine.sizes.prepared},
          {"state_bytes", engine.sizes.state},
          {"scratch_bytes", engine.sizes.scratch},
          {"file_bytes", engine.file.size()}};
}

void print_csv(const Json& json) {
  std::string names, numbers;
  for (const auto& [name, value] : json.items()) {
    names += (names.empty() ? "" : ",") + name;
    numbers += (numbers.empty() ? "" : ",") + value.dump();
  }
  std::printf("%s\n%s\n", names.c_str(), numbers.c_str());
}

void print_text(const Json& json) {
  auto number = [&](const char* key) { return json[key].get<double>(); };
  auto commas = [&](const char* key) { return with_commas(json[key].get<int64_t>()); };
  std::printf("%s at %dx%d, %d threads, schedule %s, %d frames; conversion to and from bytes counted\n",
              json["model"].get<std::string>().c_str(), json["width"].get<int>(), json["height"].get<int>(),
              json["threads"].get<int>(), json["schedule"].get<std::string>().c_str(), json["frames"].get<int>());
  std::printf("open %.2f ms, first frame %.2f ms\n", number("bind_ms"), number("first_ms"));
  std::printf("p50 %.2f  p99 %.2f  max %.2f  mean %.2f  jitter %.2f ms: %.1f frames/s\n", number("p50_ms"),
              number("p99_ms"), number("max_ms"), number("mean_ms"), number("jitter_ms"), number("frames_per_second"));
  std::printf("bytes: setup %s, prepared %s, state %s, scratch %s, file %s\n", commas("setup_bytes").c_str(),
              commas("prepared_bytes").c_str(), commas("state_bytes").c_str(), commas("scratch_bytes").c_str(),
              commas("file_bytes").c_str());
}

Status bench(const Options& options, const Common& common) {
  float level = 0;
  PINHOLE_RETURN_IF_ERROR(parse_level(options.level, &level));
  pinhole_options plan = pinhole_default_options();
  PINHOLE_RETURN_IF_ERROR(parse_size(options.size, &plan.width, &plan.height));
  plan.threads = common.thread_count();
  plan.rows_per_step = options.rows;
  plan.schedule = options.schedule == "rows"    ? PINHOLE_SCHEDULE_ROWS
                  : options.schedule == "whole" ? PINHOLE_SCHEDULE_WHOLE
                                                : PINHOLE_SCHEDULE_AUTO;
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(options.model, &bytes));
  BoundEngine engine;
  BenchFrames frames;
  Times times;
  const Clock::time_point start = Clock::now();
  Status status = engine.open(bytes, plan);
  times.bind = since(start);
  if (status.ok()) {
    frames.make(plan.width, plan.height, common.seed);
    status = time_frames(options, &engine, &frames, level, &times);
  }
  if (!status.ok())
    return with_path(options.model, status);
  const Json json = describe(options, plan, engine, times);
  if (common.json)
    print_json(json);
  else if (options.csv)
    print_csv(json);
  else
    print_text(json);
  return {};
}

} // namespace

void add_bench(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "bench", "time per frame: p50, p99, max, first, jitter; bytes by region");
  command.option("model", &options->model, "weights file").required();
  command.option("--size", &options->size, "of the frames, WIDTHxHEIGHT").show_default().check(frame_size());
  command.option("--frames", &options->frames, "frames to time, after a first one, which is timed apart")
      .show_default()
      .check(whole_number(1, 1000000));
  add_level_option(command, &options->level);
  command.option("--schedule", &options->schedule, "auto, rows or whole")
      .show_default()
      .one_of({"auto", "rows", "whole"});
  command.option("--rows", &options->rows, "rows schedule: output rows per round (default: chosen by rule)")
      .check(whole_number(1, kLargestSide));
  command.flag("--csv", &options->csv, "print a line of names and a line of numbers");
  command.footer("Raw frames (RGB24) of made noise go through pinhole_denoise, conversions included. Jitter is the\n"
                 "standard deviation of the times; times are milliseconds.\n"
                 "Example: pinhole bench m.pinhole --size 640x480 --frames 200 --threads 2");
  command.then([=] {
    check_rows(options->schedule, options->rows);
    *action = [=] { return bench(*options, *common); };
  });
}

} // namespace pinhole::tool
