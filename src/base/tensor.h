// SPDX-License-Identifier: Apache-2.0
// A tensor is a view: a shape, an address, and the distances between images, rows and pixels. It owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole {

// Element types. The numbers are stored in weights files and never change.
enum class DType : uint8_t { f32 = 0, f16 = 1, i8 = 2, u8 = 3, i32 = 4, f64 = 5 /* tests only */ };

constexpr size_t dtype_size(DType dtype) {
  switch (dtype) {
  case DType::f64:
    return 8;
  case DType::f32:
  case DType::i32:
    return 4;
  case DType::f16:
    return 2;
  case DType::i8:
  case DType::u8:
    return 1;
  }
  return 0;
}

constexpr const char* dtype_name(DType dtype) {
  constexpr const char* kNames[] = {"f32", "f16", "i8", "u8", "i32", "f64"};
  return static_cast<unsigned>(dtype) < 6 ? kNames[static_cast<unsigned>(dtype)] : "unknown";
}

enum class Space : uint8_t { host = 0, cuda = 1 };

// Shape in memory order N, H, W, C, all at least 1. A vector is {n,1,1,c}, tokens {n,1,t,c}.
// Convolution weights are {O,KH,KW,I}, transposed convolution weights {I,KH,KW,O}, linear weights {O,1,1,I}.
struct Desc {
  int32_t n = 1, h = 1, w = 1, c = 1;
  DType dtype = DType::f32;

  int64_t pixels() const { return int64_t{n} * h * w; }
  int64_t elements() const { return pixels() * c; }
  size_t bytes() const { return static_cast<size_t>(elements()) * dtype_size(dtype); }
};

constexpr bool operator==(const Desc& a, const Desc& b) {
  return a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c && a.dtype == b.dtype;
}
constexpr bool operator!=(const Desc& a, const Desc& b) {
  return !(a == b);
}

// Rows begin..end-1 of every image of a tensor.
struct RowRange {
  int32_t begin = 0, end = 0;
  int32_t count() const { return end - begin; }
};

// Channels of one pixel are always adjacent. The other distances are in elements and free: a slice of a wider tensor
// (concat without a copy), a padded camera pitch and a ring of rows are all ordinary views.
struct View {
  Desc desc;
  void* data = nullptr;
  int64_t image_stride = 0, row_stride = 0, pixel_stride = 0;
  int32_t ring_rows = 0; // 0: all desc.h rows are there; r: row y lies at slot y % r and only the latest r rows exist
  Space space = Space::host;

  // Address of pixel (n, y, 0). Kernels reach memory through this alone.
  template <class T> T* row(int32_t n, int32_t y) const {
    const int32_t slot = ring_rows > 0 ? y % ring_rows : y;
    return static_cast<T*>(data) + n * image_stride + slot * row_stride;
  }
  template <class T> T* base() const { return static_cast<T*>(data); }
  // True when all elements lie one after the other in N, H, W, C order.
  bool dense() const {
    return ring_rows == 0 && pixel_stride == desc.c && row_stride == int64_t{desc.w} * desc.c &&
           image_stride == int64_t{desc.h} * desc.w * desc.c;
  }
};

// The dense view of `desc` at `data`.
inline View dense_view(const Desc& desc, void* data, Space space = Space::host) {
  View view;
  view.desc = desc;
  view.data = data;
  view.pixel_stride = desc.c;
  view.row_stride = int64_t{desc.w} * desc.c;
  view.image_stride = int64_t{desc.h} * view.row_stride;
  view.space = space;
  return view;
}

} // namespace pinhole
