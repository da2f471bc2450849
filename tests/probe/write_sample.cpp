// SPDX-License-Identifier: Apache-2.0
// write_sample FILE: the sample model as a weights file, for tests that are programs of their own.
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  pinhole::testing::ModelBuilder builder("sample");
  pinhole::testing::build_sample(&builder);
  pinhole::Model model = builder.model();
  model.provenance.recipe =
      R"({"data": {"fit": true, "normalise_exposure": true}})"; // so that it serves as a scene's, too
  std::vector<uint8_t> bytes;
  pinhole::Status status = write_model(model, &bytes);
  if (status.ok())
    status = pinhole::replace_file(argv[1], bytes.data(), bytes.size());
  std::fputs(status.text, stderr);
  return status.ok() ? 0 : 1;
}
