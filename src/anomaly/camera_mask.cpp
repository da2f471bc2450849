// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_mask.h"

#include "anomaly/camera_look.h"
#include "anomaly/camera_watch.h"
#include "anomaly/mask_cells.h"
#include "base/checked.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kMostOfClock = kLookCells / 4; // cells that a fifth of the picture touches, about

void conclude(pinhole_camera_mask* mask) {
  int32_t cells = 0, in_block[kLookBlocks] = {0}, left = 0;
  for (int32_t cell = 0; cell < kLookCells; ++cell) {
    cells += mask->cell[cell];
    in_block[block_of_cell(cell % kLookColumns, cell / kLookColumns)] += mask->cell[cell];
  }
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    mask->block[i] = 2 * in_block[i] > kBlockWidth * kBlockHeight;
    left += !mask->block[i];
  }
  mask->clock = cells <= kMostOfClock;
  mask->leaves_enough = left >= kLeastViewBlocks;
}

// Cells of the look that a window of the map touches.
void ignore_window(const Window& window, const SceneMap& map, pinhole_camera_mask* mask) {
  const int32_t bottom = ceil_div(window.bottom * kLookRows, map.height);
  const int32_t right = ceil_div(window.right * kLookColumns, map.width);
  for (int32_t row = window.top * kLookRows / map.height; row < bottom; ++row)
    for (int32_t column = window.left * kLookColumns / map.width; column < right; ++column)
      mask->cell[row * kLookColumns + column] = 1;
}

} // namespace

void ignore_as(const SceneMap& map, pinhole_camera* camera) {
  pinhole_camera_mask* mask = &camera->view.mask;
  *mask = {};
  for (int32_t i = 0; i < map.ignored.size; ++i)
    if (map.ignored[i])
      ignore_window(window_of(map, i), map, mask);
  conclude(mask);
}

bool is_like_previous(const pinhole_camera& camera) {
  const pinhole_camera_mask& mask = camera.view.mask;
  for (int32_t i = 0; i < kLookCells; ++i)
    if (camera.previous[i] != camera.look.luma[i] && !(mask.clock && mask.cell[i]))
      return false;
  return true;
}

} // namespace pinhole

using namespace pinhole;

pinhole_status pinhole_camera_ignore(pinhole_camera* camera, const pinhole_frame* mask) {
  if (!camera || !mask)
    return to_c(error(Code::invalid_argument, "camera or mask is null"));
  if (!is_started(*camera))
    return to_c(error(Code::invalid_argument, "the camera has not been started: pinhole_camera_start does it"));
  if (const Status status = check_frame(*mask, "ignore mask"); !status.ok())
    return to_c(status);
  find_ignored_cells(*mask, {kLookRows, kLookColumns, 1}, camera->view.mask.cell);
  conclude(&camera->view.mask);
  return {};
}
