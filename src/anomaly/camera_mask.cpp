// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_mask.h"

#include "anomaly/camera_look.h"
#include "base/checked.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kMostIgnored = kLookCells / 5;
constexpr float kBright = 0.9f * 255; // mean luma of a cell of the mask that is white

// Cells of the look that a window of the map touches.
void ignore_window(const Window& window, const SceneMap& map, pinhole_camera* camera) {
  const int32_t bottom = ceil_div(window.bottom * kLookRows, map.height);
  const int32_t right = ceil_div(window.right * kLookColumns, map.width);
  for (int32_t row = window.top * kLookRows / map.height; row < bottom; ++row)
    for (int32_t column = window.left * kLookColumns / map.width; column < right; ++column)
      camera->view.ignored[row * kLookColumns + column] = 1;
}

bool is_a_clock(const pinhole_camera& camera) {
  int32_t cells = 0;
  for (const uint8_t ignored : camera.view.ignored)
    cells += ignored;
  return cells <= kMostIgnored;
}

} // namespace

void ignore_as(const SceneMap& map, pinhole_camera* camera) {
  std::memset(camera->view.ignored, 0, sizeof camera->view.ignored);
  for (int32_t i = 0; i < map.ignored.size; ++i)
    if (map.ignored[i])
      ignore_window(window_of(map, i), map, camera);
}

bool is_like_previous(const pinhole_camera& camera) {
  const bool clock = is_a_clock(camera);
  for (int32_t i = 0; i < kLookCells; ++i)
    if (camera.previous[i] != camera.look.luma[i] && !(clock && camera.view.ignored[i]))
      return false;
  return true;
}

} // namespace pinhole

using namespace pinhole;

pinhole_status pinhole_camera_ignore(pinhole_camera* camera, const pinhole_frame* mask) {
  if (!camera || !mask)
    return to_c(error(Code::invalid_argument, "camera or mask is null"));
  if (const Status status = check_frame(*mask, "ignore mask"); !status.ok())
    return to_c(status);
  look_at(*mask, &camera->look); // the latest frame's is not needed between frames
  for (int32_t i = 0; i < kLookCells; ++i)
    camera->view.ignored[i] = camera->look.luma[i] < kBright;
  return {};
}
