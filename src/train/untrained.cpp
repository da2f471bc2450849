// SPDX-License-Identifier: Apache-2.0
#include "image/file_bytes.h"
#include "train/owned_model.h"
#include "train/trainer.h"
#include "weights/writer.h"

namespace pinhole {

Status write_untrained(const Recipe& recipe, const TrainOptions& options) {
  const InputSpec& image = recipe.model.inputs[0];
  if (image.height <= 0 && recipe.data.patch <= 0)
    return error(Code::invalid_argument, "%s: pictures of any size, so only training makes a file of it",
                 short_path(recipe.file).c_str());
  PINHOLE_RETURN_IF_ERROR(check_replaceable(options.out));
  OwnedModel model;
  PINHOLE_RETURN_IF_ERROR(build_model(recipe, options.seed, recipe.data.patch, recipe.data.patch, &model));
  Provenance& provenance = model.model.provenance;
  provenance.recipe = recipe.text.c_str();
  provenance.tool = options.tool.c_str();
  provenance.note = "untrained: for a device that learns";
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(write_model(model.model, &file));
  return replace_file(options.out, file.data(), file.size());
}

} // namespace pinhole
