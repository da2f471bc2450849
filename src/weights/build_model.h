// SPDX-License-Identifier: Apache-2.0
// Graph -> Model: the arrays and what fills them.
#pragma once

#include "model/model.h"
#include "weights/graph.h"

namespace pinhole {

// Takes every array of the Model of a graph that check_graph has passed, in a fixed order. Over a measuring arena this
// is the exact need of build_model.
Status take_model_arrays(const file::Graph& graph, Arena* setup, Model* model);

// Fills a Model from a graph that check_graph and check_tensors have passed. Indices are proven to be in range and the
// attributes are parsed; what the wiring means is for check_model to judge.
Status build_model(const Sections& sections, const file::Graph& graph, Arena* setup, Model* model);

} // namespace pinhole
