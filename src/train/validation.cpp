// SPDX-License-Identifier: Apache-2.0
#include "train/validation.h"

#include "image/metrics.h"
#include "train/damage.h"
#include "train/host_engine.h"
#include "train/layer_attributes.h"
#include "train/owned_model.h"
#include "train/view_pixels.h"

#include <algorithm>
#include <map>
#include <utility>

namespace pinhole {
namespace {

constexpr int32_t kSizeMultiple = 16, kMostPixelsAtOnce = 1 << 16;

// A held-out image and what is done to it.
struct Item {
  int32_t image = 0;
  const WeightedCorruption* corruption = nullptr;
  NoiseKey key;
};
using Size = std::pair<int32_t, int32_t>; // height, width

// Entry and output that the loss is about.
const OutputSpec& judged_output(const ModelSpec& model) {
  const OutputSpec* trained = model.trained_output();
  return trained ? *trained : model.outputs[0];
}

// The loss layer `op` of two views of one shape.
Status run_loss(const std::string& file, int32_t line, const char* op_name, const std::vector<AttributeSpec>& specs,
                const View& first, const View& second, double* loss) {
  const OpDef& op = *find_op(op_name);
  OpOptions options;
  PINHOLE_RETURN_IF_ERROR(parse_attributes(file, line, "the loss", op, specs, first.desc, &options));
  const View in[2] = {first, second};
  float value = 0;
  const View out = dense_view(Desc(), &value);
  Call call;
  call.options = &options;
  call.in = in;
  call.out = &out;
  call.n_in = 2;
  call.n_out = 1;
  call.rows = {0, 1};
  const Kernel& kernel = op.cpu->forward;
  AlignedBytes scratch;
  if (!scratch.resize(kernel.scratch_bytes ? kernel.scratch_bytes(call) : 0))
    return error(Code::too_little_memory, "no memory to compute the validation loss");
  call.scratch = scratch.data();
  for (const Phase& phase : kernel.phase)
    if (phase.run)
      phase.run(call, 0, phase.units(call));
  *loss = static_cast<double>(value);
  return Status();
}

class Validator {
public:
  Validator(const Recipe& recipe, const Dataset& dataset, uint64_t seed) : recipe_(recipe), dataset_(dataset) {
    for (const Corruption& corruption : recipe.validation.corruption)
      corruptions_.push_back({corruption, 1, {}});
    if (corruptions_.empty())
      corruptions_ = recipe.corruption;
    if (corruptions_.empty())
      corruptions_.emplace_back();
    for (const int32_t image : dataset.validation)
      for (size_t i = 0; i < corruptions_.size(); ++i)
        add_item(image, i, seed);
  }

  Status run(const std::vector<uint8_t>& file, int32_t threads, ValidationResult* result) {
    for (const auto& [size, items] : groups_) {
      PINHOLE_RETURN_IF_ERROR(open(file, size, items.size(), threads));
      for (size_t first = 0; first < items.size(); first += static_cast<size_t>(batch_))
        PINHOLE_RETURN_IF_ERROR(run_batch(items, first));
    }
    result->loss = loss_ / count_;
    result->psnr = psnr_ / count_;
    return Status();
  }

private:
  void add_item(int32_t image, size_t corruption, uint64_t seed) {
    NoiseKey key;
    key.seed = seed;
    key.step = corruption;
    key.item = static_cast<uint32_t>(image);
    key.validation = true;
    const Image& pixels = dataset_.images[static_cast<size_t>(image)];
    const bool any_size = recipe_.data.patch > 0;
    const int32_t unit = any_size ? std::min({kSizeMultiple, pixels.height, pixels.width}) : 1;
    groups_[{pixels.height / unit * unit, pixels.width / unit * unit}].push_back(
        {image, &corruptions_[corruption], key});
  }

