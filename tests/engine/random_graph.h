// SPDX-License-Identifier: Apache-2.0
// Networks that nobody would design: layers of every kind in any order, skips to anywhere, odd strides and sizes.
#pragma once

#include "weights/sample_model.h"

#include <algorithm>
#include <random>

namespace pinhole::testing {

class RandomGraph {
public:
  explicit RandomGraph(uint32_t seed) : builder("random"), random_(seed) {
    height_ = 2 * number(2, 35);
    const Desc image = {1, height_, 2 * number(2, 6), number(1, 5)};
    values_ = {builder.input("image", image)};
    inputs = values_;
    for (int layers = number(2, 14); layers > 0; --layers)
      add_layer();
  }

  bool empty() const { return values_.size() == 1; }
  ValueId last() const { return values_.back(); }

  // An entry that puts out the last value and perhaps another.
  void finish_inference() {
    outputs = {last()};
    if (const ValueId other = any(); number(0, 2) == 0 && other != last() && other != inputs[0])
      outputs.push_back(other);
    builder.entry("run", Mode::inference, inputs, outputs);
  }

  // An entry whose loss is that of the last value, perhaps with that of another.
  void finish_training() {
    ValueId loss = loss_of("mse_loss", "loss", last());
    if (number(0, 1))
      loss = builder.layer("add", "sum", {}, {loss, loss_of("l1_loss", "more", any())});
    outputs = {loss};
    builder.entry("train", Mode::training, inputs, outputs);
  }

  ModelBuilder builder;
  std::vector<ValueId> inputs, outputs;

private:
  static constexpr int64_t kMostNumbers = 12000;

  int32_t number(int32_t least, int32_t most) { return std::uniform_int_distribution<int32_t>(least, most)(random_); }
  ValueId any() { return values_[static_cast<size_t>(number(0, static_cast<int32_t>(values_.size()) - 1))]; }

  ValueId loss_of(const char* op, const std::string& name, ValueId value) {
    inputs.push_back(builder.input(name + ".target", builder.desc(value)));
    return builder.layer(op, name, {}, {value, inputs.back()});
  }

  bool add(const char* op, const std::vector<ModelBuilder::IntOption>& options, const std::vector<ValueId>& from) {
    if (!builder.takes(op, options, from, kMostNumbers))
      return false;
    values_.push_back(builder.layer(op, op + std::to_string(values_.size()), options, from));
    return true;
  }

  // Up to three others beside `first` that pass, in any order; one may be there twice.
  template <class Passes> std::vector<ValueId> with_others(ValueId first, const Passes& passes) {
    std::vector<ValueId> chosen = {first};
    for (const ValueId value : values_)
      if (chosen.size() < 4 && passes(builder.desc(value)) && number(0, 1))
        chosen.push_back(value);
    if (chosen.size() == 1)
      chosen.push_back(first);
    std::shuffle(chosen.begin(), chosen.end(), random_);
    return chosen;
  }

  void add_convolution(const char* op, ValueId from, bool transposed) {
    const int32_t groups = number(0, 3) ? 1 : 2, pad = transposed ? 1 : 2;
    std::vector<ModelBuilder::IntOption> options = {
        {"out_channels", {groups * number(1, 9)}},
        {"kernel", {number(1, 4), number(1, 4)}},
        {"stride", {number(1, 3), number(1, 3)}},
        {"padding", {number(0, pad), number(0, pad), number(0, pad), number(0, pad)}},
        {"groups", {groups}},
        {"bias", {number(0, 1)}}};
    options.push_back(transposed ? ModelBuilder::IntOption{"output_padding", {number(0, 1), number(0, 1)}}
                                 : ModelBuilder::IntOption{"dilation", {number(1, 2), number(1, 2)}});
    add(op, options, {from});
  }

  // A row of numbers, and perhaps an image of them again.
  void add_dense(ValueId from) {
    const Desc d = builder.desc(from);
    if (!add("flatten", {}, {from}))
      return;
    switch (number(0, 3)) {
    case 0:
      add("unflatten", {{"height", {d.h}}, {"width", {d.w}}, {"channels", {d.c}}}, {last()});
      break;
    case 1:
      add("unflatten", {{"height", {d.w}}, {"width", {d.c}}, {"channels", {d.h}}}, {last()});
      break;
    case 2:
      add("linear", {{"out_channels", {number(1, 20)}}}, {last()});
      break;
    default:
      if (add("linear", {{"out_channels", {number(1, 6)}}}, {last()}))
        add("expand", {}, {last(), any()});
    }
  }

  void add_layer() {
    static const char* const kElementwise[] = {"relu", "leaky_relu", "sigmoid", "tanh", "batch_norm"};
    const ValueId from = number(0, 2) ? last() : any();
    const Desc d = builder.desc(from);
    switch (number(0, 10)) {
    case 0:
    case 1:
      return add_convolution("conv2d", from, false);
    case 2:
      return add_convolution("conv_transpose2d", from, true);
    case 3:
      add("conv2d", {{"out_channels", {number(1, 20)}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {from});
      break;
    case 4:
    case 5:
      add(kElementwise[number(0, 4)], {}, {from});
      break;
    case 6:
      add("add", {}, with_others(from, [&](const Desc& other) { return other == d; }));
      break;
    case 7:
      add("concat", {}, with_others(from, [&](const Desc& other) { return other.h == d.h && other.w == d.w; }));
      break;
    case 8:
      add("max_pool2d", {{"kernel", {number(1, 3), number(1, 3)}}, {"stride", {number(1, 3), number(1, 3)}}}, {from});
      break;
    case 9:
      if (const int32_t kind = number(0, 2); kind == 0)
        add("upsample_nearest", {{"factor", {number(1, 2), number(1, 2)}}}, {from});
      else
        add(kind == 1 ? "pixel_shuffle" : "pixel_unshuffle", {{"factor", {2}}}, {from});
      break;
    default:
      add_dense(from);
    }
  }

  std::mt19937 random_;
  int32_t height_;
  std::vector<ValueId> values_;
};

} // namespace pinhole::testing
