// SPDX-License-Identifier: Apache-2.0
// The gather pass: which taps an output row has, cut into tiles for the SIMD inner loops.
//
// A unit is one output row of one block of output channels; units of a block follow each other, so that its packed
// weights stay in cache. Each output is start, then its taps from top left, each over channels ascending: the order of
// the plain loops, whatever the tile, the block or the thread.
#include "base/checked.h"
#include "device/cpu/simd.h"
#include "ops/activation_math.h"
#include "ops/conv_blocking.h"
#include "ops/conv_cpu.h"
#include "ops/conv_gather_simd.h"
#include "ops/conv_plain.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kMaxTaps = 64;       // worked on at a time; sums of larger kernels pass through the output
constexpr int32_t kMinOutChannels = 3; // of a group; with fewer the plain loops do
constexpr int32_t kFewInChannels = 8;  // of a group
constexpr int32_t kTileFloats = kMaxTileRows * kMaxVectors * kMaxLanes;

// How a pass is cut at one SIMD level. Channels are those of one group.
struct Blocking {
  int32_t in_channels;
  bool narrow;
  ChannelBlocks out;

  Blocking(const GatherPass& pass, const GatherSimd& simd)
      : in_channels(pass.in.desc.c / pass.options.groups),
        narrow(simd.max_narrow_pixels > 0 && pass.out.desc.c / pass.options.groups <= kNarrowChannels),
        out(pass.out.desc.c / pass.options.groups, narrow ? kNarrowChannels : simd.lanes,
            narrow ? 1 : simd.max_vectors) {}
};

// The inner loops for a pass, or null where the plain loops do.
const GatherSimd* simd_of(const GatherPass& pass) {
  const bool thin = pass.out.desc.c / pass.options.groups < kMinOutChannels;
  return thin ? nullptr : gather_simd(simd_level());
}

int64_t taps_of(const GatherPass& pass) {
  return int64_t{pass.options.kernel[0]} * pass.options.kernel[1];
}

// Where the packed floats of a block begin: a bias per lane, then weights per tap, input channel and lane.
const float* packed_block(const GatherPass& pass, const Blocking& b, int64_t group, const ChannelBlock& block) {
  const int64_t lane_floats = 1 + taps_of(pass) * b.in_channels;
  return pass.packed + (group * b.out.vectors * b.out.lanes + block.first) * lane_floats;
}

// A run of output pixels of one row at even distances: all of them, or in an adjoint pass those of one phase of x.
struct PixelRun {
  int32_t first, step, count; // output pixels first, first + step, ...
  int32_t in_step;            // input pixels between the inputs of adjacent ones
};

// Tap kx of a run: the input pixel of its first output pixel, which may be outside; false when the phase has no such
// tap.
bool tap_column(const GatherPass& pass, const PixelRun& run, int32_t kx, int64_t* column) {
  const int64_t tap = int64_t{kx} * pass.options.dilation[1] - pass.options.padding[1];
  if (!pass.adjoint) {
    *column = tap;
    return true;
  }
  *column = (run.first - tap) / run.step;
  return (run.first - tap) % run.step == 0;
}

// Everything about one unit that its tiles share.
struct RowTask {
  const GatherPass* pass;
  const GatherSimd* simd;
  const Blocking* blocking;
  int32_t n, y, group;
  int32_t vectors, width;    // of the block: width floats per pixel
  int32_t channel, channels; // its first output channel, and how many of its lanes are channels
  const float* packed;       // width biases, then width weights per tap and input channel
};

// Collects the taps of a run until `tap` is full or the kernel ends; *next is the kernel position to go on from.
int32_t collect_taps(const RowTask& task, const PixelRun& run, int64_t* next, Tap (&tap)[kMaxTaps]) {
  const GatherPass& pass = *task.pass;
  const Desc& in = pass.in.desc;
  int32_t count = 0;
  for (; *next < taps_of(pass) && count < kMaxTaps; ++*next) {
    const int32_t ky = static_cast<int32_t>(*next / pass.options.kernel[1]);
    const int32_t kx = static_cast<int32_t>(*next % pass.options.kernel[1]);
    int32_t in_y = 0;
    int64_t column = 0;
    if (!meeting_pixel(pass, 0, task.y, ky, &in_y) || !tap_column(pass, run, kx, &column))
      continue;
    Tap& t = tap[count];
    t.row = pass.in.row<float>(task.n, in_y) + int64_t{task.group} * task.blocking->in_channels;
    t.offset = column * pass.in.pixel_stride;
    t.weight = task.packed + (1 + *next * task.blocking->in_channels) * task.width;
    t.begin = column >= 0 ? 0 : static_cast<int32_t>(ceil_div<int64_t>(-column, run.in_step));
    t.end =
        in.w <= column ? 0 : static_cast<int32_t>(min_of<int64_t>(run.count, (in.w - 1 - column) / run.in_step + 1));
    if (t.begin < t.end)
      ++count;
  }
  return count;
}

