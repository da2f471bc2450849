// SPDX-License-Identifier: Apache-2.0
#include "deploy_file.h"

#include "base/half.h"
#include "image/file_bytes.h"
#include "json.h"
#include "json_output.h"
#include "output_paths.h"
#include "train/deploy.h"
#include "train/loaded_model.h"
#include "weights/writer.h"

#include <cmath>
#include <cstdio>

namespace pinhole::tool {
namespace {

struct Rounding {
  double largest = 0;
  std::string tensor;
};

// The largest difference between a weight and what is left of it in f16. Both models have the same values.
Rounding largest_rounding(const Model& exact, const Model& stored) {
  Rounding rounding;
  for (ValueId v = 0; v < stored.values.size; ++v) {
    const Value &a = exact.values[v], &b = stored.values[v];
    if (b.desc.dtype != DType::f16 || a.desc.dtype != DType::f32)
      continue;
    for (int64_t i = 0; i < b.desc.elements(); ++i) {
      const float rounded = float_from_half(static_cast<const uint16_t*>(b.data)[i]);
      const double error = std::fabs(static_cast<double>(static_cast<const float*>(a.data)[i]) - rounded);
      if (error > rounding.largest)
        rounding = {error, b.name};
    }
  }
  return rounding;
}

// f16 where a weight is: packing keeps that. A file of f16 has its small tensors in f32.
DType storage_of(const Model& model) {
  for (const Value& value : model.values)
    if (value.kind == ValueKind::parameter && value.desc.dtype == DType::f16)
      return DType::f16;
  return DType::f32;
}

int32_t count_batch_norms(const Model& model) {
  int32_t count = 0;
  for (const Node& node : model.nodes)
    count += node.op == OpId::batch_norm;
  return count;
}

// `file`: the bytes of options.model or of what it becomes.
Status mean_psnr(const DeployOptions& options, const std::vector<uint8_t>& file, const Common& common, Json* json,
                 const char* key) {
  EvalTotals totals;
  Json rows;
  EvalOptions eval = options.eval;
  eval.model = options.model;
  PINHOLE_RETURN_IF_ERROR(evaluate_file(file, eval, common, &totals, &rows));
  PINHOLE_RETURN_IF_ERROR(check_all_used(totals));
  (*json)["images"] = totals.images;
  (*json)[key] = totals.psnr / static_cast<double>(totals.images);
  return {};
}

void print_text(const Json& json) {
  auto text = [&](const char* key) { return json[key].get<std::string>(); };
  std::printf("%s: %s bytes -> %s: %s bytes, %.4f of them, weights in %s\n", text("model").c_str(),
              with_commas(json["bytes_before"].get<int64_t>()).c_str(), text("out").c_str(),
              with_commas(json["bytes_after"].get<int64_t>()).c_str(), json["ratio"].get<double>(),
              text("weights").c_str());
  std::printf("batch norms folded: %d of %d\n", json["batch_norms_folded"].get<int>(), json["batch_norms"].get<int>());
  if (json["largest_rounding"].get<double>() > 0)
    std::printf("largest rounding of a weight: %.3g, in %s\n", json["largest_rounding"].get<double>(),
                text("largest_rounding_in").c_str());
  if (json.contains("psnr_lost"))
    std::printf("PSNR on %lld pictures: %.4f -> %.4f dB, lost %.4f dB\n", json["images"].get<long long>(),
                json["psnr_before"].get<double>(), json["psnr_after"].get<double>(), json["psnr_lost"].get<double>());
}

} // namespace

Status write_deploy(const DeployOptions& options, const Common& common) {
  PINHOLE_RETURN_IF_ERROR(check_distinct({options.out}, {options.model, options.eval.data}));
  LoadedModel loaded;
  PINHOLE_RETURN_IF_ERROR(load_model(options.model, &loaded));
  DeployModel exact, stored;
  Status status = make_deploy_model(loaded.model, DType::f32, &exact);
  if (status.ok())
    status = make_deploy_model(loaded.model, options.storage, &stored);
  std::vector<uint8_t> bytes;
  if (status.ok())
    status = write_model(stored.model, &bytes);
  if (!status.ok())
    return with_path(options.model, status);
  const Rounding rounding = largest_rounding(exact.model, stored.model);
  const int32_t norms = count_batch_norms(loaded.model);
  Json json = {{"model", options.model},
               {"out", options.out},
               {"weights", dtype_name(storage_of(stored.model))},
               {"bytes_before", loaded.file.size()},
               {"bytes_after", bytes.size()},
               {"ratio", static_cast<double>(bytes.size()) / static_cast<double>(loaded.file.size())},
               {"batch_norms", norms},
               {"batch_norms_folded", norms - count_batch_norms(stored.model)},
               {"largest_rounding", rounding.largest},
               {"largest_rounding_in", rounding.tensor}};
  // Before anything is written: an error leaves no file behind.
  if (!options.eval.data.empty()) {
    const std::vector<uint8_t> before(loaded.file.data(), loaded.file.data() + loaded.file.size());
    PINHOLE_RETURN_IF_ERROR(mean_psnr(options, before, common, &json, "psnr_before"));
    PINHOLE_RETURN_IF_ERROR(mean_psnr(options, bytes, common, &json, "psnr_after"));
    json["psnr_lost"] = json["psnr_before"].get<double>() - json["psnr_after"].get<double>();
  }
  PINHOLE_RETURN_IF_ERROR(replace_file(options.out, bytes.data(), bytes.size()));
  if (common.json)
    print_json(json);
  else
    print_text(json);
  return {};
}

} // namespace pinhole::tool
