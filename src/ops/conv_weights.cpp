// SPDX-License-Identifier: Apache-2.0
// The weight gradient: per tap a product of two matrices, small channels x pixels and pixels x big channels.
//
// The rows of `small` are split into groups whose number depends on the shape alone. Phase one sums each group into
// partials of its own, a unit per group and tile of sums, with the sums in registers over all pixels of the group;
// phase two adds the partials in order. The channels that would leave fewer lanes idle are the vectors, the others
// scalars.
#include "base/checked.h"
#include "ops/conv_blocking.h"
#include "ops/conv_cpu.h"
#include "ops/conv_plain.h"
#include "ops/conv_weights_simd.h"

namespace pinhole {
namespace {

constexpr int32_t kMaxRows = 64;               // handed to the inner loops at a time
constexpr int64_t kMaxPartials = 16;           // row groups
constexpr int64_t kMaxPartialFloats = 1 << 20; // of all row groups together, unless one alone is larger
constexpr int64_t kReduceFloats = 64;          // summed at a time

int64_t padded(int64_t channels) {
  return ceil_div<int64_t>(channels, kMaxLanes) * kMaxLanes;
}

// What the shape alone decides, the same at every SIMD level.
struct Layout {
  int64_t taps, groups;
  int32_t small, big;            // channels per group
  bool vectors_are_small;        // else they are big
  int32_t scalars, vectors;      // channels of either role
  int64_t row;                   // floats from one scalar's sums to the next
  int64_t weight_floats, floats; // of the weights, and of weights and bias, in one partial
  int64_t partials;
};

Layout make_layout(const WeightGradientPass& pass) {
  Layout l = {};
  l.taps = int64_t{pass.options.kernel[0]} * pass.options.kernel[1];
  l.groups = pass.options.groups;
  l.small = pass.small.desc.c / pass.options.groups;
  l.big = pass.big.desc.c / pass.options.groups;
  l.vectors_are_small = padded(l.small) * l.big < padded(l.big) * l.small;
  l.scalars = l.vectors_are_small ? l.big : l.small;
  l.vectors = l.vectors_are_small ? l.small : l.big;
  l.row = padded(l.vectors);
  l.weight_floats = l.groups * l.taps * l.scalars * l.row;
  l.floats = l.weight_floats + padded(pass.output_is_big ? pass.big.desc.c : pass.small.desc.c);
  const int64_t rows = int64_t{pass.small.desc.n} * pass.small.desc.h;
  l.partials = max_of<int64_t>(1, min_of(min_of(rows, kMaxPartials), kMaxPartialFloats / l.floats));
  return l;
}

// The tiles of sums that one partial consists of: for the weights, and for the bias.
struct Tiles {
  ChannelBlocks blocks, bias_blocks;
  int32_t scalar_tiles;
  int64_t weights, bias;
};

int32_t scalar_tiles(const Layout& l, const OuterSimd& simd, const ChannelBlocks& blocks) {
  return ceil_div(l.scalars, simd.max_scalars[blocks[blocks.count - 1].vectors - 1]);
}

Tiles make_tiles(const WeightGradientPass& pass, const Layout& l, const OuterSimd& simd) {
  const ChannelBlocks blocks(l.vectors, simd.lanes, simd.max_vectors);
  const int32_t out_channels = pass.output_is_big ? pass.big.desc.c : pass.small.desc.c;
  const ChannelBlocks bias_blocks(out_channels, simd.lanes, simd.max_vectors);
  const int32_t tiles = scalar_tiles(l, simd, blocks);
  const int64_t weights = pass.d_weight.data ? l.groups * l.taps * blocks.count * tiles : 0;
  return {blocks, bias_blocks, tiles, weights, pass.d_bias.data ? bias_blocks.count : 0};
}

// Calls body(n, y) for each row of row group `partial` of a tensor.
template <class Body> void each_row(const View& view, int64_t partial, int64_t partials, Body&& body) {
  const int64_t rows = int64_t{view.desc.n} * view.desc.h;
  for (int64_t r = rows * partial / partials; r < rows * (partial + 1) / partials; ++r)
    body(static_cast<int32_t>(r / view.desc.h), static_cast<int32_t>(r % view.desc.h));
}

// Collects rows and hands them to the inner loops when there are enough.
class RowQueue {
public:
  RowQueue(const OuterSimd& simd, int32_t scalars, const ChannelBlock& block, const OuterTile& tile)
      : run_(simd.tile[block.channels == block.vectors * simd.lanes][block.vectors - 1][scalars - 1]), tile_(tile) {
    tile_.channels = block.channels;
    tile_.row = row_;
  }

