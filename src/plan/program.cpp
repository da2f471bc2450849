// SPDX-License-Identifier: Apache-2.0
#include "plan/program.h"

#include "base/desc_text.h"
#include "model/passes.h"

#include <cstring>

namespace pinhole {

const char* pass_name(Pass pass) {
  constexpr const char* kNames[] = {"forward", "backward_data",   "backward_weights",
                                    "update",  "prepare_forward", "prepare_backward"};
  return kNames[static_cast<unsigned>(pass)];
}

bool lay_out_program(int32_t model_values, int32_t model_nodes, Arena* setup, Program* program) {
  // A training program adds to each node at most three saved outputs and five steps (forward, both gradients, both
  // preparations), to each value one gradient, and one update.
  const int64_t values = int64_t{model_values} * 2 + int64_t{model_nodes} * (kMaxOutputs - 1);
  return setup->take(values, &program->values) && setup->take(model_nodes, &program->nodes) &&
         setup->take(int64_t{model_nodes} * 5 + 1, &program->steps) && setup->take(values, &program->gradient);
}

namespace {

bool is_entry_input(const Program& program, ValueId value) {
  for (ValueId input : program.entry->inputs)
    if (input == value)
      return true;
  return false;
}

// The values, with inputs at the asked batch and size.
void copy_values(const ProgramOptions& options, Program* program) {
  const Model& model = *program->model;
  program->value_count = model.values.size;
  for (ValueId v = 0; v < model.values.size; ++v) {
    Value value = model.values[v];
    if (is_entry_input(*program, v))
      value.kind = ValueKind::input; // also an activation that the caller gives, such as a code to decode
    if (value.kind == ValueKind::input) {
      value.desc.n = options.batch;
      if (value.desc.h > 1 || value.desc.w > 1) {
        value.desc.h = options.height > 0 ? options.height : value.desc.h;
        value.desc.w = options.width > 0 ? options.width : value.desc.w;
      }
    }
    program->values[v] = value;
  }
  for (ValueId& gradient : program->gradient)
    gradient = kNoValue;
}

// Keeps the nodes that the entry's outputs need, in the model's order. The gradient array serves as the set of needed
// values while it is not in use otherwise.
void select_nodes(Program* program) {
  const Model& model = *program->model;
  Array<ValueId> needed = program->gradient;
  for (ValueId output : program->entry->outputs)
    needed[output] = 1;
  int32_t kept = 0;
  for (int32_t n = model.nodes.size - 1; n >= 0; --n) {
    const Node& node = model.nodes[n];
    bool wanted = false;
    for (int32_t i = 0; i < node.n_out; ++i)
      wanted = wanted || (needed[node.out[i]] == 1 && !is_entry_input(*program, node.out[i]));
    if (!wanted)
      continue;
    for (int32_t i = 0; i < node.n_in; ++i)
      needed[node.in[i]] = 1;
    program->nodes[model.nodes.size - ++kept] = node; // from the back, so that the order stays
  }
  std::memmove(program->nodes.data, program->nodes.data + (model.nodes.size - kept),
               static_cast<size_t>(kept) * sizeof(Node));
  program->node_count = kept;
  for (ValueId v = 0; v < program->value_count; ++v)
    needed[v] = kNoValue;
}

// At another size than the file's a layer over all pixels would need other weights.
Status check_parameters(const Node& node, const OpDef& op, const ShapeQuery& query, const Program& program) {
  for (int32_t i = 0; i < node.n_parameters; ++i) {
    const Value& stored = program.values[node.parameter[i]];
    Desc loaded = stored.desc;
    if (loaded.dtype == DType::f16)
      loaded.dtype = query.parameter[i].dtype;
    if (loaded != query.parameter[i])
      return error(Code::bad_shape, "node '%s' (%s): '%s' is %s, images of this size need %s: give the file's own size",
                   node.name, op.name, stored.name, DescText(loaded).text, DescText(query.parameter[i]).text);
  }
  return {};
}

Status infer_node(Node* node, Program* program) {
  const OpDef* op = find_op(node->op);
  if (!op)
    return error(Code::unsupported, "node '%s': layer %u is not known to this version", node->name,
                 static_cast<unsigned>(node->op));
  Desc in[kMaxInputs];
  for (int32_t i = 0; i < node->n_in; ++i)
    in[i] = program->values[node->in[i]].desc;
  ShapeQuery query = {};
  query.options = &node->options;
  query.in = in;
  query.n_in = node->n_in;
  query.training = program->mode == Mode::training;
  if (Status status = op->infer_shape(&query); !status.ok()) {
    Status named = error(status.code, "node '%s' (%s): %s", node->name, op->name, status.text);
    return named;
  }
  PINHOLE_RETURN_IF_ERROR(check_parameters(*node, *op, query, *program));
  for (int32_t i = 0; i < query.n_out; ++i) {
    if (i >= node->n_out) { // a saved output, which exists in training only
      Value saved = {};
      saved.name = node->name;
      saved.kind = ValueKind::activation;
      node->out[i] = program->value_count;
      program->values[program->value_count++] = saved;
    }
    program->values[node->out[i]].desc = query.out[i];
  }
  node->n_out = static_cast<int8_t>(query.n_out);
  return {};
}

Status check_inputs(const ProgramOptions& options, const Program& program) {
  constexpr int32_t kMost = 65535;
  if (options.batch < 1 || options.batch > kMost || options.height < 0 || options.width < 0 || options.height > kMost ||
      options.width > kMost)
    return error(Code::invalid_argument, "batch %d of %dx%d: batch is 1..%d, width and height 0..%d", options.batch,
                 options.width, options.height, kMost, kMost);
  const Preprocessing& fixed = program.model->preprocessing;
  const auto fits = [](int32_t asked, int32_t side) { return asked == 0 || side == 0 || asked == side; };
  if (!fits(options.height, fixed.fixed_height) || !fits(options.width, fixed.fixed_width))
    return error(Code::bad_shape, "model '%s' takes images of %dx%d alone, not %dx%d: resize them", program.model->name,
                 fixed.fixed_width, fixed.fixed_height, options.width > 0 ? options.width : fixed.fixed_width,
                 options.height > 0 ? options.height : fixed.fixed_height);
  for (const ValueId input : program.entry->inputs) {
    const Value& value = program.model->values[input];
    if (value.desc.h > kMost || value.desc.w > kMost)
      return error(Code::bad_shape, "input '%s' is %s: width and height are at most %d", value.name,
                   DescText(value.desc).text, kMost);
  }
  return {};
}

} // namespace

Status build_program(const Model& model, const ProgramOptions& options, Program* program) {
  program->model = &model;
  program->mode = options.mode;
  program->entry = nullptr;
  for (const EntryPoint& entry : model.entries)
    if (!program->entry && entry.mode == options.mode &&
        (!options.entry || std::strcmp(entry.name, options.entry) == 0))
      program->entry = &entry;
  if (!program->entry)
    return error(Code::invalid_argument, "model '%s' has no %s entry point%s%s: see 'pinhole inspect'", model.name,
                 options.mode == Mode::training ? "training" : "inference", options.entry ? " called " : "",
                 options.entry ? options.entry : "");
  PINHOLE_RETURN_IF_ERROR(check_inputs(options, *program));
  copy_values(options, program);
  select_nodes(program);
  for (int32_t n = 0; n < program->node_count; ++n)
    PINHOLE_RETURN_IF_ERROR(infer_node(&program->nodes[n], program));
  if (options.mode == Mode::inference)
    fuse_activations(program);
  program->step_count = 0;
  for (int32_t n = 0; n < program->node_count; ++n) {
    Step step = {};
    step.node = n;
    step.pass = Pass::forward;
    program->steps[program->step_count++] = step;
  }
  return options.mode == Mode::training ? differentiate(program) : Status{};
}

} // namespace pinhole
