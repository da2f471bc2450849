// SPDX-License-Identifier: Apache-2.0
// What a scene keeps beyond its file. All of it is hostile when it comes back: checksum, then every number, then
// whether it belongs to this file, these frames and this rule; only then is anything changed.
//
//   SavedHeader, pinhole_calibration, float mean[cells], float square[cells], float detail[cells],
//   uint8_t ignored[cells]
#include "anomaly/calibration_state.h"
#include "anomaly/camera_mask.h"
#include "anomaly/camera_watch.h"
#include "anomaly/scene_life.h"
#include "base/crc32c.h"
#include "engine/c_status.h"

#include <cmath>
#include <cstring>

namespace pinhole {
namespace {

constexpr uint32_t kMagic = 0x4e435350; // "PSCN"
constexpr uint32_t kVersion = 5;
constexpr int32_t kMostLeftOut = 1 << 20; // more of them say no more

struct SavedHeader {
  uint32_t magic, version;
  uint64_t bytes; // of everything
  int32_t rows, columns, frames;
  int32_t left_out; // alerts since the latest update of the calibration
  float brightness;
  uint32_t crc32c; // of everything else
};

struct Part {
  void* data;
  size_t bytes;
};
constexpr int32_t kParts = 5;

struct Parts {
  Part part[kParts];
};

Parts parts_of(const SceneMap& map, const pinhole_calibration* calibration) {
  const auto cells = static_cast<size_t>(map.mean.size);
  return {{{const_cast<pinhole_calibration*>(calibration), sizeof *calibration},
           {map.mean.data, cells * sizeof(float)},
           {map.square.data, cells * sizeof(float)},
           {map.detail.data, cells * sizeof(float)},
           {map.ignored.data, cells}}};
}

size_t saved_bytes(const SceneMap& map) {
  const Parts parts = parts_of(map, nullptr);
  size_t bytes = sizeof(SavedHeader);
  for (const Part& part : parts.part)
    bytes += part.bytes;
  return bytes;
}

uint32_t checksum(SavedHeader header, const unsigned char* saved) {
  header.crc32c = 0;
  return crc32c(saved + sizeof header, static_cast<size_t>(header.bytes) - sizeof header,
                crc32c(&header, sizeof header));
}

Status damaged(const char* what) {
  return error(Code::bad_file, "saved scene: %s: damaged, or no saved scene; let the scene learn again", what);
}

Status check_header(const SavedHeader& header, const unsigned char* saved, size_t bytes, const SceneMap& map) {
  if (header.magic != kMagic || header.version != kVersion)
    return damaged("it does not begin as one of this version");
  if (header.bytes != bytes)
    return damaged("its length is not what it says");
  if (header.crc32c != checksum(header, saved))
    return damaged("its checksum does not match");
  if (header.rows != map.rows || header.columns != map.columns || bytes != saved_bytes(map))
    return error(Code::invalid_argument, "saved scene: a map of %dx%d cells, this model has %dx%d", header.columns,
                 header.rows, map.columns, map.rows);
  if (header.frames < kLeastLearned || header.left_out < 0 || header.left_out > kMostLeftOut ||
      !is_brightness(header.brightness))
    return damaged("its counts are out of range");
  return {};
}

Status check_map(const SceneMap& map) {
  for (int32_t i = 0; i < map.mean.size; ++i)
    if (!(map.mean[i] >= 0 && map.mean[i] < 1e30f) || !(map.square[i] >= 0 && map.square[i] < 1e30f) ||
        !is_detail(map.detail[i]) || map.ignored[i] > 1)
      return damaged("its map holds a number that cannot be");
  return {};
}

Status check_rule(const pinhole_calibration& calibration, const pinhole_scene_options& options) {
  if (calibration.frames_per_second != options.frames_per_second)
    return error(Code::invalid_argument,
                 "saved scene: for %g frames per second, these are %g: let the scene learn again",
                 calibration.frames_per_second, options.frames_per_second);
  return {};
}

// What the options ask for now.
Status follow_options(const pinhole_scene_options& options, pinhole_calibration* calibration) {
  calibration->lowest_threshold = max_of(calibration->lowest_threshold, round_up(options.least_threshold));
  conclude(calibration);
  return from_c(pinhole_calibration_ask(calibration, options.false_alarms_per_day));
}

// The scorer with what was saved in place of what it has learned: arrays that hold nothing between two frames are
// lent to it.
SceneScorer candidate_of(const SceneScorer& scorer, const SavedHeader& header) {
  SceneScorer candidate = scorer;
  SceneMap* map = &candidate.map;
  map->mean = scorer.map.residual;
  map->square = scorer.map.excess;
  map->detail = {scorer.map.light.level.data, scorer.map.detail.size};
  map->ignored = {reinterpret_cast<uint8_t*>(scorer.map.queue.data), scorer.map.ignored.size};
  map->frames = header.frames;
  map->brightness = header.brightness;
  return candidate;
}

void clear_heat(SceneMap* map) {
  for (int32_t i = 0; i < map->excess.size; ++i)
    map->excess[i] = 0;
}

void adopt(const SceneMap& from, SceneMap* map) {
  for (int32_t i = 0; i < map->mean.size; ++i) {
    map->mean[i] = from.mean[i];
    map->square[i] = from.square[i];
    map->detail[i] = from.detail[i];
    map->ignored[i] = from.ignored[i];
  }
  map->frames = from.frames;
  map->brightness = from.brightness;
}

Status restore(const unsigned char* saved, size_t bytes, Scene* scene) {
  SceneMap* map = &scene->scorer.map;
  SavedHeader header;
  if (bytes < sizeof header)
    return damaged("it is too short");
  std::memcpy(&header, saved, sizeof header);
  PINHOLE_RETURN_IF_ERROR(check_header(header, saved, bytes, *map));
  pinhole_calibration calibration;
  const SceneScorer candidate = candidate_of(scene->scorer, header);
  saved += sizeof header;
  for (const Part& part : parts_of(candidate.map, &calibration).part) {
    std::memcpy(part.data, saved, part.bytes);
    saved += part.bytes;
  }
  PINHOLE_RETURN_IF_ERROR(check_map(candidate.map));
  const pinhole_score_origin origin = origin_of(*scene, candidate);
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_calibration_check(&calibration, &origin)));
  PINHOLE_RETURN_IF_ERROR(check_rule(calibration, scene->options));
  PINHOLE_RETURN_IF_ERROR(follow_options(scene->options, &calibration));
  PINHOLE_RETURN_IF_ERROR(reload_engine(scene->watcher));
  PINHOLE_RETURN_IF_ERROR(start_watching(calibration, scene));
  adopt(candidate.map, map); // after all that may fail
  scene->watch->running.left_out = header.left_out;
  forget_view(&scene->watch->camera);
  ignore_as(*map, &scene->watch->camera);
  return {};
}

} // namespace
} // namespace pinhole

