// SPDX-License-Identifier: Apache-2.0
// What train looks at before it does any work.
#pragma once

#include "base/status.h"
#include "train/trainer.h"

#include <string>

namespace pinhole::tool {

// Nothing that a training reads may be written over, nor one file be written twice. `recipe`: its name or file.
Status check_training_files(const std::string& recipe, const TrainOptions& options, bool untrained);

// The same, and that a folder with known defects is not learned as good, masks and all, nor a checkpoint lost by a word
// that was forgotten. Says on standard error where one that was to be resumed from is not there.
Status check_training(const std::string& recipe, const TrainOptions& options);

} // namespace pinhole::tool
