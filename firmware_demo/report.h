// SPDX-License-Identifier: Apache-2.0
// What the demo prints.
#pragma once

#include "firmware.h"
#include "train_on_scene.h"
#include "yardstick.h"

#include <string>

namespace demo {

void print_loop(const firmware::LoopReport& report);
void print_quality(const Quality& quality);
void print_memory(const char* title, const firmware::Bill& bill,
                  const firmware::Bill& reserved = firmware::static_memory());
void print_training(const firmware::TrainReport& report);

// [######......] of 24 places.
std::string draw_bar(double share_done);

// Progress for people: a bar on a terminal, else a line every few seconds.
class TrainingBar {
public:
  TrainingBar();

  firmware::TrainObserver observer() { return {this, show}; }

private:
  static void show(void* context, const firmware::TrainReport& report, double share_done, float latest_loss);

  bool terminal_;
  double shown_ = 0; // time of the latest line, seconds
  float loss_ = 0;   // smoothed
};

} // namespace demo
