// SPDX-License-Identifier: Apache-2.0
// A camera that hangs while a recorder's clock runs on in its picture.
#include "anomaly/camera_mask.h"

#include "anomaly/camera_run.h"

#include <algorithm>

namespace pinhole::testing {
namespace {

constexpr int32_t kWidth = 160, kHeight = 120;

pinhole_frame gray(std::vector<uint8_t>* pixels) {
  pinhole_frame frame = {};
  frame.format = PINHOLE_GRAY8;
  frame.width = kWidth;
  frame.height = kHeight;
  frame.plane[0] = pixels->data();
  frame.pitch[0] = kWidth;
  return frame;
}

// Eight rows of 60 columns.
void draw_clock(uint8_t level, int32_t top, int32_t left, std::vector<uint8_t>* pixels) {
  for (int32_t y = top; y < top + 8; ++y)
    std::fill_n(pixels->begin() + y * kWidth + left, 60, level);
}

std::vector<uint8_t> copy_of(const pinhole_frame& frame) {
  const auto* from = static_cast<const uint8_t*>(frame.plane[0]);
  return {from, from + kWidth * kHeight};
}

struct Hanging {
  int32_t top = 5, left = 90;
  CameraScene scene{kWidth, kHeight, 1, 3};
  CameraRun run{&scene};
  uint8_t second = 0;

