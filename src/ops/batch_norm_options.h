// SPDX-License-Identifier: Apache-2.0
// Options of batch_norm, for the layer and for the pass that folds it.
#pragma once

namespace pinhole {

struct BatchNormOptions {
  float epsilon = 1e-5f, momentum = 0.1f;
};

enum BatchNormParameter { kWeight, kBias, kRunningMean, kRunningVar, kBatchNormParameters };

} // namespace pinhole
