// SPDX-License-Identifier: Apache-2.0
#include "weights/reader.h"

#include "model/check_model.h"
#include "weights/build_model.h"
#include "weights/tensors.h"

namespace pinhole {
namespace {

Status open_graph(const void* file, size_t bytes, Sections* sections, const file::Graph** graph) {
  PINHOLE_RETURN_IF_ERROR(open_sections(file, bytes, sections));
  return check_graph(*sections, graph);
}

Status measure_graph(const file::Graph& graph, size_t* setup_bytes) {
  Arena counter(nullptr, 0);
  Model model{};
  PINHOLE_RETURN_IF_ERROR(take_model_arrays(graph, &counter, &model));
  *setup_bytes = counter.used();
  return {};
}

} // namespace

Status measure_model(const void* file, size_t bytes, size_t* setup_bytes) {
  Sections sections{};
  const file::Graph* graph = nullptr;
  PINHOLE_RETURN_IF_ERROR(open_graph(file, bytes, &sections, &graph));
  return measure_graph(*graph, setup_bytes);
}

Status count_model(const void* file, size_t bytes, ModelCounts* counts) {
  Sections sections{};
  const file::Graph* graph = nullptr;
  PINHOLE_RETURN_IF_ERROR(open_graph(file, bytes, &sections, &graph));
  *counts = {static_cast<int32_t>(count_of(graph->values())), static_cast<int32_t>(count_of(graph->nodes()))};
  return {};
}

Status read_model(const void* file, size_t bytes, Arena* setup, Model* model) {
  Sections sections{};
  const file::Graph* graph = nullptr;
  PINHOLE_RETURN_IF_ERROR(open_graph(file, bytes, &sections, &graph));
  size_t needed = 0;
  PINHOLE_RETURN_IF_ERROR(measure_graph(*graph, &needed));
  if (setup->measuring())
    return error(Code::invalid_argument, "weights file: read_model needs memory; measure_model says how much");
  if (const size_t free_bytes = setup->size() - setup->used(); free_bytes < needed)
    return error(Code::too_little_memory,
                 "weights file, model %s: needs %zu bytes of setup memory, %zu are free: give %zu more",
                 graph->name()->c_str(), needed, free_bytes, needed - free_bytes);
  PINHOLE_RETURN_IF_ERROR(check_tensors(sections, *graph));
  PINHOLE_RETURN_IF_ERROR(build_model(sections, *graph, setup, model));
  return check_model(*model);
}

} // namespace pinhole
