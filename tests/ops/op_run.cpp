// SPDX-License-Identifier: Apache-2.0
#include "ops/op_run.h"

#include <algorithm>

namespace pinhole::test {
namespace {

Desc scalar_desc(Desc desc, DType scalar) {
  if (desc.dtype == DType::f32)
    desc.dtype = scalar;
  return desc;
}

// Tensors of one role (inputs, outputs, ...) and the views of them that a call sees.
struct Group {
  std::vector<GuardedTensor> tensors;
  std::vector<View> views;

  GuardedTensor& add(const Desc& desc, const Form& form, bool present, Poison poison = Poison::nan) {
    tensors.emplace_back(desc, form, poison);
    views.push_back(present ? tensors.back().view() : tensors.back().absent());
    return tensors.back();
  }
};

// One kernel call with all its memory.
class Pass {
public:
  Pass(const Problem& problem, const RunSpec& spec) : problem_(problem), spec_(spec) {
    call_.options = &problem.options;
    call_.n_in = static_cast<int8_t>(problem.query.n_in);
    call_.n_out = static_cast<int8_t>(problem.query.n_out);
    call_.n_parameters = static_cast<int8_t>(problem.query.n_parameters);
    call_.training = problem.query.training;
    call_.rows = {0, problem.out().h};
    call_.state = &state_;
  }

  Outcome forward(const Operands& operands);
  Outcome backward(Backward pass, const Operands& operands, const std::vector<Values>& outputs);

private:
  void add_parameters(const Operands& operands);
  void add_inputs(const Operands& operands, bool present);
  void add_outputs(const std::vector<Values>& values, bool first_present);
  void add_gradient(Group* group, const Desc& desc, const Form& form, int32_t index, uint8_t has);
  void execute(const Kernel& kernel, const char* name);
  GuardedTensor take_bytes(size_t (*bytes)(const Call&), void** memory) const;
  void run_phase(const Phase& phase, const char* name);
  void point_call();
  void check_guards(const char* name, const Group& group);
  void fault(std::string line) { outcome_.faults.push_back(std::move(line)); }
  Desc scaled(const Desc& desc) const { return scalar_desc(desc, spec_.scalar); }
  Form flat_form() const {
    return {spec_.form.pixel_gap, spec_.form.row_gap, spec_.form.image_gap, spec_.form.offset, 0};
  }

