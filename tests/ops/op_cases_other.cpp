// SPDX-License-Identifier: Apache-2.0
#include "ops/op_cases.h"

namespace pinhole::test {
namespace {

const Desc kSmall{1, 1, 1, 1}, kOdd{2, 7, 5, 3}, kWide{1, 6, 11, 33}, kVectors{5, 1, 1, 37};

// A layer without attributes, or with the same ones, on each of the usual shapes.
void add_on_all(std::vector<OpCase>* cases, const char* op, const std::vector<AttributeCase>& attributes,
                size_t inputs) {
  const std::pair<const char*, Desc> shapes[] = {
      {"one_element", kSmall}, {"odd", kOdd}, {"wide", kWide}, {"vectors", kVectors}};
  for (const auto& [name, desc] : shapes)
    cases->push_back({op, name, attributes, std::vector<Desc>(inputs, desc)});
}

void add_elementwise(std::vector<OpCase>* cases) {
  for (const char* op : {"relu", "sigmoid", "tanh"})
    add_on_all(cases, op, {}, 1);
  add_on_all(cases, "leaky_relu", {floats("slope", {0.2f})}, 1);
  cases->push_back({"sigmoid", "steep", {}, {kOdd}, true, true, -12, 12});
  cases->push_back({"tanh", "steep", {}, {kOdd}, true, true, -6, 6});
  add_on_all(cases, "add", {ints("activation", {0}), floats("slope", {0.01f})}, 2);
  cases->push_back({"add", "four", {}, {kOdd, kOdd, kOdd, kOdd}});
  for (const int32_t activation : {1, 2, 3, 4}) {
    const std::vector<AttributeCase> fused = {ints("activation", {activation}), floats("slope", {0.25f})};
    cases->push_back(inference_only({"add", "fused_" + std::to_string(activation), fused, {kWide, kWide, kWide}}));
  }
  const std::vector<AttributeCase> norm = {floats("epsilon", {1e-3f}), floats("momentum", {0.2f})};
  for (const auto& [name, desc] : {std::pair("odd", kOdd), std::pair("wide", kWide), std::pair("vectors", kVectors)})
    cases->push_back({"batch_norm", name, norm, {desc}});
  cases->push_back({"batch_norm", "defaults", {}, {{3, 9, 8, 17}}});
  cases->push_back({"batch_norm", "long_sums", {}, {{2, 90, 91, 2}}});
}

void add_pools(std::vector<OpCase>* cases) {
  const auto pool = [](std::vector<int32_t> kernel, std::vector<int32_t> stride, std::vector<int32_t> padding) {
    return std::vector<AttributeCase>{ints("kernel", std::move(kernel)), ints("stride", std::move(stride)),
                                      ints("padding", std::move(padding))};
  };
  cases->push_back({"max_pool2d", "k2", pool({2, 2}, {2, 2}, {0, 0, 0, 0}), {{2, 8, 6, 5}}});
  cases->push_back({"max_pool2d", "k2_odd_sizes", pool({2, 2}, {2, 2}, {0, 0, 0, 0}), {{1, 7, 9, 33}}});
  cases->push_back({"max_pool2d", "k2_same_odd_sizes", pool({2, 2}, {2, 2}, {0, 0, 1, 1}), {{1, 7, 9, 3}}});
  cases->push_back({"max_pool2d", "k3x2_overlapping", pool({3, 2}, {1, 2}, {1, 1, 1, 0}), {{2, 6, 7, 4}}});
  cases->push_back({"max_pool2d", "stride_over_kernel", pool({2, 1}, {3, 2}, {0, 0, 0, 0}), {{1, 9, 6, 2}}});
  cases->push_back({"max_pool2d", "defaults", {}, {{1, 4, 4, 8}}});
}

void add_rearranging(std::vector<OpCase>* cases) {
  cases->push_back({"upsample_nearest", "by_2", {ints("factor", {2, 2})}, {kOdd}});
  cases->push_back({"upsample_nearest", "by_3x1", {ints("factor", {3, 1})}, {kWide}});
  cases->push_back({"pixel_shuffle", "by_2", {ints("factor", {2})}, {{2, 3, 5, 12}}});
  cases->push_back({"pixel_shuffle", "by_3", {ints("factor", {3})}, {{1, 4, 3, 9}}});
  cases->push_back({"pixel_unshuffle", "by_2", {ints("factor", {2})}, {{2, 6, 10, 3}}});
  cases->push_back({"pixel_unshuffle", "by_3", {ints("factor", {3})}, {{1, 9, 6, 5}}});
  cases->push_back({"concat", "one", {}, {kOdd}});
  cases->push_back({"concat", "two", {}, {{2, 5, 4, 3}, {2, 5, 4, 16}}});
  cases->push_back({"concat", "four", {}, {{1, 6, 3, 1}, {1, 6, 3, 5}, {1, 6, 3, 2}, {1, 6, 3, 8}}});
  cases->push_back({"flatten", "odd", {}, {kOdd}});
  cases->push_back({"flatten", "vectors", {}, {kVectors}});
  const auto image = [](int32_t height, int32_t width, int32_t channels) {
    return std::vector<AttributeCase>{ints("height", {height}), ints("width", {width}), ints("channels", {channels})};
  };
  cases->push_back({"unflatten", "odd", image(7, 5, 3), {{2, 1, 1, 105}}});
  cases->push_back({"unflatten", "one_pixel", image(1, 1, 6), {{3, 1, 1, 6}}});
  cases->push_back({"expand", "odd", {}, {{2, 1, 1, 3}, {2, 7, 5, 4}}});
  cases->push_back({"expand", "one_value", {}, {{1, 1, 1, 1}, {1, 9, 11, 3}}});
}

void add_losses(std::vector<OpCase>* cases) {
  const Desc long_sum{2, 75, 71, 3};
  for (const char* op : {"mse_loss", "l1_loss", "charbonnier_loss", "bce_loss"}) {
    const bool probabilities = std::string(op) == "bce_loss";
    const double low = probabilities ? 0.02 : -1, high = probabilities ? 0.98 : 1;
    for (const auto& [name, desc] : {std::pair("odd", kOdd), std::pair("wide", kWide), std::pair("vectors", kVectors),
                                     std::pair("long_sums", long_sum)})
      cases->push_back({op, name, {floats("weight", {0.75f})}, {desc, desc}, true, true, low, high});
  }
  cases->push_back({"charbonnier_loss", "wide_tip", {floats("epsilon", {0.5f})}, {kOdd, kOdd}});
  for (const int32_t reduction : {0, 1, 2})
    for (const char* op : {"mse_loss", "kl_loss"})
      cases->push_back({op, "reduction_" + std::to_string(reduction), {ints("reduction", {reduction})}, {kOdd, kOdd}});
}

// Pairs of means and log variances.
void add_variational(std::vector<OpCase>* cases) {
  add_on_all(cases, "reparameterize", {ints("stream", {2})}, 2);
  add_on_all(cases, "kl_loss", {floats("weight", {0.75f}), ints("reduction", {2})}, 2);
  for (const char* op : {"reparameterize", "kl_loss"})
    cases->push_back({op, "steep", {}, {kVectors, kVectors}, true, true, -8, 8});
  cases->push_back({"reparameterize", "long_rows", {}, {{2, 3, 41, 7}, {2, 3, 41, 7}}});
  cases->push_back({"kl_loss", "long_sums", {}, {{2, 75, 71, 3}, {2, 75, 71, 3}}});
}

} // namespace

std::vector<OpCase> other_cases() {
  std::vector<OpCase> cases;
  add_elementwise(&cases);
  add_pools(&cases);
  add_rearranging(&cases);
  add_losses(&cases);
  add_variational(&cases);
  return cases;
}

} // namespace pinhole::test