// Some of a kernel's taps: those before are in the output already unless `first`, and more will follow unless `last`.
struct TapBatch {
  const Tap* tap;
  int32_t count;
  bool first, last;
};

// Pixels begin..end-1 of a run.
struct PixelRange {
  int32_t begin, end;
  int32_t count() const { return end - begin; }
};

bool operator==(const PixelRange& a, const PixelRange& b) {
  return a.begin == b.begin && a.end == b.end;
}

PixelRange inside(const Tap& tap, PixelRange pixels) {
  return {max_of(tap.begin, pixels.begin), min_of(tap.end, pixels.end)};
}

// sums = start + the taps at `pixels`. At a border, where some taps fall outside for some pixels, taps that are inside
// for the same pixels run together on those.
void add_taps(const RowTask& task, const TapBatch& batch, PixelRange pixels, GatherTile tile) {
  const auto run = [&](const Tap* first, int32_t taps, PixelRange range) {
    GatherTile part = tile;
    part.tap = first;
    part.taps = taps;
    part.shift = range.begin * tile.in_stride;
    part.start += (range.begin - pixels.begin) * part.start_stride;
    part.sums += (range.begin - pixels.begin) * part.sums_stride;
    if (task.blocking->narrow)
      task.simd->narrow(part, range.count());
    else
      task.simd->tile[task.vectors - 1][range.count() - 1](part);
  };
  int32_t whole = 0;
  while (whole < batch.count && inside(batch.tap[whole], pixels).count() == pixels.count())
    ++whole;
  if (whole == batch.count && whole > 0)
    return run(batch.tap, whole, pixels);

  if (tile.start != tile.sums)
    task.simd->store(tile.start, tile.start_stride, tile.sums, tile.sums_stride, pixels.count(), task.width,
                     Activation::none, 0);
  tile.start = tile.sums;
  tile.start_stride = tile.sums_stride;
  Tap tap[kMaxTaps]; // those that are inside for any pixel
  int32_t count = 0;
  for (int32_t i = 0; i < batch.count; ++i)
    if (inside(batch.tap[i], pixels).count() > 0)
      tap[count++] = batch.tap[i];
  for (int32_t i = 0, next = 0; i < count; i = next) {
    const PixelRange range = inside(tap[i], pixels);
    while (next < count && inside(tap[next], pixels) == range)
      ++next;
    run(tap + i, next - i, range);
  }
}

// Applies the activations that the inner loops lack, in place.
void activate_pixels(const ConvOptions& options, float* out, int64_t stride, int32_t pixels, int32_t channels) {
  with_activation(options.activation, options.slope, [=](auto activation) {
    for (int32_t p = 0; p < pixels; ++p)
      for (int32_t c = 0; c < channels; ++c)
        out[p * stride + c] = activation.value(out[p * stride + c]);
  });
}

// One tile: the pixels of a run that fit in registers.
void gather_tile(const RowTask& task, const PixelRun& run, const TapBatch& batch, PixelRange pixels) {
  const GatherPass& pass = *task.pass;
  const ConvOptions& options = pass.options;
  float* out = pass.out.row<float>(task.n, task.y) + task.channel +
               (run.first + int64_t{pixels.begin} * run.step) * pass.out.pixel_stride;
  const int64_t out_stride = run.step * pass.out.pixel_stride;
  // A block whose lanes are all channels is summed in place, another one beside it and copied.
  alignas(64) float beside[kTileFloats];
  const bool in_place = task.channels == task.width && !task.blocking->narrow;

  GatherTile tile = {};
  tile.channels = task.blocking->in_channels;
  tile.in_stride = run.in_step * pass.in.pixel_stride;
  tile.sums = in_place ? out : beside;
  tile.sums_stride = in_place ? out_stride : task.width;
  const bool from_bias = batch.first && !pass.accumulate;
  tile.start = from_bias ? task.packed : tile.sums;
  tile.start_stride = from_bias ? 0 : tile.sums_stride;
  if (!from_bias && !in_place) {
    std::memset(beside, 0, sizeof beside);
    task.simd->store(out, out_stride, beside, task.width, pixels.count(), task.channels, Activation::none, 0);
  }
  add_taps(task, batch, pixels, tile);

  const Activation activation = batch.last ? options.activation : Activation::none;
  const bool scalar = activation == Activation::sigmoid || activation == Activation::tanh;
  if (!in_place || (activation != Activation::none && !scalar))
    task.simd->store(tile.sums, tile.sums_stride, out, out_stride, pixels.count(), task.channels, activation,
                     options.slope);
  if (scalar)
    activate_pixels(options, out, out_stride, pixels.count(), task.channels);
}

// Tiles of even size over part of a run.
void gather_range(const RowTask& task, const PixelRun& run, const TapBatch& batch, PixelRange range) {
  const GatherSimd& simd = *task.simd;
  const int32_t tiles =
      ceil_div(range.count(), task.blocking->narrow ? simd.max_narrow_pixels : simd.max_pixels[task.vectors - 1]);
  for (int32_t t = 0; t < tiles; ++t)
    gather_tile(task, run, batch,
                {range.begin + static_cast<int32_t>(int64_t{range.count()} * t / tiles),
                 range.begin + static_cast<int32_t>(int64_t{range.count()} * (t + 1) / tiles)});
}

