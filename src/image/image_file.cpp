// SPDX-License-Identifier: Apache-2.0
#include "image/file_bytes.h"
#include "image/image.h"
#include "image/jpeg.h"
#include "image/png_file.h"
#include "image/pnm.h"
#include "weights/writer.h"

#include <cctype>
#include <cstring>
#include <new>

namespace pinhole {
namespace {

constexpr uint8_t kJpegStart[] = {0xFF, 0xD8, 0xFF};
constexpr uint8_t kPngStart[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

template <size_t N> bool starts_with(const void* bytes, size_t size, const uint8_t (&start)[N]) {
  return size >= N && std::memcmp(bytes, start, N) == 0;
}

Status decode_any(const void* bytes, size_t size, Image* image, std::string* note, const ImageLimits& limits) {
  if (note)
    note->clear();
  if (size == 0)
    return error(Code::bad_file, "the image is empty (0 bytes)");
  if (starts_with(bytes, size, kJpegStart))
    return decode_jpeg(bytes, size, image, note, limits);
  if (starts_with(bytes, size, kPngStart))
    return decode_png(bytes, size, image, note, limits);
  const uint8_t* first = static_cast<const uint8_t*>(bytes);
  if (size >= 2 && first[0] == 'P' && first[1] >= '1' && first[1] <= '7')
    return decode_pnm(bytes, size, image, limits);
  return error(Code::bad_file, "no JPEG, PNG, PGM or PPM (the content decides, not the name)");
}

std::string lower_ending(const std::string& path) {
  const size_t dot = path.find_last_of("./");
  std::string ending = dot == std::string::npos ? "" : path.substr(dot);
  for (char& c : ending)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return ending;
}

Status encode_as(const std::string& ending, const Image& image, int jpeg_quality, std::vector<uint8_t>* bytes) {
  if (ending == ".png")
    return encode_png(image, bytes);
  if (ending == ".jpg" || ending == ".jpeg") {
    JpegOptions options;
    options.quality = jpeg_quality;
    options.sampling = ChromaSampling::s444;
    return encode_jpeg(image, options, bytes);
  }
  if (ending != ".pgm" && ending != ".ppm")
    return error(Code::invalid_argument, "the name must end in .png, .jpg, .jpeg, .pgm or .ppm");
  if ((ending == ".pgm") != (image.channels == 1))
    return error(Code::invalid_argument, ".pgm holds gray and .ppm colour, the picture has %d channels",
                 image.channels);
  encode_pnm(image, bytes);
  return {};
}

} // namespace

Status decode_image(const void* bytes, size_t size, Image* image, std::string* note, const ImageLimits& limits) {
  try {
    return decode_any(bytes, size, image, note, limits);
  } catch (const std::exception&) {
    return error(Code::too_little_memory, "no memory to decode the image");
  }
}

Status load_image(const std::string& path, Image* image, std::string* note, const ImageLimits& limits) {
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(path, limits.max_file_bytes, &bytes));
  const Status status = decode_image(bytes.data(), bytes.size(), image, note, limits);
  return status.ok() ? status : with_path(path, status);
}

Status save_image(const std::string& path, const Image& image, int jpeg_quality) {
  std::vector<uint8_t> bytes;
  const Status status = encode_as(lower_ending(path), image, jpeg_quality, &bytes);
  return status.ok() ? replace_file(path, bytes.data(), bytes.size()) : with_path(path, status);
}

} // namespace pinhole