  void add(const PixelPairs& pairs) {
    if (count_ == kMaxRows)
      flush();
    row_[count_++] = pairs;
  }
  // At the end, and then even with nothing in the queue, so that the sums are written.
  void flush() {
    tile_.rows = count_;
    run_(tile_);
    tile_.accumulate = true;
    count_ = 0;
  }

private:
  void (*run_)(const OuterTile&);
  OuterTile tile_;
  PixelPairs row_[kMaxRows];
  int32_t count_ = 0;
};

// The pixels of a row of `small` whose partners at tap kx are inside `big`: the first, and how many.
struct Overlap {
  int32_t first, count;
};

Overlap overlap(const WeightGradientPass& pass, int32_t kx) {
  const int64_t tap = int64_t{kx} * pass.options.dilation[1] - pass.options.padding[1];
  const int64_t stride = pass.options.stride[1], last = pass.big.desc.w - 1 - tap;
  const int64_t begin = tap >= 0 ? 0 : ceil_div(-tap, stride);
  const int64_t end = last < 0 ? 0 : min_of<int64_t>(pass.small.desc.w, last / stride + 1);
  return {static_cast<int32_t>(begin), static_cast<int32_t>(max_of<int64_t>(end - begin, 0))};
}

// One tile of the weights' sums over row group `partial`.
void sum_weights(const WeightGradientPass& pass, const Layout& l, const Tiles& tiles, const OuterSimd& simd,
                 int64_t partial, int64_t index) {
  const int32_t scalar_tile = static_cast<int32_t>(index % tiles.scalar_tiles);
  const int64_t rest = index / tiles.scalar_tiles;
  const ChannelBlock block = tiles.blocks[static_cast<int32_t>(rest % tiles.blocks.count)];
  const int64_t tap = rest / tiles.blocks.count % l.taps, group = rest / tiles.blocks.count / l.taps;
  const int32_t ky = static_cast<int32_t>(tap / pass.options.kernel[1]);
  const int32_t kx = static_cast<int32_t>(tap % pass.options.kernel[1]);
  const int64_t first_scalar = int64_t{l.scalars} * scalar_tile / tiles.scalar_tiles;
  const int64_t end_scalar = int64_t{l.scalars} * (scalar_tile + 1) / tiles.scalar_tiles;

  const int64_t small_step = pass.small.pixel_stride, big_step = pass.options.stride[1] * pass.big.pixel_stride;
  OuterTile tile = {};
  tile.scalar_step = l.vectors_are_small ? big_step : small_step;
  tile.vector_step = l.vectors_are_small ? small_step : big_step;
  tile.sums_stride = l.row;
  tile.sums =
      pass.partials + partial * l.floats + ((group * l.taps + tap) * l.scalars + first_scalar) * l.row + block.first;
  RowQueue queue(simd, static_cast<int32_t>(end_scalar - first_scalar), block, tile);

  const Overlap pixels = overlap(pass, kx);
  const int64_t big_x =
      int64_t{pixels.first} * pass.options.stride[1] + int64_t{kx} * pass.options.dilation[1] - pass.options.padding[1];
  each_row(pass.small, partial, l.partials, [&](int32_t n, int32_t y) {
    const int64_t big_y =
        int64_t{y} * pass.options.stride[0] + int64_t{ky} * pass.options.dilation[0] - pass.options.padding[0];
    if (big_y < 0 || big_y >= pass.big.desc.h || pixels.count == 0)
      return;
    const float* small = pass.small.row<float>(n, y) + pixels.first * small_step + group * l.small;
    const float* big =
        pass.big.row<float>(n, static_cast<int32_t>(big_y)) + big_x * pass.big.pixel_stride + group * l.big;
    queue.add({(l.vectors_are_small ? big : small) + first_scalar, (l.vectors_are_small ? small : big) + block.first,
               pixels.count});
  });
  queue.flush();
}

// One block of the bias's sums over row group `partial`: products with the scalar 1.
void sum_bias(const WeightGradientPass& pass, const Layout& l, const Tiles& tiles, const OuterSimd& simd,
              int64_t partial, int64_t index) {
  static constexpr float kOne = 1;
  const View& d_out = pass.output_is_big ? pass.big : pass.small;
  const ChannelBlock block = tiles.bias_blocks[static_cast<int32_t>(index)];
  OuterTile tile = {};
  tile.vector_step = d_out.pixel_stride;
  tile.sums = pass.partials + partial * l.floats + l.weight_floats + block.first;
  RowQueue queue(simd, 1, block, tile);
  each_row(d_out, partial, l.partials, [&](int32_t n, int32_t y) {
    queue.add({&kOne, d_out.row<float>(n, y) + block.first, d_out.desc.w});
  });
  queue.flush();
}

// The sum over partials of `count` floats at `offset`, handed on as put(i, sum).
template <class Put>
void reduce(const WeightGradientPass& pass, const Layout& l, int64_t offset, int64_t count, Put&& put) {
  float sum[kReduceFloats];
  for (int64_t first = 0; first < count; first += kReduceFloats) {
    const int64_t size = min_of(kReduceFloats, count - first);
    for (int64_t i = 0; i < size; ++i)
      sum[i] = pass.partials[offset + first + i];
    for (int64_t p = 1; p < l.partials; ++p)
      for (int64_t i = 0; i < size; ++i)
        sum[i] += pass.partials[p * l.floats + offset + first + i];
    for (int64_t i = 0; i < size; ++i)
      put(first + i, sum[i]);
  }
}

} // namespace

int64_t weight_gradient_units(const WeightGradientPass& pass) {
  const OuterSimd* simd = outer_simd(simd_level());
  if (simd == nullptr)
    return weight_gradient_channels(pass) + bias_gradient_channels(pass);
  const Layout l = make_layout(pass);
  const Tiles tiles = make_tiles(pass, l, *simd);
  return l.partials * (tiles.weights + tiles.bias);
}

void run_weight_gradient(const WeightGradientPass& pass, int64_t begin, int64_t end) {
  const OuterSimd* simd = outer_simd(simd_level());
  if (simd == nullptr) {
    const int64_t weights = weight_gradient_channels(pass);
    weight_gradient_plain<float>(pass, min_of(begin, weights), min_of(end, weights));
    return bias_gradient_plain<float>(pass, max_of(begin, weights) - weights, max_of(end, weights) - weights);
  }
  const Layout l = make_layout(pass);
  const Tiles tiles = make_tiles(pass, l, *simd);
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t partial = unit / (tiles.weights + tiles.bias), index = unit % (tiles.weights + tiles.bias);
    if (index < tiles.weights)
      sum_weights(pass, l, tiles, *simd, partial, index);
    else
      sum_bias(pass, l, tiles, *simd, partial, index - tiles.weights);
  }
}

