// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_judge.h"

#include "anomaly/camera_samples.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kFarDeviations = 6;  // from the median of the normal frames
constexpr float kNearDeviations = 2; // nearer than that, no shift is looked for
constexpr float kWholeCell = 1;      // a shift by which most of the view is lost is longer
constexpr float kLostShare = 0.6f;   // of the view: covered, or another view
constexpr float kSuspectShare = 0.35f;
constexpr float kMostShift = 0.5f;         // cells by which a view may jump; more only where it always trembles
constexpr float kMostCreep = 1;            // cells by which it may be off beyond that, if it came slowly
constexpr float kBlurredShare = 0.6f;      // of the sharpness left
constexpr float kLeastBlurredShare = 0.2f; // where sharpness varies so much that this is normal, no blur is seen
constexpr float kSuspectMargin = 0.5f;     // of the way from normal to the limit
constexpr float kSameView = 0.5f;          // of the usual match; below it, a shift may be a long one
constexpr float kMostAgree = 0.6f;         // of the blocks, on a shift
constexpr float kBlindMatch = 0.3f;        // usual match under which the view is too poor to judge shifts
constexpr float kStillStructured = 0.15f;  // of the usual gradient energy: there is something else to see
constexpr float kOtherStructure = 0.03f;   // of the learned detail's energy: another view, and no cover
constexpr float kSameBrightness = 0.9f; // correlation of the light and dark parts: it is the known view, out of focus
constexpr float kStillSameBrightness = 0.5f; // while it is: meanwhile the light changes, and none of it is followed
constexpr float kDarkness = -2;              // light_change: an eighth of the usual light
constexpr float kLeastMatchLoss = 0.02f;     // of the match in place, before a shift is looked for

float length_of(float columns, float rows) {
  return std::sqrt(columns * columns + rows * rows);
}

float length_of(const Shift& shift) {
  return length_of(shift.columns, shift.rows);
}

// In parts of the frame's width.
float width_share(const pinhole_camera& camera, const Shift& shift) {
  const float down = shift.rows / kLookRows * static_cast<float>(camera.height) / static_cast<float>(camera.width);
  const float across = shift.columns / kLookColumns;
  return std::sqrt(across * across + down * down);
}

// How far from normal towards its limit a frame must be: less far for an event that is open, so that it does not
// flutter.
float reach(const pinhole_camera& camera, int32_t kind) {
  return camera.open && camera.current.kind == kind ? kSuspectMargin : 1;
}

Verdict found(int32_t kind, float score, float threshold) {
  return {kind, score, threshold, true, Shift()};
}

Verdict moved_by(const pinhole_camera& camera, const Shift& shift) {
  Verdict verdict = found(PINHOLE_EVENT_MOVED, width_share(camera, shift), camera.most_shift / kLookColumns);
  verdict.shift = shift;
  return verdict;
}

// Whether the light and dark parts are still those of the known view.
bool is_known_by_light(const pinhole_camera& camera) {
  const bool blurred = camera.open && camera.current.kind == PINHOLE_EVENT_BLURRED;
  return brightness_match(camera.look, camera.view) > (blurred ? kStillSameBrightness : kSameBrightness);
}

// Most of the known view is not where it was.
Verdict judge_loss(const pinhole_camera& camera, Loss loss, float sharpness) {
  const Shift shift = find_shift(camera.look, camera.view, true);
  if (length_of(shift) > kWholeCell && agreeing_share(camera.look, camera.view, shift) > kMostAgree)
    return moved_by(camera, shift);
  if (loss.energy > kStillStructured)
    return found(PINHOLE_EVENT_MOVED, 1, camera.most_shift / kLookColumns);
  if (is_known_by_light(camera))
    return found(PINHOLE_EVENT_BLURRED, sharpness, camera.least_sharpness);
  return found(PINHOLE_EVENT_COVERED, loss.share, kLostShare);
}

// Where most of the view is still in place, or not far from it.
Verdict judge_shift(const pinhole_camera& camera) {
  const float match = match_in_place(camera.look, camera.view);
  if (match >= camera.least_match)
    return {};
  const Shift shift = find_shift(camera.look, camera.view, match < kSameView * camera.usual_match);
  if (agreeing_share(camera.look, camera.view, shift) <= kMostAgree)
    return {};
  // What creeps away by wind, warmth or a weak joint is followed for a while; a push is not.
  const float push = length_of(shift.columns - camera.creep_columns, shift.rows - camera.creep_rows);
  Verdict verdict;
  const float limit = reach(camera, PINHOLE_EVENT_MOVED) * camera.most_shift;
  if (push > limit || length_of(shift) > camera.most_shift + kMostCreep)
    verdict = moved_by(camera, shift);
  verdict.suspicious |= push > kSuspectMargin * camera.most_shift;
  verdict.shift = shift;
  return verdict;
}