void gather_run(const RowTask& task, const PixelRun& run) {
  Tap tap[kMaxTaps];
  TapBatch batch = {tap, 0, true, false};
  for (int64_t next = 0; !batch.last; batch.first = false) {
    batch.count = collect_taps(task, run, &next, tap);
    batch.last = next == taps_of(*task.pass);
    // Pixels that have all taps. With few input channels it pays to keep them apart from the borders.
    PixelRange interior = {0, run.count};
    for (int32_t i = 0; i < batch.count && task.blocking->in_channels <= kFewInChannels; ++i)
      interior = inside(tap[i], interior);
    if (interior.count() <= 0)
      interior = {0, run.count};
    gather_range(task, run, batch, {0, interior.begin});
    gather_range(task, run, batch, interior);
    gather_range(task, run, batch, {interior.end, run.count});
  }
}

void gather_unit(const GatherPass& pass, const GatherSimd& simd, const Blocking& b, int64_t unit) {
  const int64_t rows = gather_rows(pass);
  const int32_t group = static_cast<int32_t>(unit / rows / b.out.count);
  const ChannelBlock block = b.out[static_cast<int32_t>(unit / rows % b.out.count)];
  RowTask task = {};
  task.pass = &pass;
  task.simd = &simd;
  task.blocking = &b;
  task.n = static_cast<int32_t>(unit % rows / pass.rows.count());
  task.y = static_cast<int32_t>(pass.rows.begin + unit % rows % pass.rows.count());
  task.group = group;
  task.vectors = block.vectors;
  task.width = block.vectors * b.out.lanes;
  task.channel = group * b.out.channels + block.first;
  task.channels = block.channels;
  task.packed = packed_block(pass, b, group, block);
  const int32_t step = pass.adjoint ? pass.options.stride[1] : 1;
  const int32_t in_step = pass.adjoint ? 1 : pass.options.stride[1];
  for (int32_t phase = 0; phase < min_of(step, pass.out.desc.w); ++phase)
    gather_run(task, {phase, step, ceil_div(pass.out.desc.w - phase, step), in_step});
}

} // namespace

int64_t gather_units(const GatherPass& pass) {
  const GatherSimd* simd = simd_of(pass);
  return gather_rows(pass) * (simd ? int64_t{pass.options.groups} * Blocking(pass, *simd).out.count : 1);
}

void run_gather(const GatherPass& pass, int64_t begin, int64_t end) {
  const GatherSimd* simd = simd_of(pass);
  if (simd == nullptr)
    return gather_plain<float>(pass, begin, end);
  const Blocking blocking(pass, *simd);
  for (int64_t unit = begin; unit < end; ++unit)
    gather_unit(pass, *simd, blocking, unit);
}

size_t packed_bytes(const GatherPass& pass) {
  const GatherSimd* simd = simd_of(pass);
  if (simd == nullptr)
    return 0;
  const Blocking b(pass, *simd);
  const int64_t lanes = int64_t{pass.options.groups} * b.out.vectors * b.out.lanes;
  return static_cast<size_t>(lanes * (1 + taps_of(pass) * b.in_channels)) * sizeof(float);
}

int64_t pack_units(const GatherPass& pass) {
  const GatherSimd* simd = simd_of(pass);
  return simd ? int64_t{pass.options.groups} * Blocking(pass, *simd).out.count : 0;
}

void pack_weights(const GatherPass& pass, int64_t begin, int64_t end) {
  const Blocking b(pass, *simd_of(pass));
  const float* weight = pass.weight.base<float>();
  const float* bias = static_cast<const float*>(pass.bias);
  const int64_t taps = taps_of(pass), big_channels = pass.adjoint ? b.out.channels : b.in_channels;
  for (int64_t unit = begin; unit < end; ++unit) {
    const int64_t group = unit / b.out.count;
    const ChannelBlock block = b.out[static_cast<int32_t>(unit % b.out.count)];
    const int64_t first_in = group * b.in_channels, first_out = group * b.out.channels + block.first;
    const int32_t width = block.vectors * b.out.lanes;
    float* packed = const_cast<float*>(packed_block(pass, b, group, block));
    for (int32_t lane = 0; lane < width; ++lane)
      packed[lane] = bias && lane < block.channels ? bias[first_out + lane] : 0.0f;
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int32_t c = 0; c < b.in_channels; ++c) {
        packed += width;
        for (int32_t lane = 0; lane < width; ++lane) {
          const int64_t small = pass.adjoint ? first_in + c : first_out + lane;
          const int64_t big = pass.adjoint ? block.first + lane : c;
          packed[lane] = lane < block.channels ? weight[(small * taps + tap) * big_channels + big] : 0.0f;
        }
      }
  }
}

} // namespace pinhole
