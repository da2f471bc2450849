// SPDX-License-Identifier: Apache-2.0
// What train looks at before it does any work.
#pragma once

#include "base/status.h"
#include "train/trainer.h"

#include <string>

namespace pinhole::tool {

// Nothing that a training reads may be written over, nor one file be written twice. `recipe`: its name or file.
Status check_training_files(const std::string& recipe, const TrainOptions& options, bool untrained);

// A training that was not asked for again is not lost by a word that was forgotten.
Status check_checkpoint(const TrainOptions& options);

// A folder with known defects holds, below it, what would be learned as good: the defective pictures, and their masks.
Status check_training_data(const std::string& data);

} // namespace pinhole::tool