Verdict judge_sharpness(const pinhole_camera& camera, Loss loss, float sharpness) {
  if (camera.least_sharpness == 0)
    return {};
  Verdict verdict;
  verdict.suspicious = sharpness < 1 + kSuspectMargin * (camera.least_sharpness - 1);
  if (sharpness >= 1 + reach(camera, PINHOLE_EVENT_BLURRED) * (camera.least_sharpness - 1))
    return verdict;
  // A cover takes the edges away too, but not from where the picture is still the known one.
  const bool partly_covered = loss.share >= kSuspectShare && !is_known_by_light(camera);
  return partly_covered ? verdict : found(PINHOLE_EVENT_BLURRED, sharpness, camera.least_sharpness);
}

bool was_lost(const pinhole_camera& camera) {
  return camera.open && (camera.current.kind == PINHOLE_EVENT_COVERED || camera.current.kind == PINHOLE_EVENT_MOVED);
}

// Against the view that the camera has learned.
Verdict judge_view(const pinhole_camera& camera) {
  if (light_change(camera.look, camera.view) < kDarkness)
    return found(PINHOLE_EVENT_COVERED, 1, kLostShare);
  const Loss loss = find_loss(camera.look, camera.view);
  const float sharpness = sharpness_left(camera.look, camera.view);
  if (loss.share >= (was_lost(camera) ? kSuspectShare : kLostShare))
    return judge_loss(camera, loss, sharpness);
  const Verdict shift = judge_shift(camera);
  if (shift.kind != kNothingWrong)
    return shift;
  Verdict verdict = judge_sharpness(camera, loss, sharpness);
  if (verdict.kind == kNothingWrong && camera.equal_run >= camera.equal_limit)
    return found(PINHOLE_EVENT_FROZEN, static_cast<float>(camera.equal_run), static_cast<float>(camera.equal_limit));
  verdict.suspicious |= loss.share >= kSuspectShare || shift.suspicious;
  verdict.shift = shift.shift;
  return verdict;
}

// Against the scene that the scores rest on.
Verdict judge_sight(const pinhole_camera& camera, const SceneSight& sight) {
  if (sight.moved > 0) {
    constexpr float kLimit = kMostShift / kLookColumns; // a turn in place is none, but no less moved
    Verdict verdict = found(PINHOLE_EVENT_MOVED, max_of(sight.moved, kLimit), kLimit);
    verdict.elsewhere = true;
    return verdict;
  }
  if (!(was_lost(camera) ? hides_part_of_scene(sight) : hides_scene(sight))) {
    Verdict verdict;
    verdict.suspicious = hides_part_of_scene(sight);
    return verdict;
  }
  return shows_another_view(sight) ? found(PINHOLE_EVENT_MOVED, 1, kMostShift / kLookColumns)
                                   : found(PINHOLE_EVENT_COVERED, sight.lost, kLostShare);
}

} // namespace

void take_normal_frame(pinhole_camera* camera) {
  take_sample(match_in_place(camera->look, camera->view), &camera->match);
  take_sample(sharpness_left(camera->look, camera->view), &camera->sharpness);
  take_sample(length_of(find_shift(camera->look, camera->view, false)), &camera->shift);
}

void set_limits(pinhole_camera* camera) {
  const SampleLaw match = law_of(camera->match), shift = law_of(camera->shift), sharpness = law_of(camera->sharpness);
  camera->usual_match = match.middle;
  // Where the view is too poor to tell shifts from noise, none is looked for.
  camera->least_match =
      match.middle < kBlindMatch ? -1 : match.middle - max_of(kLeastMatchLoss, kNearDeviations * match.deviation);
  camera->most_shift = max_of(kMostShift, shift.middle + kFarDeviations * shift.deviation);
  const float least = min_of(kBlurredShare, sharpness.middle - kFarDeviations * sharpness.deviation);
  camera->least_sharpness = least < kLeastBlurredShare ? 0 : least;
  if (camera->least_match < 0)
    camera->poor_start = 1;
  if (camera->poor_start) // later samples say more
    camera->match = camera->shift = camera->sharpness = {};
}

Verdict judge(const pinhole_camera& camera, const SceneSight& sight) {
  Verdict verdict;
  if (pinhole_camera_has_learned(&camera))
    verdict = judge_view(camera);
  if (verdict.kind != kNothingWrong)
    return verdict;
  Verdict scene = judge_sight(camera, sight);
  if (scene.kind == kNothingWrong) {
    verdict.suspicious |= scene.suspicious;
    return verdict;
  }
  if (scene.elsewhere) { // of the view all is known that there is
    scene.suspicious = verdict.suspicious;
    scene.shift = verdict.shift;
  }
  return scene;
}

bool hides_scene(const SceneSight& sight) {
  return sight.lost >= kLostShare;
}

bool hides_part_of_scene(const SceneSight& sight) {
  return sight.lost >= kSuspectShare;
}

bool shows_another_view(const SceneSight& sight) {
  return sight.structure > kOtherStructure;
}

bool is_worse(int32_t kind, double score, double other) {
  return kind == PINHOLE_EVENT_BLURRED ? score < other : score > other;
}

} // namespace pinhole