  const Problem& problem_;
  const RunSpec& spec_;
  RunState state_{7, 3, 0.1f, 1.0f};
  Call call_;
  Group in_, out_, parameter_, d_in_, d_out_, d_parameter_;
  std::mt19937 random_{5};
  Outcome outcome_;
};

void Pass::add_parameters(const Operands& operands) {
  for (int32_t i = 0; i < problem_.query.n_parameters; ++i)
    parameter_.add(scaled(problem_.query.parameter[i]), {}, true).write(operands.parameter[i]);
}

void Pass::add_inputs(const Operands& operands, bool present) {
  for (int32_t i = 0; i < problem_.query.n_in; ++i) {
    const Desc desc = scaled(problem_.query.in[i]);
    RowRange window{0, desc.h};
    if (call_.rows.count() < problem_.out().h)
      window = problem_.op().row_window(problem_.query, i, call_.rows);
    Form form = flat_form();
    form.ring_rows = spec_.rings ? window.count() : 0;
    GuardedTensor& tensor = in_.add(desc, form, present || !spec_.null_unneeded);
    if (present)
      tensor.write(operands.in[i], window);
  }
}

// Outputs of an earlier forward pass. Those beyond the first exist for the backward pass and are always there.
void Pass::add_outputs(const std::vector<Values>& values, bool first_present) {
  for (int32_t i = 0; i < problem_.query.n_out; ++i) {
    const bool present = i > 0 || first_present;
    GuardedTensor& tensor = out_.add(scaled(problem_.query.out[i]), flat_form(), present || !spec_.null_unneeded);
    if (present)
      tensor.write(values[i]);
  }
}

void Pass::add_gradient(Group* group, const Desc& desc, const Form& form, int32_t index, uint8_t has) {
  const bool present = (has & spec_.wanted) >> index & 1;
  GuardedTensor& tensor = group->add(scaled(desc), form, present, Poison::infinity);
  if (present && spec_.onto)
    tensor.write((*spec_.onto)[index]);
}

void Pass::point_call() {
  call_.in = in_.views.data();
  call_.out = out_.views.data();
  call_.parameter = parameter_.views.data();
  call_.d_in = d_in_.views.data();
  call_.d_out = d_out_.views.data();
  call_.d_parameter = d_parameter_.views.data();
}

// Memory of the size that `bytes` states; the size may depend on shapes only, so it is asked without any data.
GuardedTensor Pass::take_bytes(size_t (*bytes)(const Call&), void** memory) const {
  const auto shapes = [](Group group) {
    for (View& view : group.views)
      view.data = nullptr;
    return std::move(group.views);
  };
  Call call = call_;
  const auto in = shapes({{}, in_.views}), out = shapes({{}, out_.views}), parameter = shapes({{}, parameter_.views});
  const auto d_in = shapes({{}, d_in_.views}), d_out = shapes({{}, d_out_.views});
  const auto d_parameter = shapes({{}, d_parameter_.views});
  call.in = in.data(), call.out = out.data(), call.parameter = parameter.data();
  call.d_in = d_in.data(), call.d_out = d_out.data(), call.d_parameter = d_parameter.data();
  const size_t size = bytes ? bytes(call) : 0;
  if (size == 0)
    return GuardedTensor();
  Desc desc;
  desc.c = static_cast<int32_t>(size);
  desc.dtype = DType::u8;
  GuardedTensor block(desc, {});
  *memory = block.view().data;
  return block;
}

void Pass::run_phase(const Phase& phase, const char* name) {
  if (!phase.run)
    return;
  const int64_t units = phase.units(call_);
  if (units < 0)
    return fault(text("%s: a phase has %lld units", name, static_cast<long long>(units)));
  if (units == 0)
    return;
  if (spec_.order == UnitOrder::whole)
    return phase.run(call_, 0, units);
  if (spec_.order == UnitOrder::threads) {
    const auto body = [](void* context, int64_t begin, int64_t end) {
      const auto* work = static_cast<std::pair<const Phase*, const Call*>*>(context);
      work->first->run(*work->second, begin, end);
    };
    std::pair<const Phase*, const Call*> work{&phase, &call_};
    return parallel_for(spec_.pool, units, body, &work);
  }
  std::vector<RowRange> pieces;
  for (int32_t begin = 0; begin < units;) {
    const int32_t most = spec_.order == UnitOrder::single_reverse ? 1 : 1 + static_cast<int32_t>(random_() % 5);
    const auto end = static_cast<int32_t>(std::min<int64_t>(begin + most, units));
    pieces.push_back({begin, end});
    begin = end;
  }
  std::reverse(pieces.begin(), pieces.end());
  if (spec_.order == UnitOrder::shuffled)
    std::shuffle(pieces.begin(), pieces.end(), random_);
  for (const RowRange& piece : pieces)
    phase.run(call_, piece.begin, piece.end);
}

void Pass::execute(const Kernel& kernel, const char* name) {
  point_call();
  void *prepared_memory = nullptr, *scratch_memory = nullptr;
  const GuardedTensor prepared = take_bytes(kernel.prepared_bytes, &prepared_memory);
  const GuardedTensor scratch = take_bytes(kernel.scratch_bytes, &scratch_memory);
  call_.prepared = prepared_memory;
  call_.scratch = scratch_memory;
  run_phase(kernel.prepare, name);
  for (const Phase& phase : kernel.phase)
    run_phase(phase, name);
  if ((prepared_memory && !prepared.guards_intact()) || (scratch_memory && !scratch.guards_intact()))
    fault(text("%s: wrote past the end of its scratch or prepared memory", name));
  for (const Group* group : {&in_, &out_, &parameter_, &d_in_, &d_out_, &d_parameter_})
    check_guards(name, *group);
}

void Pass::check_guards(const char* name, const Group& group) {
  for (size_t i = 0; i < group.tensors.size(); ++i)
    if (!group.tensors[i].guards_intact())
      fault(text("%s: wrote into a gap or beyond a tensor of shape %s", name,
                 describe(group.tensors[i].view().desc).c_str()));
}

Outcome Pass::forward(const Operands& operands) {
  const ShapeQuery& query = problem_.query;
  if (spec_.rows.count() > 0)
    call_.rows = spec_.rows;
  add_parameters(operands);
  add_inputs(operands, true);
  for (int32_t i = 0; i < query.n_out; ++i) {
    Form form = flat_form();
    form.ring_rows = spec_.rings ? call_.rows.count() : 0;
    out_.add(scaled(query.out[i]), form, true);
  }
  if (spec_.in_place)
    out_.views[0].data = in_.views[0].data;
  execute(spec_.kernels->forward, "forward");
  for (int32_t i = 0; i < query.n_out; ++i) {
    const bool whole = call_.rows.count() == problem_.out().h;
    const RowRange rows = whole ? RowRange{0, query.out[i].h} : call_.rows;
    const GuardedTensor& tensor = spec_.in_place && i == 0 ? in_.tensors[0] : out_.tensors[i];
    outcome_.tensors.push_back(tensor.read(rows));
    if (!whole && !spec_.rings && !spec_.in_place && !tensor.untouched_outside(rows))
      fault(text("forward: wrote rows of out[%d] outside %d..%d", i, rows.begin, rows.end));
  }
  for (int32_t i = 0; i < query.n_parameters; ++i) {
    const Values after = parameter_.tensors[i].read();
    if (!problem_.learned(i))
      outcome_.tensors.push_back(after);
    else if (!same_bytes(after, operands.parameter[i]))
      fault(text("forward: changed learned parameter %d", i));
  }
  return std::move(outcome_);
}

Outcome Pass::backward(Backward pass, const Operands& operands, const std::vector<Values>& outputs) {
  const ShapeQuery& query = problem_.query;
  const bool data = pass == Backward::data;
  const char* name = data ? "backward_data" : "backward_weights";
  const Kernel& kernel = data ? spec_.kernels->backward_data : spec_.kernels->backward_weights;
  const uint8_t needs = data ? problem_.op().data_needs : problem_.op().weights_needs;
  const uint8_t has = gradients_of(pass, problem_);
  add_parameters(operands);
  add_inputs(operands, (needs & kNeedsInput) != 0);
  add_outputs(outputs, (needs & kNeedsOutput) != 0);
  for (int32_t i = 0; i < query.n_out; ++i)
    d_out_.add(scaled(query.out[i]), flat_form(), i == 0);
  d_out_.tensors[0].write(operands.d_out);
  for (int32_t i = 0; i < query.n_in; ++i)
    add_gradient(&d_in_, query.in[i], flat_form(), i, data ? has : 0);
  for (int32_t i = 0; i < query.n_parameters; ++i)
    add_gradient(&d_parameter_, query.parameter[i], {}, i, data ? 0 : has);
  if (data && spec_.in_place)
    d_in_.views[0].data = d_out_.views[0].data;
  if (spec_.onto)
    (data ? call_.accumulate_in : call_.accumulate_parameter) = has;
  if (has != 0 && !kernel.phase[0].run)
    fault(text("%s: missing, but the layer has gradients", name));
  execute(kernel, name);
  const Group& group = data ? d_in_ : d_parameter_;
  for (size_t i = 0; i < group.tensors.size(); ++i) {
    const bool moved = data && spec_.in_place && i == 0;
    const bool present = group.views[i].data != nullptr;
    outcome_.tensors.push_back(!present ? Values() : moved ? d_out_.tensors[0].read() : group.tensors[i].read());
  }
  return std::move(outcome_);
}

} // namespace

Outcome run_forward(const Problem& problem, const Operands& operands, const RunSpec& spec) {
  return Pass(problem, spec).forward(operands);
}

Outcome run_backward(Backward pass, const Problem& problem, const Operands& operands,
                     const std::vector<Values>& outputs, const RunSpec& spec) {
  return Pass(problem, spec).backward(pass, operands, outputs);
}

uint8_t gradients_of(Backward pass, const Problem& problem) {
  unsigned has = 0;
  if (pass == Backward::data)
    for (int32_t i = 0; i < problem.query.n_in; ++i)
      has |= (problem.differentiable(i) ? 1u : 0u) << i;
  else
    for (int32_t i = 0; i < problem.query.n_parameters; ++i)
      has |= (problem.learned(i) ? 1u : 0u) << i;
  return static_cast<uint8_t>(has);
}

} // namespace pinhole::test
