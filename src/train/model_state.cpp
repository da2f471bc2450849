// SPDX-License-Identifier: Apache-2.0
#include "train/model_state.h"

#include "base/half.h"
#include "image/file_bytes.h"
#include "train/loaded_model.h"

#include <algorithm>

namespace pinhole {
namespace {

// Calls visit(value, numbers, count) for the buffers that the engine keeps in its state, in order.
template <class Visit> void for_each_buffer(const Engine& engine, Visit visit) {
  for (ValueId v = 0; v < engine.model.values.size; ++v) {
    const Value& value = engine.model.values[v];
    if (value.kind == ValueKind::buffer && engine.plan.placements[v].block != kNoBlock)
      visit(v, engine.views[v].base<float>(), value.desc.elements());
  }
}

float stored_number(const Value& value, int64_t i) {
  return value.desc.dtype == DType::f16 ? float_from_half(static_cast<const uint16_t*>(value.data)[i])
                                        : static_cast<const float*>(value.data)[i];
}

Status copy_stored(const Model& from, const Value& to, std::vector<float>* numbers) {
  const ValueId found = find_value(from, to.name);
  if (found == kNoValue || !from.values[found].data)
    return error(Code::invalid_argument, "it has no parameter '%s'", to.name);
  const Value& value = from.values[found];
  Desc shape = value.desc;
  shape.dtype = to.desc.dtype;
  if (shape != to.desc || (value.desc.dtype != DType::f32 && value.desc.dtype != DType::f16))
    return error(Code::invalid_argument, "its parameter '%s' has another shape or type", to.name);
  for (size_t i = 0; i < numbers->size(); ++i)
    (*numbers)[i] = stored_number(value, static_cast<int64_t>(i));
  return Status();
}

} // namespace

std::vector<float> read_section(const Engine& engine, int32_t section) {
  const Array<float> numbers = parameter_section(engine, section);
  return {numbers.begin(), numbers.end()};
}

Status write_section(const std::vector<float>& numbers, int32_t section, Engine* engine) {
  Array<float> to = parameter_section(*engine, section);
  if (numbers.size() != static_cast<size_t>(to.size))
    return error(Code::bad_file, "%zu numbers for a section of %d: they belong to another model", numbers.size(),
                 to.size);
  std::copy(numbers.begin(), numbers.end(), to.data);
  return Status();
}

std::vector<float> read_buffers(const Engine& engine) {
  std::vector<float> numbers;
  for_each_buffer(
      engine, [&](ValueId, const float* data, int64_t count) { numbers.insert(numbers.end(), data, data + count); });
  return numbers;
}

Status write_buffers(const std::vector<float>& numbers, Engine* engine) {
  if (numbers.size() != read_buffers(*engine).size())
    return error(Code::bad_file, "%zu running statistics are not this model's", numbers.size());
  const float* from = numbers.data();
  for_each_buffer(*engine, [&](ValueId, float* data, int64_t count) {
    std::copy_n(from, count, data);
    from += count;
  });
  return Status();
}

void store_parameters(const Engine& engine, const std::vector<float>& weights, const std::vector<float>& buffers,
                      OwnedModel* model) {
  for (ValueId v = 0; v < engine.model.values.size; ++v) {
    const int64_t offset = engine.plan.flat_offset[v];
    std::vector<float>& tensor = model->tensors[static_cast<size_t>(v)];
    if (offset >= 0)
      std::copy_n(weights.begin() + offset, tensor.size(), tensor.begin());
  }
  const float* from = buffers.data();
  for_each_buffer(engine, [&](ValueId v, float*, int64_t count) {
    std::copy_n(from, count, model->tensors[static_cast<size_t>(v)].begin());
    from += count;
  });
}

Status start_from(const std::string& path, OwnedModel* model) {
  LoadedModel from;
  PINHOLE_RETURN_IF_ERROR(load_model(path, &from));
  for (size_t v = 0; v < model->values.size(); ++v) {
    const std::vector<float>& tensor = model->tensors[v];
    if (tensor.empty())
      continue;
    const bool grown = std::all_of(tensor.begin(), tensor.end(), [](float number) { return number == 0; });
    if (grown && find_value(from.model, model->values[v].name) == kNoValue)
      continue;
    if (const Status status = copy_stored(from.model, model->values[v], &model->tensors[v]); !status.ok())
      return with_path(path, status);
  }
  return Status();
}

} // namespace pinhole
