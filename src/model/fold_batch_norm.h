// SPDX-License-Identifier: Apache-2.0
// Batch norm with fixed statistics is a scale and a shift per channel: the convolution before it can do both.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "model/model.h"

namespace pinhole {

// The inference of `model` with every batch_norm folded into the conv2d or conv_transpose2d before it:
//   weight' = weight * g, bias' = (bias - running_mean) * g + beta, g = gamma / sqrt(running_var + epsilon),
// in double, rounded to f32 once; a layer without bias gets one. A batch_norm stays where its input comes from
// elsewhere, has other readers or a fused activation, or where the layer's numbers are shared or not f32. Values that
// nobody computes or reads any more stay listed; drop_training (train/deploy.h) clears them away before a file is made.
// `model` must have no training entry, whose batch norms use other statistics (invalid_argument), and must outlive
// *folded; lists and new numbers come from `memory`; over a measuring arena the call only counts them and *folded is
// undefined.
Status fold_batch_norm(const Model& model, Arena* memory, Model* folded);

} // namespace pinhole
