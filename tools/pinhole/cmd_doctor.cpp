// SPDX-License-Identifier: Apache-2.0
// pinhole doctor: what this machine offers, and what this program was built with.
#include "arguments.h"
#include "command.h"
#include "json_output.h"

#include "device/cpu/simd.h"
#include "image/digits.h"
#include "json.h"
#include "pinhole/pinhole.h"

#include <CLI/Version.hpp>

#include <flatbuffers/base.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <jpeglib.h> // needs <cstdio> before it
#include <png.h>
#include <zlib.h>

namespace pinhole::tool {
namespace {

namespace fs = std::filesystem;

// The first line of a file without the zero byte that the device tree ends with; "" when there is none.
std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line.substr(0, line.find('\0'));
}

// "name<spaces>: value" of /proc/cpuinfo and /proc/meminfo; "" when it is not there.
std::string field(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || line.compare(0, name.size(), name) != 0)
      continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

std::string or_unknown(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

// Boards have a device tree, PCs DMI tables.
std::string board_name() {
  const std::string board = first_line("/proc/device-tree/model");
  return or_unknown(board.empty() ? first_line("/sys/class/dmi/id/product_name") : board);
}

Json simd_levels() {
  Json levels = Json::array();
  for (int level = 0; level < kSimdLevels; ++level)
    if (simd_supported(static_cast<SimdLevel>(level)))
      levels.push_back(simd_name(static_cast<SimdLevel>(level)));
  return levels;
}

int64_t memory_bytes(const char* name) {
  const std::string kibibytes = field("/proc/meminfo", name); // "16384 kB"
  uint64_t number = 0;
  const bool known = parse_digits(kibibytes.substr(0, digits_at(kibibytes, 0)), &number);
  return known ? static_cast<int64_t>(number) * 1024 : 0;
}

// The video devices of the kernel, with the names that their drivers give.
Json cameras() {
  std::vector<std::string> devices;
  std::error_code none; // a machine without the folder has no cameras
  for (const fs::directory_entry& entry : fs::directory_iterator("/dev", none))
    if (entry.path().filename().string().compare(0, 5, "video") == 0)
      devices.push_back(entry.path().filename().string());
  std::sort(devices.begin(), devices.end());
  Json list = Json::array();
  for (const std::string& device : devices)
    list.push_back({{"device", "/dev/" + device},
                    {"name", or_unknown(first_line(fs::path("/sys/class/video4linux") / device / "name"))}});
  return list;
}

Json library_versions() {
  auto dotted = [](int a, int b, int c) {
    return std::to_string(a) + "." + std::to_string(b) + "." + std::to_string(c);
  };
#ifdef LIBJPEG_TURBO_VERSION_NUMBER
  constexpr int kJpeg = LIBJPEG_TURBO_VERSION_NUMBER; // major * 1000000 + minor * 1000 + patch
  const std::string jpeg = "libjpeg-turbo " + dotted(kJpeg / 1000000, kJpeg / 1000 % 1000, kJpeg % 1000);
#else
  const std::string jpeg = "libjpeg API " + std::to_string(JPEG_LIB_VERSION);
#endif
  return {
      {"jpeg", jpeg},
      {"png", PNG_LIBPNG_VER_STRING},
      {"zlib", ZLIB_VERSION},
      {"flatbuffers", dotted(FLATBUFFERS_VERSION_MAJOR, FLATBUFFERS_VERSION_MINOR, FLATBUFFERS_VERSION_REVISION)},
      {"nlohmann_json", dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
      {"cli11", CLI11_VERSION}};
}

Json examine() {
  std::string cpu = field("/proc/cpuinfo", "model name");
  if (cpu.empty())
    cpu = field("/proc/cpuinfo", "Hardware");
  return {{"pinhole", pinhole_version()},
          {"board", board_name()},
          {"cpu", or_unknown(cpu)},
          {"cores", std::thread::hardware_concurrency()},
          {"memory_bytes", memory_bytes("MemTotal")},
          {"memory_available_bytes", memory_bytes("MemAvailable")},
          {"simd", simd_levels()},
          {"simd_chosen", simd_name(simd_level())},
          {"cuda", {{"built_in", false}, {"driver", or_unknown(first_line("/proc/driver/nvidia/version"))}}},
          {"cameras", cameras()},
          {"libraries", library_versions()}};
}

void print_text(const Json& json) {
  auto text = [](const Json& j) { return j.get<std::string>(); };
  std::printf("pinhole    %s\nboard      %s\ncpu        %s, %u cores\n", text(json["pinhole"]).c_str(),
              text(json["board"]).c_str(), text(json["cpu"]).c_str(), json["cores"].get<unsigned>());
  std::printf("memory     %s bytes, %s available\n", with_commas(json["memory_bytes"].get<int64_t>()).c_str(),
              with_commas(json["memory_available_bytes"].get<int64_t>()).c_str());
  std::string levels;
  for (const Json& level : json["simd"])
    levels += (levels.empty() ? "" : ", ") + text(level);
  std::printf("simd       %s; chosen: %s (PINHOLE_SIMD names another)\n", levels.c_str(),
              text(json["simd_chosen"]).c_str());
  std::printf("cuda       not built in; NVIDIA driver: %s\n", text(json["cuda"]["driver"]).c_str());
  if (json["cameras"].empty())
    std::printf("cameras    none in /dev/video*\n");
  for (const Json& camera : json["cameras"])
    std::printf("camera     %s  %s\n", text(camera["device"]).c_str(), text(camera["name"]).c_str());
  std::printf("libraries ");
  for (const auto& [name, version] : json["libraries"].items())
    std::printf(" %s %s%s", name.c_str(), text(version).c_str(), name == "cli11" ? "\n" : ",");
}

} // namespace

void add_doctor(CLI::App* app, const Common* common, Action* action) {
  const Command command(app, "doctor", "what this machine offers: cores, SIMD, memory, CUDA, cameras");
  command.footer("Example: pinhole doctor --json");
  command.then([=] {
    *action = [=] {
      if (common->json)
        print_json(examine());
      else
        print_text(examine());
      return Status();
    };
  });
}

} // namespace pinhole::tool
