// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_shift.h"

namespace pinhole {
namespace {

constexpr int32_t kMostColumns = 12, kMostRows = 8;
static_assert(kLookBlocks <= kMostBlocks);

// A look and the view that it is laid over, with what does not depend on the place.
struct ViewOverlay {
  ViewOverlay(const pinhole_camera_look& look, const pinhole_camera_view& view) {
    for (int32_t cell = 0; cell < kLookCells; ++cell) {
      weight[cell] = steadiness(view, cell);
      seen[cell] = tamed(look.detail[cell]);
      usual[cell] = tamed(view.detail[cell]);
    }
  }
  Overlay overlay() const { return {kLookRows, kLookColumns, weight, seen, usual}; }
  float weight[kLookCells], seen[kLookCells], usual[kLookCells];
};

} // namespace

float match_in_place(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  return match_in_place(ViewOverlay(look, view).overlay());
}

Shift find_shift(const pinhole_camera_look& look, const pinhole_camera_view& view, bool everywhere) {
  return find_shift(ViewOverlay(look, view).overlay(), kMostColumns, kMostRows, everywhere);
}

float agreeing_share(const pinhole_camera_look& look, const pinhole_camera_view& view, const Shift& shift) {
  bool telling[kLookBlocks];
  if (find_telling_blocks(view, telling) == 0)
    return 0;
  return agreeing_share(ViewOverlay(look, view).overlay(), {kBlockRows, kBlockColumns, telling}, shift);
}

} // namespace pinhole
