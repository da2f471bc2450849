// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_displaced.h"

#include "anomaly/camera_judge.h"
#include "anomaly/scene_place.h"
#include "anomaly/scene_search.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kProbedFrames = 25; // before a frame may alert
constexpr float kLeastInSight = 0.3f; // of the cells; fewer would say too little of the scene
constexpr int32_t kLostFrames = 5;    // in a row give the place up, as many as close an event of the camera
constexpr int32_t kMostWaited = 125;  // for a place to be trusted that the scene gave: it may be the wrong one
constexpr int32_t kSearchEvery = 25;  // frames; it takes long where a model has many cells
constexpr int32_t kMostRefined = 16;  // a view that is never still is no reason to go on for ever
constexpr float kFarByView = 2.5f; // pixels from the place to where the view shows the scene's middle: one of its cells
constexpr float kFarByScene = 4;   // and to where the scene itself does
constexpr int32_t kRests = 50;     // whose mean is no wind; by that a place goes along that is left slowly
constexpr int32_t kTurnedFrames = 25; // in a row, under an alert
constexpr float kTurnedAgain = 0.6f;  // pixels at the sides, which a turn by 0.01 makes 0.8
constexpr float kNearHome = 2;        // pixels; where the scene may look as usual where it was learned, too

bool is_moved(const pinhole_camera& camera) {
  return camera.open && camera.current.kind == PINHOLE_EVENT_MOVED;
}

// By the camera's view: where the frame shows the scene's middle.
Point shown_by_view(const pinhole_camera& camera, const SceneMap& map, const SceneDisplaced& displaced) {
  return {displaced.view.x + camera.shift_columns * static_cast<float>(map.width) / PINHOLE_LOOK_COLUMNS,
          displaced.view.y + camera.shift_rows * static_cast<float>(map.height) / PINHOLE_LOOK_ROWS};
}

// To look there from the next frame on.
void begin_at(const Warp& place, const Point& middle, SceneDisplaced* displaced) {
  SceneDisplaced anew;
  anew.found = true;
  anew.place = place;
  anew.middle = middle;
  anew.by_scene = displaced->by_scene;
  anew.told = displaced->told;
  anew.view = displaced->view;
  *displaced = anew;
}

// A view that is not learned yet would show two places.
void begin_by_scene(const pinhole_camera& camera, const Warp& place, SceneDisplaced* displaced) {
  const bool learned = pinhole_camera_has_learned(&camera);
  displaced->by_scene = true;
  displaced->told = is_moved(camera);
  if (!learned)
    displaced->view = {0, 0};
  begin_at(place, {place.right, place.down}, displaced);
  displaced->view_is_old = !learned;
}

void give_up(SceneDisplaced* displaced) {
  const Point view = displaced->view;
  *displaced = {};
  displaced->view = view;
}

// Whether the place is one that is clearly another now.
bool refine(const View& picture, const SceneMap& map, SceneDisplaced* displaced) {
  const Warp rest = fit_rest(picture, map);
  Warp place = displaced->place;
  if (displaced->refined >= kMostRefined || !step(rest, map, &place) ||
      !is_near(place, displaced->middle, displaced->by_scene ? kFarByScene : kFarByView))
    return false;
  displaced->place = place;
  ++displaced->refined;
  return farthest(rest, map.width, map.height) > kLargeStep;
}

bool enough_is_in_sight(const SceneMap& map) {
  const int32_t cells = map.rows * map.columns;
  int32_t counting = 0;
  for (int32_t cell = 0; cell < cells; ++cell)
    counting += counts(map, cell);
  return static_cast<float>(counting) > kLeastInSight * static_cast<float>(cells);
}

void probe_anew(SceneDisplaced* displaced) {
  displaced->probed = 0;
  displaced->sum = 0;
}

void probe(double score, double threshold, const SceneMap& map, SceneDisplaced* displaced) {
  if (!(score < threshold))
    return probe_anew(displaced);
  displaced->sum += score;
  if (++displaced->probed < kProbedFrames)
    return;
  displaced->trusted = displaced->sum < kUsualShare * threshold * kProbedFrames && enough_is_in_sight(map);
  displaced->told |= displaced->trusted;
  probe_anew(displaced);
}