  Status open(const std::vector<uint8_t>& file, const Size& size, size_t items, int32_t threads) {
    const int64_t pixels = int64_t{size.first} * size.second;
    batch_ = static_cast<int32_t>(std::clamp<int64_t>(kMostPixelsAtOnce / pixels, 1, static_cast<int64_t>(items)));
    EngineOptions options;
    options.threads = threads;
    options.plan.schedule = Schedule::whole; // inputs and outputs are read as whole views
    options.plan.program.entry = judged_output(recipe_.model).entry.c_str();
    options.plan.program.batch = batch_;
    options.plan.program.height = size.first;
    options.plan.program.width = size.second;
    PINHOLE_RETURN_IF_ERROR(engine_.open(file, options));
    views_.image = engine_view(*engine_, recipe_.model.inputs[0].name.c_str());
    views_.level = level_view(*engine_, recipe_.model);
    output_ = engine_view(*engine_, judged_output(recipe_.model).layers[0].c_str());
    mean_ = engine_view(*engine_, recipe_.model.loss.kl.mean.c_str());
    log_variance_ = engine_view(*engine_, recipe_.model.loss.kl.log_variance.c_str());
    clean_.resize(static_cast<size_t>(output_.desc.elements()));
    views_.target = dense_view(output_.desc, clean_.data());
    return Status();
  }

  // The last batch repeats its last item to be full; repeated ones do not count.
  Status run_batch(const std::vector<Item>& items, size_t first) {
    for (int32_t n = 0; n < batch_; ++n) {
      const Item& item = items[std::min(first + static_cast<size_t>(n), items.size() - 1)];
      const Image& image = dataset_.images[static_cast<size_t>(item.image)];
      copy_pixels(image, Crop(), recipe_.data, image_of(views_.image, n));
      copy_pixels(image, Crop(), recipe_.data, image_of(views_.target, n));
      PINHOLE_RETURN_IF_ERROR(corrupt_item(*item.corruption, item.key, views_, n));
      if (recipe_.data.target == TrainingTarget::damage)
        mark_damage(image_of(views_.image, n), image_of(views_.target, n));
    }
    PINHOLE_RETURN_IF_ERROR(run_engine(engine_.get(), InputOutput()));
    for (int32_t n = 0; n < batch_ && first + static_cast<size_t>(n) < items.size(); ++n)
      PINHOLE_RETURN_IF_ERROR(judge(n));
    return Status();
  }

  Status judge(int32_t n) {
    const View output = image_of(output_, n), target = image_of(views_.target, n);
    const LossSpec& spec = recipe_.model.loss;
    double loss = 0, kl = 0, decibel = 0;
    PINHOLE_RETURN_IF_ERROR(run_loss(recipe_.file, spec.line, spec.op.c_str(), spec.attributes, output, target, &loss));
    if (mean_.data)
      PINHOLE_RETURN_IF_ERROR(run_loss(recipe_.file, spec.kl.line, "kl_loss", spec.kl.attributes, image_of(mean_, n),
                                       image_of(log_variance_, n), &kl));
    PINHOLE_RETURN_IF_ERROR(psnr(to_bytes(read_pixels(output, 255)), to_bytes(read_pixels(target, 255)), &decibel));
    loss_ += loss + kl;
    psnr_ += decibel;
    ++count_;
    return Status();
  }

  const Recipe& recipe_;
  const Dataset& dataset_;
  std::vector<WeightedCorruption> corruptions_;
  std::map<Size, std::vector<Item>> groups_;
  HostEngine engine_;
  int32_t batch_ = 1;
  BatchViews views_;
  View output_, mean_, log_variance_; // the latter two where the loss has a divergence
  std::vector<float> clean_;
  double loss_ = 0, psnr_ = 0, count_ = 0;
};

} // namespace

View level_view(const Engine& engine, const ModelSpec& model) {
  for (const InputSpec& input : model.inputs)
    if (input.vector)
      return engine_view(engine, input.name.c_str());
  return View();
}

Status validate(const std::vector<uint8_t>& file, const Recipe& recipe, const Dataset& dataset, uint64_t seed,
                int32_t threads, ValidationResult* result) {
  return Validator(recipe, dataset, seed).run(file, threads, result);
}

} // namespace pinhole
