// SPDX-License-Identifier: Apache-2.0
#include "plan_report.h"

#include "common.h"
#include "device/cpu/simd.h"
#include "image/image.h"
#include "json.h"
#include "weights/writer.h"

#include <cstdio>
#include <cstring>

namespace pinhole::tool {
namespace {

// Structures of the system differ, and with them the setup's size.
#if defined(__x86_64__)
constexpr const char* kArchitectureCheck =
    "#if !defined(__x86_64__)\n#error \"these sizes were planned on x86-64: plan on the target\"\n#endif\n";
#elif defined(__aarch64__)
constexpr const char* kArchitectureCheck =
    "#if !defined(__aarch64__)\n#error \"these sizes were planned on aarch64: plan on the target\"\n#endif\n";
#else
constexpr const char* kArchitectureCheck = "";
#endif

constexpr const char* kRegionNames[] = {"setup", "prepared", "state", "scratch", "file"};

// The first value that lies in a block, for people.
const char* block_name(const Plan& plan, int32_t block) {
  for (ValueId v = 0; v < plan.program.value_count; ++v)
    if (plan.placements[v].block == block)
      return plan.program.values[v].name;
  return "";
}

Json block_json(const char* name, const char* region, size_t offset, size_t bytes, int32_t first, int32_t last,
                int32_t ring_rows) {
  return {{"name", name},   {"region", region}, {"offset", offset},      {"bytes", bytes},
          {"first", first}, {"last", last},     {"ring_rows", ring_rows}};
}

} // namespace

Json plan_json(const Engine& engine, size_t setup_bytes, size_t file_bytes) {
  const Plan& plan = engine.plan;
  Json blocks = Json::array(), steps = Json::array();
  for (int32_t b = 0; b < plan.block_count; ++b) {
    const Block& block = plan.blocks[b];
    blocks.push_back(block_json(block_name(plan, b), kRegionNames[static_cast<unsigned>(block.region)], block.offset,
                                block.bytes, block.first, block.last, block.ring_rows));
  }
  for (int32_t s = 0; s < plan.program.step_count; ++s) {
    const Step& step = plan.program.steps[s];
    const StepMemory& memory = plan.step_memory[s];
    const char* name = step.node < 0 ? "all parameters" : plan.program.nodes[step.node].name;
    if (memory.scratch_bytes > 0)
      blocks.push_back(block_json("workspace", "scratch", memory.scratch_offset, memory.scratch_bytes, s, s, 0));
    steps.push_back({{"step", s},
                     {"layer", name},
                     {"pass", pass_name(step.pass)},
                     {"device", plan.elided[s] ? "none: already in place" : "cpu"},
                     {"workspace", memory.scratch_bytes},
                     {"prepared", memory.prepared_bytes}});
  }
  const bool rows = plan.schedule == Schedule::rows;
  return {{"model", engine.model.name},
          {"entry", plan.program.entry->name},
          {"mode", plan.program.mode == Mode::training ? "training" : "inference"},
          {"schedule", rows ? "rows" : "whole"},
          {"rows_per_step", rows ? plan.rows_per_step : 0},
          {"row_lag", rows ? plan.row_lag : 0},
          {"sizes",
           {{"setup", setup_bytes},
            {"prepared", plan.prepared_bytes},
            {"state", plan.state_bytes},
            {"scratch", plan.scratch_bytes},
            {"file", file_bytes}}},
          {"scratch_bound", plan.scratch_bound},
          {"peak_over_bound", plan.scratch_bound > 0
                                  ? static_cast<double>(plan.scratch_bytes) / static_cast<double>(plan.scratch_bound)
                                  : 1.0},
          {"sum_of_all_tensors", plan.activation_sum},
          {"steps", steps.size()},
          {"step_list", steps},
          {"blocks", blocks}};
}

void print_plan(const Engine& engine, const Json& json) {
  const Plan& plan = engine.plan;
  auto commas = [](const Json& number) { return with_commas(number.get<int64_t>()); };
  std::printf("model %s, entry %s (%s), schedule %s", engine.model.name, plan.program.entry->name,
              json["mode"].get<std::string>().c_str(), json["schedule"].get<std::string>().c_str());
  if (plan.schedule == Schedule::rows)
    std::printf(": %d output rows per round, the first after %d more input rows", plan.rows_per_step, plan.row_lag);
  std::printf("\n\nbytes by region\n");
  for (const char* region : {"setup", "prepared", "state", "scratch"})
    std::printf("  %-9s %15s\n", region, commas(json["sizes"][region]).c_str());
  std::printf("  %-9s %15s   (read-only, as it is)\n", "file", commas(json["sizes"]["file"]).c_str());
  std::printf("scratch is %.4f of the least possible, and %.1f%% of all tensors together (%s bytes)\n\n",
              json["peak_over_bound"].get<double>(),
              100.0 * static_cast<double>(plan.scratch_bytes) / static_cast<double>(plan.activation_sum),
              commas(json["sum_of_all_tensors"]).c_str());
  std::printf("%-5s %-22s %-17s %-24s %14s %14s\n", "step", "layer", "pass", "device", "workspace", "prepared");
  for (const Json& step : json["step_list"])
    std::printf("%-5d %-22s %-17s %-24s %14s %14s\n", step["step"].get<int>(), step["layer"].get<std::string>().c_str(),
                step["pass"].get<std::string>().c_str(), step["device"].get<std::string>().c_str(),
                commas(step["workspace"]).c_str(), commas(step["prepared"]).c_str());
  std::printf("\n%-22s %-9s %15s %15s %6s %6s %6s\n", "tensor", "region", "offset", "bytes", "first", "last", "rows");
  for (const Json& block : json["blocks"])
    std::printf("%-22s %-9s %15s %15s %6d %6d %6s\n", block["name"].get<std::string>().c_str(),
                block["region"].get<std::string>().c_str(), commas(block["offset"]).c_str(),
                commas(block["bytes"]).c_str(), block["first"].get<int>(), block["last"].get<int>(),
                block["ring_rows"] == 0 ? "all" : std::to_string(block["ring_rows"].get<int>()).c_str());
}

Status write_plan_header(const std::string& path, const std::string& command, int32_t threads, const Json& json) {
  const std::string simd = simd_name(simd_level());
  std::string text = "/* Made by " + command + ".\n" +
                     " * Memory for planning and binding, and the file; every block 64-byte aligned. SAVED, which "
                     "needs no alignment, is "
                     "where\n * a scene is saved. The sizes hold for this kind of processor and its SIMD level (" +
                     simd + "): make the header on\n * the target, or there with PINHOLE_SIMD set to the level. */\n" +
                     "#pragma once\n" + kArchitectureCheck + "#define PINHOLE_PLAN_SIMD \"" + simd + "\"\n" +
                     "#define PINHOLE_PLAN_THREADS " + std::to_string(threads) + "\n";
  const Json& sizes = json["sizes"];
  for (const char* region : {"setup", "prepared", "state", "scratch", "file", "saved"}) {
    if (!sizes.contains(region))
      continue;
    std::string name;
    for (const char* c = region; *c; ++c)
      name += static_cast<char>(std::toupper(static_cast<unsigned char>(*c)));
    text += "#define PINHOLE_PLAN_" + name + "_BYTES " + std::to_string(sizes[region].get<size_t>()) + "u\n";
  }
  return replace_file(path, text.data(), text.size());
}

Status draw_plan(const std::string& path, const Plan& plan) {
  constexpr int32_t kWidth = 960, kHeight = 540;
  Image image;
  PINHOLE_RETURN_IF_ERROR(make_image(kWidth, kHeight, 3, &image));
  std::memset(image.pixels.data(), 255, image.pixels.size());
  const double per_step = static_cast<double>(kWidth) / plan.program.step_count;
  const double per_byte = static_cast<double>(kHeight) / static_cast<double>(max_of<size_t>(plan.scratch_bytes, 1));
  auto rectangle = [&](int32_t first, int32_t last, size_t offset, size_t bytes, uint32_t hue) {
    const auto x0 = static_cast<int32_t>(first * per_step), x1 = static_cast<int32_t>((last + 1) * per_step);
    const auto y0 = static_cast<int32_t>(static_cast<double>(offset) * per_byte);
    const auto y1 = static_cast<int32_t>(static_cast<double>(offset + bytes) * per_byte);
    for (int32_t y = y0; y < min_of(y1, kHeight); ++y)
      for (int32_t x = x0; x < min_of(x1, kWidth); ++x)
        for (int32_t c = 0; c < 3; ++c) {
          const bool edge = x == x0 || y == y0;
          image.row(kHeight - 1 - y)[3 * x + c] =
              edge ? uint8_t{40} : static_cast<uint8_t>(120 + (hue * 2654435761u >> (8 * c + 3)) % 120);
        }
  };
  for (int32_t b = 0; b < plan.block_count; ++b)
    if (const Block& block = plan.blocks[b]; block.region == Region::scratch)
      rectangle(block.first, block.last, block.offset, block.bytes, static_cast<uint32_t>(b));
  for (int32_t s = 0; s < plan.program.step_count; ++s)
    if (const StepMemory& memory = plan.step_memory[s]; memory.scratch_bytes > 0)
      rectangle(s, s, memory.scratch_offset, memory.scratch_bytes, 7);
  return save_image(path, image);
}

} // namespace pinhole::tool
