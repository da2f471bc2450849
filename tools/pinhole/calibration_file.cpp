// SPDX-License-Identifier: Apache-2.0
#include "calibration_file.h"

#include "anomaly/scene_watch.h"
#include "base/checked.h"
#include "base/crc32c.h"
#include "common.h"
#include "engine/c_status.h"
#include "image/file_bytes.h"
#include "json.h"
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pinhole::tool {
namespace {

constexpr int32_t kVersion = 6;
constexpr float kMostNumber = 1e30f;
constexpr int kMostDepth = 8; // the file's own is 2
constexpr const char* kParts[] = {"calibration", "summary", "least_cells", "weights", "seen", "map", "code", "kl"};

std::string to_hex(const void* data, size_t bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes; ++i) {
    const uint8_t byte = static_cast<const uint8_t*>(data)[i];
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

int32_t hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool from_hex(const std::string& text, void* data, size_t bytes) {
  if (text.size() != 2 * bytes)
    return false;
  for (size_t i = 0; i < bytes; ++i) {
    const int32_t high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    static_cast<uint8_t*>(data)[i] = static_cast<uint8_t>(16 * high + low);
  }
  return true;
}

template <class T> std::string hex_of(const Array<T>& array) {
  return to_hex(array.begin(), static_cast<size_t>(array.size) * sizeof(T));
}

template <class T> bool fill(const Json& json, const char* key, Array<T>* array) {
  return json.contains(key) && json[key].is_string() &&
         from_hex(json[key].get<std::string>(), array->begin(), static_cast<size_t>(array->size) * sizeof(T));
}

bool read_integer(const Json& json, const char* key, int32_t low, int32_t high, int32_t* number) {
  if (!json.contains(key) || !json[key].is_number_integer())
    return false;
  const auto value = json[key].get<int64_t>();
  *number = static_cast<int32_t>(value);
  return value >= low && value <= high;
}

bool all_within(const Array<float>& numbers, float least) {
  for (const float number : numbers)
    if (!(number >= least && number < kMostNumber))
      return false;
  return true;
}

bool read_number(const Json& json, const char* key, float* number) {
  if (!json.contains(key) || !json[key].is_number())
    return false;
  *number = json[key].get<float>();
  return true;
}

// "1 false alarm a day", "154,000 false alarms a day", "1 false alarm in 7 days"
std::string rate_text(double per_day) {
  char number[32];
  std::snprintf(number, sizeof number, "%.3g", per_day >= 0.95 ? per_day : 1 / per_day);
  const double rounded = std::strtod(number, nullptr);
  const std::string text = rounded >= 1000 && rounded < 1e15 ? with_commas(std::llround(rounded)) : number;
  if (per_day < 0.95)
    return "1 false alarm in " + text + " days";
  return text + (rounded == 1 ? " false alarm a day" : " false alarms a day");
}

Status damaged(const std::string& path, const std::string& what) {
  return error(Code::bad_file, "%s: %s; calibrate again", short_path(path).c_str(), what.c_str());
}

// Of a part's text together with the calibration's, so that parts of two files do not fit together. The text is that of
// the parsed part: spaces and line ends of the file do not count, the order of the keys inside a part does.
std::string checksum_of(const Json& file, const char* part) {
  const std::string text = part + file["calibration"].dump() + file[part].dump();
  char checksum[16];
  std::snprintf(checksum, sizeof checksum, "%08x", crc32c(text.data(), text.size()));
  return checksum;
}

Json checksums_of(const Json& file) {
  Json checksums;
  for (const char* part : kParts)
    checksums[part] = checksum_of(file, part);
  return checksums;
}

// Everything is there, and as it was written.
Status check_parts(const std::string& path, const Json& file) {
  const auto is_missing = [&](const char* part) { return !file.contains(part); };
  for (const char* part : kParts)
    if (is_missing(part))
      return damaged(path, std::string("its part \"") + part + "\" is missing");
  if (is_missing("checksums") || !file["checksums"].is_object())
    return damaged(path, "its \"checksums\" are missing");
  const Json& checksums = file["checksums"];
  for (const char* part : kParts)
    if (!checksums.contains(part) || checksums[part] != checksum_of(file, part))
      return damaged(path, std::string("its part \"") + part + "\" is not as it was written");
  return {};
}

// Writing JSON as text, as checksums do, recurses: what is nested deeper than any such file is left out and refused.
bool parse_shallow(const std::vector<uint8_t>& bytes, Json* file) {
  bool deep = false;
  const auto keep = [&](int depth, Json::parse_event_t, const Json&) {
    deep |= depth > kMostDepth;
    return depth <= kMostDepth;
  };
  *file = Json::parse(bytes.begin(), bytes.end(), keep, false);
  return !deep;
}

Status parse_parts(const std::string& path, const std::vector<uint8_t>& bytes, Json* file) {
  if (!parse_shallow(bytes, file) || !file->is_object() || !file->contains("pinhole_calibration"))
    return damaged(path, "no whole calibration file");
  const Json& version = (*file)["pinhole_calibration"];
  if (version != kVersion)
    return damaged(path, "a calibration file of another version" +
                             (version.is_number_integer() ? ", " + version.dump() : "") +
                             ", where this program writes and reads " + std::to_string(kVersion));
  return check_parts(path, *file);
}

bool read_map(const Json& stored, SceneMap* map) {
  return stored.is_object() && read_integer(stored, "frames", kLeastLearned, INT32_MAX, &map->frames) &&
         read_number(stored, "brightness", &map->brightness) && is_brightness(map->brightness) &&
         fill(stored, "mean", &map->mean) && fill(stored, "square", &map->square) &&
         fill(stored, "detail", &map->detail) && fill(stored, "ignored", &map->ignored) && all_within(map->mean, 0) &&
         all_within(map->square, 0) && std::all_of(map->detail.begin(), map->detail.end(), is_detail);
}

bool is_of_size(const Json& stored, const SceneMap& map) {
  int32_t width = 0, height = 0;
  return stored.is_object() && read_integer(stored, "width", map.width, map.width, &width) &&
         read_integer(stored, "height", map.height, map.height, &height);
}

bool read_weights(const Json& stored, SceneScorer* scorer) {
  ScoreWeights weights;
  return stored.is_object() && read_number(stored, "residual", &weights.residual) &&
         read_number(stored, "ssim", &weights.ssim) && read_number(stored, "code", &weights.code) &&
         read_number(stored, "kl", &weights.kl) && set_score_weights(weights, scorer).ok();
}

bool read_code_law(const Json& stored, CodeLaw* law) {
  return stored.is_object() && fill(stored, "mean", &law->mean) && fill(stored, "square", &law->square) &&
         all_within(law->mean, -kMostNumber) && all_within(law->square, 0);
}

bool read_kl_law(const Json& stored, KlLaw* law) {
  return stored.is_object() && read_number(stored, "mean", &law->mean) && read_number(stored, "square", &law->square) &&
         law->mean > -kMostNumber && law->mean < kMostNumber && law->square >= 0 && law->square < kMostNumber;
}

// What the scorer had learned.
Status read_scorer(const std::string& path, const Json& file, SceneScorer* scorer) {
  SceneMap* map = &scorer->map;
  if (!is_of_size(file["map"], *map))
    return damaged(path, "its map is of another model's size");
  if (!read_map(file["map"], map))
    return damaged(path, "its map is cut short or damaged");
  if (!read_weights(file["weights"], scorer))
    return damaged(path, "the weights of its score are missing or out of range");
  if (!read_code_law(file["code"], &scorer->law))
    return damaged(path, "its law of the code is cut short or damaged");
  if (!read_kl_law(file["kl"], &scorer->kl))
    return damaged(path, "its law of the code's divergence is cut short or damaged");
  scorer->law.frames = map->frames;
  scorer->kl.frames = scorer->log_variance.data ? map->frames : 0;
  return {};
}

// Whether the calibration rests on scores of this model with what was read.
Status check_origin(const pinhole_calibration& calibration, uint64_t model_hash, int32_t least_cells,
                    const SceneScorer& scorer) {
  WatchRule rule;
  rule.least_cells = least_cells;
  pinhole_frame like = {};
  like.width = calibration.origin.width;
  like.height = calibration.origin.height;
  like.format = calibration.origin.format;
  const pinhole_score_origin origin = score_origin(scorer, model_hash, rule, like, calibration.origin.smoothing);
  return from_c(pinhole_calibration_check(&calibration, &origin));
}

} // namespace

Json calibration_summary(const pinhole_calibration& c) {
  return {{"asked_per_day", c.asked_per_day},
          {"supported_per_day", c.supported_per_day},
          {"bound_per_day", c.bound_per_day},
          {"confidence", c.confidence},
          {"provisional", c.provisional != 0},
          {"decades_extrapolated", c.decades},
          {"threshold", c.threshold},
          {"lowest_threshold", c.lowest_threshold},
          {"frames", c.frames},
          {"independent_frames", c.independent_frames},
          {"clusters", c.clusters},
          {"alerts_left_out", c.alerts_left_out},
          {"alerts_dismissed", c.alerts_dismissed},
          {"run_length", c.run_length},
          {"score_quantiles", {c.quantile_10, c.quantile_50, c.quantile_90}},
          {"frames_per_second", c.frames_per_second},
          {"seconds_missing", pinhole_calibration_seconds_missing(&c)}};
}

void print_promise(const pinhole_calibration& c) {
  std::printf("threshold %.3f%s from %llu normal frames, about %.0f independent ones\n",
              static_cast<double>(c.threshold), c.threshold > c.lowest_threshold ? "" : " (no lower one is taken)",
              static_cast<unsigned long long>(c.frames), c.independent_frames);
  std::printf("asked for: %s; so many normal frames can promise no fewer than %s\n", rate_text(c.asked_per_day).c_str(),
              rate_text(c.supported_per_day).c_str());
  if (c.provisional)
    std::printf("provisional, extrapolated by %.1f decades: %s more of normal frames settle it\n", c.decades,
                duration(pinhole_calibration_seconds_missing(&c)).c_str());
  else
    std::printf("supported: with %.0f %% confidence at most %s\n", 100 * c.confidence,
                rate_text(c.bound_per_day).c_str());
  if (c.alerts_left_out > 0)
    std::printf("%llu %s until said to be real or false (calibrate --confirm-alerts, --dismiss-alerts)\n",
                static_cast<unsigned long long>(c.alerts_left_out),
                c.alerts_left_out == 1 ? "alert counts as a possible false one"
                                       : "alerts count as possible false ones");
}

std::string calibration_text(const pinhole_calibration& calibration, int32_t least_cells, const SceneScorer& scorer,
                             const SeenFrames& seen) {
  const SceneMap& map = scorer.map;
  const ScoreWeights& weights = map.weights;
  Json json = {
      {"pinhole_calibration", kVersion},
      {"summary", calibration_summary(calibration)},
      {"least_cells", least_cells},
      {"weights", {{"residual", weights.residual}, {"ssim", weights.ssim}, {"code", weights.code}, {"kl", weights.kl}}},
      {"calibration", to_hex(&calibration, sizeof calibration)},
      {"seen", seen.text()},
      {"map",
       {{"width", map.width},
        {"height", map.height},
        {"frames", map.frames},
        {"brightness", map.brightness},
        {"mean", hex_of(map.mean)},
        {"square", hex_of(map.square)},
        {"detail", hex_of(map.detail)},
        {"ignored", hex_of(map.ignored)}}},
      {"code", {{"mean", hex_of(scorer.law.mean)}, {"square", hex_of(scorer.law.square)}}},
      {"kl", {{"mean", scorer.kl.mean}, {"square", scorer.kl.square}}}};
  json["checksums"] = checksums_of(json);
  return json.dump(1) + "\n";
}

Status parse_calibration(const std::string& path, const std::vector<uint8_t>& bytes, uint64_t model_hash,
                         pinhole_calibration* calibration, int32_t* least_cells, SceneScorer* scorer,
                         SeenFrames* seen) {
  Json file;
  PINHOLE_RETURN_IF_ERROR(parse_parts(path, bytes, &file));
  if (!file["calibration"].is_string() ||
      !from_hex(file["calibration"].get<std::string>(), calibration, sizeof *calibration))
    return damaged(path, "\"calibration\" has another length or is no hexadecimal text");
  if (!file["seen"].is_string() || !seen->read(file["seen"].get<std::string>()))
    return damaged(path, "\"seen\", the memory of its frames, is damaged");
  if (!read_integer(file, "least_cells", 1, kMostLeastCells, least_cells))
    return damaged(path, "\"least_cells\" is out of range");
  PINHOLE_RETURN_IF_ERROR(read_scorer(path, file, scorer));
  const Status fits = check_origin(*calibration, model_hash, *least_cells, *scorer);
  return fits.ok() ? fits : with_path(path, fits);
}

} // namespace pinhole::tool