// A place goes along with a camera that is left slowly: by the mean of what is between.
void go_along(const Warp& rest, const SceneMap& map, SceneDisplaced* displaced) {
  displaced->rest_sum = sum_of(displaced->rest_sum, rest);
  if (++displaced->rests < kRests)
    return;
  const Warp mean = scaled(displaced->rest_sum, 1.0f / kRests);
  displaced->rests = 0;
  displaced->rest_sum = {};
  if (farthest(mean, map.width, map.height) < least_beside(displaced->place) || !step(mean, map, &displaced->place))
    return;
  displaced->rest = {};
}

// Of a frame at a trusted place: whether the camera was turned again, at once as its score rose above the threshold, or
// while somebody stood before it. Neither intruders nor wind turn the whole picture, though wind shifts it.
bool has_turned(const Warp& rest, const SceneMap& map, bool above, SceneDisplaced* displaced) {
  const bool was_above = displaced->above;
  displaced->above = above;
  if (!above) {
    displaced->rest = rest;
    displaced->turned_frames = 0;
    return false;
  }
  const bool turned = turn_of(sum_of(rest, scaled(displaced->rest, -1)), map) >= kTurnedAgain;
  displaced->turned_frames = turned ? displaced->turned_frames + 1 : 0;
  return turned && (!was_above || displaced->turned_frames >= kTurnedFrames);
}

// To where it was learned.
void come_back(SceneDisplaced* displaced) {
  *displaced = {};
  displaced->view_is_old = true;
}

// Of a frame that may show the scene elsewhere by now: whether it does.
bool has_slipped(const pinhole_camera& camera, const ScoredFrame& frame, SceneMap* map, SceneDisplaced* displaced) {
  if (!try_elsewhere(frame, map, &displaced->trial))
    return false;
  const Warp place = displaced->trial.place;
  if (displaced->found && place.none())
    come_back(displaced);
  else if (displaced->found)
    begin_at(place, displaced->by_view ? displaced->middle : Point{place.right, place.down}, displaced);
  else
    begin_by_scene(camera, place, displaced);
  return true;
}

int32_t waiting_state(int32_t state, const SceneDisplaced& displaced) {
  return is_promising(displaced.trial) ? max_of<int32_t>(state, PINHOLE_CAMERA_DECIDING) : state;
}

// Of a camera that has no event, or another one; `state` by that.
int32_t watch_at_home(const pinhole_camera& camera, int32_t state, const ScoredFrame& frame, SceneMap* map,
                      SceneDisplaced* displaced) {
  const SceneTrial trial = displaced->trial;
  give_up(displaced);
  const bool deciding = camera.suspect_frames > 0 && pinhole_camera_has_learned(&camera); // what the view shows
  if (camera.open || deciding)
    return state;
  displaced->trial = trial;
  if (camera.equal_run > 0) // such a frame says nothing new
    return waiting_state(state, *displaced);
  if (!is_in_place(displaced->view)) // as before that event
    begin_by_scene(camera, whole(displaced->view), displaced);
  else if (!has_slipped(camera, frame, map, displaced))
    return waiting_state(state, *displaced);
  return PINHOLE_CAMERA_DISTURBED;
}

// False: the frame is not at the place, which another takes, or none does.
bool stays_by_view(const Point& middle, SceneDisplaced* displaced) {
  displaced->by_view = true;
  if (!is_in_place(displaced->view) && is_in_place(middle)) {
    come_back(displaced);
    return false;
  }
  if (displaced->found && is_in_place({middle.x - displaced->middle.x, middle.y - displaced->middle.y})) {
    displaced->middle = middle;
    return true;
  }
  if (!displaced->trusted || ++displaced->lost_frames >= kLostFrames)
    begin_at(whole(middle), middle, displaced);
  return false;
}