  void ignore(const pinhole_frame& mask) {
    const pinhole_status status = pinhole_camera_ignore(&run.camera, &mask);
    EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void push(std::vector<uint8_t> pixels) {
    draw_clock(static_cast<uint8_t>(40 * (second++ % 6)), top, left, &pixels);
    run.push(gray(&pixels));
  }
  int frozen_after_a_while() {
    for (int i = 0; i < 100; ++i)
      push(copy_of(scene.draw(Moment())));
    EXPECT_TRUE(run.events.empty());
    const std::vector<uint8_t> last = copy_of(scene.draw(Moment()));
    for (int i = 0; i < 40; ++i)
      push(last);
    return run.opened(PINHOLE_EVENT_FROZEN);
  }
};

TEST(CameraMask, AClockThatRunsOnHidesNoFrozenPicture) {
  for (const auto& [top, left] : {std::pair<int32_t, int32_t>{5, 90}, {6, 91}, {7, 92}, {2, 88}, {112, 0}}) {
    std::vector<uint8_t> mask(kWidth * kHeight, 255);
    draw_clock(0, top, left, &mask);
    Hanging masked, unmasked;
    masked.top = unmasked.top = top, masked.left = unmasked.left = left;
    masked.ignore(gray(&mask));
    EXPECT_EQ(masked.frozen_after_a_while(), 1) << top << ", " << left;
    EXPECT_EQ(unmasked.frozen_after_a_while(), 0) << top << ", " << left;
    EXPECT_EQ(masked.run.events[0].first, 100);
  }
}

TEST(CameraMask, WhatIgnoresMuchIsNoClocks) {
  std::vector<uint8_t> mask(kWidth * kHeight, 255);
  std::fill_n(mask.begin(), kWidth * kHeight / 3, uint8_t{0});
  Hanging masked;
  masked.ignore(gray(&mask));
  EXPECT_EQ(masked.frozen_after_a_while(), 0);
}

// Columns [0, `columns`) at `level`.
std::vector<uint8_t> with_screen(std::vector<uint8_t> pixels, int32_t columns, uint8_t level) {
  for (int32_t y = 0; y < kHeight; ++y)
    std::fill_n(pixels.begin() + y * kWidth, columns, level);
  return pixels;
}

// Learns the view, with the screen as it is in `before`, and gives the events of the `after`.
template <class Before, class After>
std::vector<pinhole_event> events_of(int32_t masked_columns, Before before, After after) {
  CameraScene scene(kWidth, kHeight, 1, 3);
  CameraRun run(&scene);
  std::vector<uint8_t> mask = with_screen(std::vector<uint8_t>(kWidth * kHeight, 255), masked_columns, 0);
  const pinhole_frame frame = gray(&mask);
  EXPECT_EQ(pinhole_camera_ignore(&run.camera, &frame).code, PINHOLE_OK);
  const auto push_many = [&](int count, const auto& change) {
    for (int i = 0; i < count; ++i) {
      std::vector<uint8_t> pixels = change(copy_of(scene.draw(Moment())));
      run.push(gray(&pixels));
    }
  };
  push_many(100, before);
  EXPECT_TRUE(run.events.empty());
  push_many(60, after);
  return run.events;
}

TEST(CameraMask, AScreenThatIsSwitchedOffCoversNothing) {
  constexpr int32_t kColumns = 100; // of 160
  const auto as_it_is = [](const std::vector<uint8_t>& pixels) { return pixels; };
  for (const uint8_t level : {uint8_t{1}, uint8_t{200}}) {
    const auto flat = [&](const std::vector<uint8_t>& pixels) { return with_screen(pixels, kColumns, level); };
    EXPECT_FALSE(events_of(0, as_it_is, flat).empty()) << int{level};
    EXPECT_TRUE(events_of(kColumns, as_it_is, flat).empty()) << int{level};
  }
}

// A lamp over the little that a mask leaves is none of the camera's business.
TEST(CameraMask, ALampOverWhatIsLeftCoversNothing) {
  const auto as_it_is = [](const std::vector<uint8_t>& pixels) { return pixels; };
  const auto dark_right = [](std::vector<uint8_t> pixels) {
    for (int32_t y = 0; y < kHeight; ++y)
      for (int32_t x = 120; x < kWidth; ++x)
        pixels.at(static_cast<size_t>(y) * kWidth + static_cast<size_t>(x)) /= 12;
    return pixels;
  };
  for (const int32_t masked : {0, 120})
    for (const pinhole_event& event : events_of(masked, as_it_is, dark_right))
      EXPECT_NE(event.kind, PINHOLE_EVENT_COVERED) << masked;
}

TEST(CameraMask, WhatIsNoFrameIsRefused) {
  Hanging hanging;
  pinhole_frame none = {};
  EXPECT_EQ(pinhole_camera_ignore(&hanging.run.camera, &none).code, PINHOLE_BAD_SHAPE);
  EXPECT_EQ(pinhole_camera_ignore(&hanging.run.camera, nullptr).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_camera_ignore(nullptr, &none).code, PINHOLE_INVALID_ARGUMENT);
  pinhole_camera never = {};
  std::vector<uint8_t> mask(kWidth * kHeight, 255);
  const pinhole_frame frame = gray(&mask);
  EXPECT_EQ(pinhole_camera_ignore(&never, &frame).code, PINHOLE_INVALID_ARGUMENT);
}

// Of a look's cell, any part that a cell of the map shows is enough.
TEST(CameraMask, WhatTouchesAnIgnoredCellOfTheMapIsIgnored) {
  for (const auto& [height, width] : {std::pair{96, 160}, {37, 301}, {9, 7}}) {
    SceneMap map;
    std::vector<uint8_t> memory(4 << 20);
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    Arena arena(memory.data() + (align_up(address, Arena::kAlignment) - address), memory.size() - Arena::kAlignment);
    ASSERT_TRUE(make_scene_map(&arena, height, width, 1, &map).ok());
    for (int32_t i = 0; i < map.ignored.size; i += map.ignored.size / 4 + 1) {
      for (uint8_t& ignored : map.ignored)
        ignored = 0;
      map.ignored[i] = 1;
      const Window window = window_of(map, i);
      pinhole_camera camera = {};
      ignore_as(map, &camera);
      for (int32_t cell = 0; cell < PINHOLE_LOOK_CELLS; ++cell) {
        const int32_t row = cell / PINHOLE_LOOK_COLUMNS, column = cell % PINHOLE_LOOK_COLUMNS;
        const bool touches = row * height < window.bottom * PINHOLE_LOOK_ROWS &&
                             (row + 1) * height > window.top * PINHOLE_LOOK_ROWS &&
                             column * width < window.right * PINHOLE_LOOK_COLUMNS &&
                             (column + 1) * width > window.left * PINHOLE_LOOK_COLUMNS;
        ASSERT_EQ(camera.view.mask.cell[cell] != 0, touches) << width << "x" << height << ": " << i << ", " << cell;
      }
    }
  }
}

} // namespace
} // namespace pinhole::testing