using namespace pinhole;

size_t pinhole_scene_saved_bytes(const pinhole_scene* scene) {
  return scene ? saved_bytes(scene->scene.scorer.map) : 0;
}

pinhole_status pinhole_scene_save(const pinhole_scene* scene, void* saved, size_t bytes) {
  if (!pinhole_scene_calibration(scene) || !saved)
    return to_c(error(Code::invalid_argument, "pinhole_scene_save: the scene is not watching, or saved is null"));
  const SceneMap& map = scene->scene.scorer.map;
  if (bytes != saved_bytes(map))
    return to_c(error(Code::invalid_argument, "pinhole_scene_save: %zu bytes, pinhole_scene_saved_bytes says %zu",
                      bytes, saved_bytes(map)));
  const SceneWatch& watch = *scene->scene.watch;
  const int32_t left_out = min_of(watch.running.left_out, kMostLeftOut);
  SavedHeader header = {kMagic, kVersion, bytes, map.rows, map.columns, map.frames, left_out, map.brightness, 0};
  auto* to = static_cast<unsigned char*>(saved) + sizeof header;
  for (const Part& part : parts_of(map, &watch.calibration).part) {
    std::memcpy(to, part.data, part.bytes);
    to += part.bytes;
  }
  header.crc32c = checksum(header, static_cast<const unsigned char*>(saved));
  std::memcpy(saved, &header, sizeof header);
  return to_c({});
}

pinhole_status pinhole_scene_restore(pinhole_scene* scene, const void* saved, size_t bytes) {
  if (!scene || !scene->scene.trainer->bound || scene->scene.phase != PINHOLE_SCENE_COLLECTING || !saved)
    return to_c(error(Code::invalid_argument,
                      "pinhole_scene_restore: the scene is not bound, collects no longer, or saved is null"));
  Scene* self = &scene->scene;
  const Status status = restore(static_cast<const unsigned char*>(saved), bytes, self);
  clear_heat(&self->scorer.map);
  return to_c(status);
}