// Of a frame that shows the view as it was, or not at all.
bool stays_by_scene(const pinhole_camera& camera, const ScoredFrame& frame, SceneMap* map, SceneDisplaced* displaced) {
  if (!displaced->found) {
    Point middle;
    displaced->unsearched = displaced->unsearched % kSearchEvery + 1;
    if (displaced->unsearched == 1 && search_scene(frame.picture, map, &middle) && !is_in_place(middle))
      begin_by_scene(camera, whole(middle), displaced);
    return false;
  }
  if (hides_part_of_scene(frame.sight)) {
    if (displaced->trusted && ++displaced->lost_frames < kLostFrames)
      return false;
    if (displaced->by_scene)
      come_back(displaced);
    else
      give_up(displaced);
    return false;
  }
  if (!displaced->by_scene) // the view cannot tell, and will have no event if it is back where it was
    return true;
  const Point middle = shown_by_view(camera, *map, *displaced);
  if (displaced->by_view && !is_near(displaced->place, middle, kMostSway)) // it was pushed, and put back there
    return stays_by_view(middle, displaced);
  displaced->by_view = false;
  if (displaced->trusted)
    displaced->middle = {displaced->place.right, displaced->place.down};
  const Point& view = displaced->view;
  displaced->view = {displaced->place.right - (middle.x - view.x), displaced->place.down - (middle.y - view.y)};
  return true;
}

// From a trusted place.
bool is_back(const ScoredFrame& frame, const SceneMap& map, SceneDisplaced* displaced) {
  const bool near = farthest(displaced->place, map.width, map.height) <= kNearHome;
  return displaced->place.none() ||
         (displaced->by_scene && near && has_returned(frame.score, frame.threshold, &displaced->back));
}

// The view looks as it did before the push; its event closes after a few such frames.
bool may_be_back(const pinhole_camera& camera, const SceneDisplaced& displaced) {
  return !displaced.by_scene && camera.clear_frames > 0;
}

int32_t watch_place(const pinhole_camera& camera, const ScoredFrame& frame, SceneMap* map, SceneDisplaced* displaced) {
  const bool above = !(frame.score < frame.threshold);
  const Warp rest = fit_rest(frame.picture, *map);
  const bool frozen = camera.equal_limit > 0 && camera.equal_run >= camera.equal_limit;
  if (frozen || has_turned(rest, *map, above, displaced)) {
    begin_at(displaced->place, displaced->middle, displaced);
    return PINHOLE_CAMERA_DISTURBED;
  }
  if (has_slipped(camera, frame, map, displaced))
    return PINHOLE_CAMERA_DISTURBED;
  if (!above)
    go_along(rest, *map, displaced);
  if (!displaced->trial.active && is_back(frame, *map, displaced))
    come_back(displaced);
  return is_promising(displaced->trial) || may_be_back(camera, *displaced) ? PINHOLE_CAMERA_DECIDING
                                                                           : PINHOLE_CAMERA_DISPLACED;
}

void probe_place(const pinhole_camera& camera, const ScoredFrame& frame, const SceneMap& map,
                 SceneDisplaced* displaced) {
  if (camera.equal_run > 0) // a frozen picture looks usual
    return;
  if (refine(frame.picture, map, displaced))
    probe_anew(displaced);
  else
    probe(frame.score, frame.threshold, map, displaced);
  if (displaced->by_scene && !displaced->trusted && ++displaced->waited >= kMostWaited)
    come_back(displaced);
}

} // namespace

int32_t follow_displaced(const pinhole_camera& camera, int32_t state, const ScoredFrame& frame, SceneMap* map,
                         SceneDisplaced* displaced) {
  displaced->view_is_old = false;
  if (!is_moved(camera) && (camera.open || !displaced->by_scene))
    return watch_at_home(camera, state, frame, map, displaced);
  const bool stays = camera.moved ? stays_by_view(shown_by_view(camera, *map, *displaced), displaced)
                                  : stays_by_scene(camera, frame, map, displaced);
  if (!stays)
    return PINHOLE_CAMERA_DISTURBED;
  displaced->lost_frames = 0;
  if (displaced->trusted)
    return watch_place(camera, frame, map, displaced);
  probe_place(camera, frame, *map, displaced);
  return PINHOLE_CAMERA_DISTURBED;
}

SceneSight sight_of(const SceneDisplaced& displaced, const SceneSight& seen, const SceneMap& map) {
  SceneSight sight; // of a place where the camera has moved to, it says nothing of where it ought to be
  if (displaced.by_scene && displaced.told) // before, somebody may have been taken for a moved camera
    sight.moved = farthest(displaced.place, map.width, map.height) / static_cast<float>(map.width);
  return displaced.found ? sight : seen;
}

} // namespace pinhole
