// SPDX-License-Identifier: Apache-2.0
// A model run by the plain loops in double, every value dense and in memory of its own.
#pragma once

#include "engine/engine.h"
#include "ops/plain.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinhole::testing {

class GraphReference {
public:
  using Numbers = std::vector<double>;

  // Every input has `images` of the shape in the model.
  GraphReference(const Model& model, int32_t images, bool training) : model_(model), training_(training) {
    for (const Value& value : model.values) {
      Desc desc = value.desc;
      desc.n = value.kind == ValueKind::input ? images : desc.n;
      add(desc);
      for (size_t i = 0; value.data && i < numbers.back().size(); ++i)
        numbers.back()[i] = static_cast<double>(static_cast<const float*>(value.data)[i]);
    }
  }

  void forward() {
    for (const Node& node : model_.nodes) {
      calls_.emplace_back();
      NodeCall& made = calls_.back();
      for (int i = 0; i < node.n_in; ++i)
        made.in_desc[i] = descs[index(node.in[i])];
      ShapeQuery query{};
      query.options = &node.options;
      query.in = made.in_desc;
      query.n_in = node.n_in;
      query.training = training_;
      const Status status = find_op(node.op)->infer_shape(&query);
      ASSERT_TRUE(status.ok()) << status.text;
      made.outputs = query.n_out;
      for (int i = 0; i < query.n_out; ++i) {
        made.out_index[i] = i < node.n_out ? index(node.out[i]) : numbers.size();
        if (i < node.n_out)
          set(made.out_index[i], query.out[i]);
        else
          add(query.out[i]);
      }
      run(plain_kernels(node.op, DType::f64)->forward, node, made, nullptr);
    }
  }

  // Of value `loss`, a single number. After forward().
  void backward(ValueId loss) {
    gradients.clear();
    for (const Numbers& of : numbers)
      gradients.emplace_back(of.size(), 0.0);
    gradients[index(loss)] = {1};
    for (int32_t n = model_.nodes.size - 1; n >= 0; --n) {
      const Node& node = model_.nodes[n];
      const Kernels* kernels = plain_kernels(node.op, DType::f64);
      std::vector<Numbers> own;
      run(kernels->backward_weights, node, calls_[static_cast<size_t>(n)], &own);
      own.clear();
      run(kernels->backward_data, node, calls_[static_cast<size_t>(n)], &own);
    }
  }

  View view(ValueId value) { return dense(index(value), &numbers); }

  std::vector<Desc> descs;
  std::vector<Numbers> numbers, gradients;

private:
  struct NodeCall {
    Desc in_desc[kMaxInputs];
    size_t out_index[kMaxOutputs];
    int32_t outputs = 0;
  };

  static size_t slot_of_parameter(int i) { return kMaxInputs + static_cast<size_t>(i); }
  static size_t index(ValueId value) { return static_cast<size_t>(value); }
  View dense(size_t at, std::vector<Numbers>* of) { return dense_view(descs[at], (*of)[at].data()); }
  void set(size_t at, Desc desc) {
    desc.dtype = DType::f64;
    descs[at] = desc;
    numbers[at].assign(static_cast<size_t>(desc.elements()), 0.0);
  }
  void add(const Desc& desc) {
    descs.emplace_back();
    numbers.emplace_back();
    set(numbers.size() - 1, desc);
  }

  // Forward with `own` null; else the gradients of inputs or parameters, in memory of its own, are added to all.
  void run(const Kernel& kernel, const Node& node, const NodeCall& made, std::vector<Numbers>* own) {
    const OpDef& op = *find_op(node.op);
    View in[kMaxInputs], out[kMaxOutputs], parameter[kMaxParameters], d_in[kMaxInputs], d_out[kMaxOutputs],
        d_parameter[kMaxParameters];
    for (int i = 0; i < node.n_in; ++i)
      in[i] = view(node.in[i]);
    for (int i = 0; i < made.outputs; ++i)
      out[i] = dense(made.out_index[i], &numbers);
    for (int i = 0; i < node.n_parameters; ++i)
      parameter[i] = view(node.parameter[i]);
    if (own) {
      own->resize(kMaxInputs + kMaxParameters);
      const auto gradient = [&](size_t slot, ValueId value, bool there) {
        (*own)[slot].assign(numbers[index(value)].size(), 0.0);
        return dense_view(descs[index(value)], there ? (*own)[slot].data() : nullptr);
      };
      d_out[0] = dense(made.out_index[0], &gradients);
      for (int i = 0; i < node.n_in; ++i)
        d_in[i] = gradient(static_cast<size_t>(i), node.in[i], !(op.no_gradient_in >> i & 1));
      for (int i = 0; i < node.n_parameters; ++i)
        d_parameter[i] = gradient(slot_of_parameter(i), node.parameter[i],
                                  model_.values[node.parameter[i]].kind == ValueKind::parameter);
    }
    RunState state;
    Call call;
    call.options = &node.options;
    call.in = in;
    call.out = out;
    call.parameter = parameter;
    call.d_in = d_in;
    call.d_out = d_out;
    call.d_parameter = d_parameter;
    call.n_in = node.n_in;
    call.n_out = static_cast<int8_t>(made.outputs);
    call.n_parameters = node.n_parameters;
    call.training = training_;
    call.rows = {0, out[0].desc.h};
    call.state = &state;
    std::vector<double> scratch((kernel.scratch_bytes ? kernel.scratch_bytes(call) : 0) / sizeof(double) + 8);
    call.scratch = scratch.data();
    for (const Phase& phase : kernel.phase)
      if (phase.run)
        phase.run(call, 0, phase.units(call));
    for (int i = 0; own && i < node.n_in; ++i)
      sum((*own)[static_cast<size_t>(i)], &gradients[index(node.in[i])]);
    for (int i = 0; own && i < node.n_parameters; ++i)
      sum((*own)[slot_of_parameter(i)], &gradients[index(node.parameter[i])]);
  }

  static void sum(const Numbers& more, Numbers* all) {
    for (size_t i = 0; i < more.size(); ++i)
      (*all)[i] += more[i];
  }

  const Model& model_;
  bool training_;
  std::vector<NodeCall> calls_;
};

} // namespace pinhole::testing
