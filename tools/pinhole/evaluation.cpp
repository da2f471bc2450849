// SPDX-License-Identifier: Apache-2.0
#include "evaluation.h"

#include "denoiser.h"
#include "image/metrics.h"
#include "image_pairs.h"
#include "json.h"
#include "noise.h"
#include "option_values.h"
#include "progress.h"

namespace pinhole::tool {
namespace {

// A noisy picture with its clean version: corrupted here, or shot that way.
Status load_case(const ImagePair& pair, const EvalOptions& options, const Common& common, int32_t channels,
                 uint32_t item, Image* clean, FloatImage* noisy) {
  if (!options.noise.empty()) {
    Corruption corruption;
    PINHOLE_RETURN_IF_ERROR(parse_corruption(options.noise.c_str(), &corruption));
    PINHOLE_RETURN_IF_ERROR(load_as(pair.reference.empty() ? pair.input : pair.reference, channels, clean));
    return add_noise(corruption, common.seed, item, clean, noisy);
  }
  if (pair.reference.empty())
    return error(Code::invalid_argument, "%s has no clean reference: give --noise KIND, or pairs named _real and _mean",
                 pair.input.c_str());
  Image shot;
  PINHOLE_RETURN_IF_ERROR(load_as(pair.input, channels, &shot));
  PINHOLE_RETURN_IF_ERROR(load_as(pair.reference, channels, clean));
  *noisy = to_float(shot);
  return {};
}

Status measure(const Image& clean, const FloatImage& noisy, const FloatImage& denoised, EvalTotals* totals, Json* row) {
  double psnr_in = 0, psnr_out = 0, ssim_in = 0, ssim_out = 0;
  const Image noisy_bytes = to_bytes(noisy), denoised_bytes = to_bytes(denoised);
  PINHOLE_RETURN_IF_ERROR(psnr(noisy_bytes, clean, &psnr_in));
  PINHOLE_RETURN_IF_ERROR(psnr(denoised_bytes, clean, &psnr_out));
  PINHOLE_RETURN_IF_ERROR(ssim(noisy_bytes, clean, &ssim_in));
  PINHOLE_RETURN_IF_ERROR(ssim(denoised_bytes, clean, &ssim_out));
  totals->psnr_in += psnr_in;
  totals->psnr += psnr_out;
  totals->ssim_in += ssim_in;
  totals->ssim += ssim_out;
  ++totals->images;
  (*row)["psnr_in"] = psnr_in;
  (*row)["psnr"] = psnr_out;
  (*row)["ssim"] = ssim_out;
  return {};
}

} // namespace

Status evaluate(const EvalOptions& options, const Common& common, EvalTotals* totals, Json* rows) {
  float level = 0;
  PINHOLE_RETURN_IF_ERROR(parse_level(options.level, &level));
  Denoiser denoiser;
  PINHOLE_RETURN_IF_ERROR(denoiser.open(options.model, common.thread_count()));
  PINHOLE_RETURN_IF_ERROR(denoiser.check_cleans(options.model));
  std::vector<ImagePair> pairs;
  PINHOLE_RETURN_IF_ERROR(find_pairs(options.data, options.range, &pairs));
  if (pairs.empty())
    return error(Code::invalid_argument, "%s holds no picture", options.data.c_str());
  *totals = {};
  *rows = Json::array();
  ProgressLine line;
  for (uint32_t i = 0; i < pairs.size(); ++i) {
    line.show_count(i, static_cast<int64_t>(pairs.size()), "pictures");
    Image clean;
    FloatImage noisy, denoised;
    float used = 0;
    PINHOLE_RETURN_IF_ERROR(load_case(pairs[i], options, common, denoiser.channels(), i, &clean, &noisy));
    PINHOLE_RETURN_IF_ERROR(denoiser.run(noisy, level, &denoised, &used));
    Json row = {{"image", base_name(pairs[i].input)}, {"level", used}};
    totals->level += static_cast<double>(used);
    if (Status status = measure(clean, noisy, denoised, totals, &row); !status.ok())
      return error(status.code, "%s: %s", pairs[i].input.c_str(), status.text);
    rows->push_back(row);
  }
  return {};
}

} // namespace pinhole::tool
