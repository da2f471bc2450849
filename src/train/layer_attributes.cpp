// SPDX-License-Identifier: Apache-2.0
#include "train/layer_attributes.h"

#include "base/checked.h"
#include "train/json.h"

#include <algorithm>
#include <array>

namespace pinhole {
namespace {

struct Axes {
  std::array<int32_t, 2> kernel = {1, 1}, stride = {1, 1}, dilation = {1, 1};
};

bool is_pair(const std::string& key, const std::string& op) {
  return key == "kernel" || key == "stride" || key == "dilation" || key == "output_padding" ||
         (key == "factor" && op == "upsample_nearest");
}

// One number for both axes; one or two for the padding of four sides.
void broadcast(const std::string& op, AttributeSpec* spec) {
  std::vector<int32_t>& ints = spec->ints;
  if (is_pair(spec->key, op) && ints.size() == 1)
    ints = {ints[0], ints[0]};
  if (spec->key == "padding" && ints.size() == 1)
    ints = {ints[0], ints[0], ints[0], ints[0]};
  if (spec->key == "padding" && ints.size() == 2)
    ints = {ints[0], ints[1], ints[0], ints[1]};
}

Axes axes_of(const std::vector<AttributeSpec>& specs) {
  Axes axes;
  for (const AttributeSpec& spec : specs) {
    if (spec.ints.size() != 2)
      continue;
    if (spec.key == "kernel")
      axes.kernel = {spec.ints[0], spec.ints[1]};
    if (spec.key == "stride")
      axes.stride = {spec.ints[0], spec.ints[1]};
    if (spec.key == "dilation")
      axes.dilation = {spec.ints[0], spec.ints[1]};
  }
  return axes;
}

// Top, left, bottom, right, so that the output is ceil(size / stride), or size * stride for the transposed layer.
std::vector<int32_t> same_padding(const Axes& axes, bool transposed, const Desc& in) {
  std::vector<int32_t> padding(4);
  const std::array<int64_t, 2> size = {in.h, in.w};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t extent = int64_t{axes.dilation[axis]} * (axes.kernel[axis] - 1) + 1, stride = axes.stride[axis];
    const int64_t total =
        transposed ? extent - stride : (ceil_div(size[axis], stride) - 1) * stride + extent - size[axis];
    const int64_t kept = std::max<int64_t>(total, 0);
    padding[axis] = static_cast<int32_t>(kept / 2);
    padding[axis + 2] = static_cast<int32_t>(kept - kept / 2);
  }
  return padding;
}

} // namespace

Status parse_attributes(const std::string& file, int32_t line, const std::string& where, const OpDef& op,
                        const std::vector<AttributeSpec>& specs, const Desc& in, OpOptions* options) {
  std::vector<AttributeSpec> full = specs;
  for (AttributeSpec& spec : full)
    broadcast(op.name, &spec);
  const bool transposed = op.id == OpId::conv_transpose2d;
  for (AttributeSpec& spec : full) {
    if (!spec.same)
      continue;
    if (spec.key != "padding")
      return error_at_line(file, spec.line, where + ": \"same\" is a value of \"padding\" alone");
    spec.ints = same_padding(axes_of(full), transposed, in);
  }
  std::vector<Attribute> list;
  list.reserve(full.size());
  for (const AttributeSpec& spec : full)
    list.push_back({spec.key.c_str(), spec.ints.data(), spec.floats.data(), static_cast<int32_t>(spec.ints.size()),
                    static_cast<int32_t>(spec.floats.size())});
  const Status status = op.parse({list.data(), static_cast<int32_t>(list.size())}, options);
  return status.ok() ? status : error_at_line(file, line, where + ": " + status.text);
}

} // namespace pinhole
