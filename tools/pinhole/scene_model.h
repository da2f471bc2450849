// SPDX-License-Identifier: Apache-2.0
// A scene's model with the memory around it, for the commands that calibrate and watch.
#pragma once

#include "anomaly/scene_scorer.h"
#include "anomaly/score_record.h"
#include "image/image.h"
#include "pinhole/calibration.h"
#include "train/host_engine.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class SceneModel {
public:
  // A file that `train` made from a recipe with "fit" and "normalise_exposure".
  Status open(const std::string& path, int32_t threads);

  SceneScorer& scorer() { return scorer_; }
  // What stands for a frame, fitted to the model's size, in the memory of files.
  Status checksum_of(const Image& frame, uint32_t* checksum) const;
  // Whether the network was trained on the frame with this checksum or on one beside it.
  bool was_trained_on(uint32_t checksum) const;
  bool was_trained() const { return !trained_.empty(); }
  // Stands for the file in score_origin.
  uint64_t hash() const { return hash_; }

private:
  std::vector<uint8_t> file_;
  uint64_t hash_ = 0;
  HostEngine engine_;
  AlignedBytes memory_;
  SceneScorer scorer_;
  std::vector<uint32_t> trained_; // ascending
};

// A record of so many scores in *memory.
Status make_host_record(int32_t capacity, AlignedBytes* memory, ScoreRecord* record);

} // namespace pinhole::tool
