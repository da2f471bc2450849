// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_judge.h"

#include "anomaly/camera_samples.h"
#include "anomaly/camera_shift.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kFarDeviations = 6; // from the median of the normal frames
constexpr float kLostShare = 0.6f;  // of the view: covered, or another view
constexpr float kSuspectShare = 0.35f;
constexpr float kMostShift = 0.35f;        // cells that a view may be off; more only where it always trembles
constexpr float kBlurredShare = 0.6f;      // of the sharpness left
constexpr float kLeastBlurredShare = 0.2f; // where sharpness varies so much that this is normal, no blur is seen
constexpr float kSuspectMargin = 0.5f;     // of the way from normal to the limit
constexpr float kSameView = 0.5f;          // of the usual match: the known view, displaced
constexpr float kBlindMatch = 0.3f;        // usual match under which the view is too poor to judge shifts
constexpr float kStillStructured = 0.15f;  // of the usual gradient energy: there is something else to see
constexpr float kSameBrightness = 0.9f;  // correlation of the light and dark parts: it is the known view, out of focus
constexpr float kDarkness = -2;          // light_change: an eighth of the usual light
constexpr float kLeastMatchLoss = 0.02f; // of the match in place, before a shift is looked for

float length_of(const Shift& shift) {
  return std::sqrt(shift.columns * shift.columns + shift.rows * shift.rows);
}

// In parts of the frame's width.
float width_share(const pinhole_camera& camera, const Shift& shift) {
  const float down = shift.rows / kLookRows * static_cast<float>(camera.height) / static_cast<float>(camera.width);
  const float across = shift.columns / kLookColumns;
  return std::sqrt(across * across + down * down);
}

Verdict found(int32_t kind, float score, float threshold) {
  return {kind, score, threshold, true};
}

// Most of the known view is not where it was.
Verdict judge_loss(const pinhole_camera& camera, float lost, Sharpness sharpness) {
  const Shift shift = find_shift(camera.look, camera.view, true);
  const float limit = camera.most_shift / kLookColumns;
  if (shift.match > kSameView * camera.usual_match && length_of(shift) > camera.most_shift)
    return found(PINHOLE_EVENT_MOVED, width_share(camera, shift), limit);
  if (sharpness.energy > kStillStructured)
    return found(PINHOLE_EVENT_MOVED, 1, limit);
  if (brightness_match(camera.look, camera.view) > kSameBrightness)
    return found(PINHOLE_EVENT_BLURRED, sharpness.ratio, camera.least_sharpness);
  return found(PINHOLE_EVENT_COVERED, lost, kLostShare);
}

// Where most of the view is still in place.
Verdict judge_shift(const pinhole_camera& camera) {
  const float match = match_in_place(camera.look, camera.view);
  if (match >= camera.least_match)
    return {};
  const Shift shift = find_shift(camera.look, camera.view, match < kSameView * camera.usual_match);
  const float length = length_of(shift);
  if (length > camera.most_shift && shift.match > kSameView * camera.usual_match)
    return found(PINHOLE_EVENT_MOVED, width_share(camera, shift), camera.most_shift / kLookColumns);
  Verdict verdict;
  verdict.suspicious = length > kSuspectMargin * camera.most_shift;
  return verdict;
}

Verdict judge_sharpness(const pinhole_camera& camera, float lost, Sharpness sharpness) {
  Verdict verdict;
  verdict.suspicious = sharpness.ratio < 1 + kSuspectMargin * (camera.least_sharpness - 1);
  if (sharpness.ratio >= camera.least_sharpness)
    return verdict;
  // A cover takes the edges away too, but not from where the picture is still the known one.
  const bool partly_covered = lost >= kSuspectShare && brightness_match(camera.look, camera.view) < kSameBrightness;
  return partly_covered ? verdict : found(PINHOLE_EVENT_BLURRED, sharpness.ratio, camera.least_sharpness);
}

} // namespace

void take_normal_frame(pinhole_camera* camera) {
  take_sample(match_in_place(camera->look, camera->view), &camera->match);
  take_sample(compare_sharpness(camera->look, camera->view).ratio, &camera->sharpness);
  take_sample(length_of(find_shift(camera->look, camera->view, false)), &camera->shift);
}

void set_limits(pinhole_camera* camera) {
  const SampleLaw match = law_of(camera->match), shift = law_of(camera->shift), sharpness = law_of(camera->sharpness);
  camera->usual_match = match.middle;
  // Where the view is too poor to tell shifts from noise, none is looked for.
  camera->least_match =
      match.middle < kBlindMatch ? -1 : match.middle - max_of(kLeastMatchLoss, kFarDeviations * match.deviation);
  camera->most_shift = max_of(kMostShift, shift.middle + kFarDeviations * shift.deviation);
  const float least = min_of(kBlurredShare, sharpness.middle - kFarDeviations * sharpness.deviation);
  camera->least_sharpness = least < kLeastBlurredShare ? 0 : least;
}

Verdict judge(const pinhole_camera& camera) {
  if (light_change(camera.look, camera.view) < kDarkness)
    return found(PINHOLE_EVENT_COVERED, 1, kLostShare);
  const float lost = lost_share(camera.look, camera.view);
  const Sharpness sharpness = compare_sharpness(camera.look, camera.view);
  if (lost >= kLostShare)
    return judge_loss(camera, lost, sharpness);
  const Verdict shift = judge_shift(camera);
  if (shift.kind != kNothingWrong)
    return shift;
  Verdict verdict = judge_sharpness(camera, lost, sharpness);
  if (verdict.kind == kNothingWrong && camera.equal_run >= camera.equal_limit)
    return found(PINHOLE_EVENT_FROZEN, static_cast<float>(camera.equal_run), static_cast<float>(camera.equal_limit));
  verdict.suspicious |= lost >= kSuspectShare || shift.suspicious;
  return verdict;
}

bool is_worse(int32_t kind, double score, double other) {
  return kind == PINHOLE_EVENT_BLURRED ? score < other : score > other;
}

} // namespace pinhole