size_t weight_gradient_scratch(const WeightGradientPass& pass) {
  if (outer_simd(simd_level()) == nullptr)
    return 0; // the plain loops sum in place
  const Layout l = make_layout(pass);
  return static_cast<size_t>(l.partials * l.floats) * sizeof(float);
}

// A unit is the sums of one scalar at one tap; the bias is one more.
int64_t reduce_units(const WeightGradientPass& pass) {
  if (outer_simd(simd_level()) == nullptr)
    return 0;
  const Layout l = make_layout(pass);
  return (pass.d_weight.data ? l.groups * l.taps * l.scalars : 0) + (pass.d_bias.data ? 1 : 0);
}

void reduce_weight_gradient(const WeightGradientPass& pass, int64_t begin, int64_t end) {
  const Layout l = make_layout(pass);
  const int64_t weights = pass.d_weight.data ? l.groups * l.taps * l.scalars : 0;
  for (int64_t unit = begin; unit < end; ++unit) {
    if (unit == weights) {
      float* out = pass.d_bias.base<float>();
      reduce(pass, l, l.weight_floats, pass.d_bias.desc.c,
             [&](int64_t i, float sum) { out[i] = pass.accumulate_bias ? out[i] + sum : sum; });
      continue;
    }
    const int64_t scalar = unit % l.scalars, tap = unit / l.scalars % l.taps, group = unit / l.scalars / l.taps;
    float* out = pass.d_weight.base<float>() + (group * l.small * l.taps + tap) * l.big;
    const int64_t small_step = l.taps * l.big; // from one small channel to the next; big channels are adjacent
    const int64_t step = l.vectors_are_small ? small_step : 1;
    out += l.vectors_are_small ? scalar : scalar * small_step;
    reduce(pass, l, unit * l.row, l.vectors,
           [&](int64_t i, float sum) { out[i * step] = pass.accumulate_weight ? out[i * step] + sum : sum; });
  }
}

} // namespace pinhole
