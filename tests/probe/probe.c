/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware in C: all memory static, linked with the core's archive and without a C++ runtime. Reads the weights file
 * that is its argument, cleans a frame, trains twenty steps, learns a scene, and says what failed. */
#include "pinhole/scene.h"

#include <stdio.h>
#include <string.h>

enum { kWidth = 12, kHeight = 8, kSteps = 20 };

static _Alignas(64) unsigned char file[1 << 16];
static _Alignas(64) unsigned char setup[1 << 20];
static _Alignas(64) unsigned char regions[3][1 << 20];

static int failed(const char* call, pinhole_status status) {
  if (status.code != PINHOLE_OK)
    fprintf(stderr, "%s: %s: %s\n", call, pinhole_code_name(status.code), status.text);
  return status.code != PINHOLE_OK;
}

static pinhole_memory exactly(int region, size_t bytes) {
  pinhole_memory memory;
  memory.data = regions[region];
  memory.bytes = bytes;
  return memory;
}

/* measure, plan, bind; null after an error that was printed. */
static pinhole_engine* open_engine(size_t file_bytes, const pinhole_options* options) {
  pinhole_engine* engine = NULL;
  pinhole_sizes sizes;
  size_t setup_bytes = 0;
  if (failed("measure", pinhole_measure(file, file_bytes, options, &setup_bytes)))
    return NULL;
  if (failed("plan", pinhole_plan(file, file_bytes, options, setup, setup_bytes, &engine)))
    return NULL;
  sizes = pinhole_planned(engine);
  printf("setup %zu, prepared %zu, state %zu, scratch %zu bytes\n", setup_bytes, sizes.prepared, sizes.state,
         sizes.scratch);
  if (setup_bytes > sizeof setup || sizes.prepared > sizeof regions[0] || sizes.state > sizeof regions[0] ||
      sizes.scratch > sizeof regions[0]) {
    fprintf(stderr, "the probe's static memory is too small\n");
    return NULL;
  }
  if (failed("bind",
             pinhole_bind(engine, exactly(0, sizes.prepared), exactly(1, sizes.state), exactly(2, sizes.scratch))))
    return NULL;
  return engine;
}

static int denoise(size_t file_bytes) {
  static unsigned char in_pixels[kHeight][kWidth], out_pixels[kHeight][kWidth];
  pinhole_frame in, out;
  pinhole_options options = pinhole_default_options();
  pinhole_engine* engine;
  int y, x, bad;
  options.threads = 2;
  engine = open_engine(file_bytes, &options);
  if (!engine)
    return 1;
  for (y = 0; y < kHeight; ++y)
    for (x = 0; x < kWidth; ++x)
      in_pixels[y][x] = (unsigned char)(16 * y + x);
  memset(&in, 0, sizeof in);
  in.format = PINHOLE_GRAY8;
  in.width = kWidth;
  in.height = kHeight;
  in.pitch[0] = kWidth;
  out = in;
  in.plane[0] = in_pixels;
  out.plane[0] = out_pixels;
  bad = failed("denoise", pinhole_denoise(engine, &in, PINHOLE_LEVEL_AUTO, &out));
  pinhole_unbind(engine);
  return bad;
}

/* Image and target: the same ramp. */
static int fill_inputs(const pinhole_engine* engine) {
  const char* const names[] = {"image", "target"};
  pinhole_tensor tensor;
  int i, y, x;
  for (i = 0; i < 2; ++i) {
    if (failed(names[i], pinhole_get_tensor(engine, names[i], &tensor)))
      return 1;
    for (y = 0; y < tensor.h; ++y)
      for (x = 0; x < tensor.w; ++x)
        tensor.data[y * tensor.row_stride + x * tensor.pixel_stride] = (float)(x + y) / 20;
  }
  return 0;
}

static int train(size_t file_bytes) {
  pinhole_options options = pinhole_default_options();
  pinhole_update update = pinhole_default_update();
  pinhole_engine* engine;
  float first = 0, loss = 0;
  int step, bad = 0;
  options.mode = PINHOLE_TRAINING;
  update.learning_rate = 0.01f;
  engine = open_engine(file_bytes, &options);
  if (!engine)
    return 1;
  for (step = 0; step < kSteps && !bad; ++step) {
    bad = fill_inputs(engine) || failed("train_step", pinhole_train_step(engine, &update, &loss));
    if (step == 0)
      first = loss;
  }
  pinhole_unbind(engine);
  if (!bad && loss >= first) {
    fprintf(stderr, "the loss did not fall: %g, then %g\n", (double)first, (double)loss);
    return 1;
  }
  return bad;
}

/* Collects and learns a scene. */
static int learn_scene(size_t file_bytes) {
  static unsigned char pixels[kHeight][kWidth];
  pinhole_scene_options options = pinhole_default_scene_options();
  pinhole_scene_progress progress;
  pinhole_scene_report report;
  pinhole_scene* scene = NULL;
  pinhole_frame frame;
  pinhole_sizes sizes;
  int i, bad;
  memset(&frame, 0, sizeof frame);
  frame.format = PINHOLE_GRAY8;
  frame.width = options.width = kWidth;
  frame.height = options.height = kHeight;
  frame.plane[0] = pixels;
  frame.pitch[0] = kWidth;
  options.pictures = options.collect_frames = 16;
  options.learn_steps = 5;
  if (failed("scene_plan", pinhole_scene_plan(file, file_bytes, &options, setup, sizeof setup, &scene)))
    return 1;
  sizes = pinhole_scene_planned(scene);
  bad = sizes.state > sizeof regions[1] ||
        failed("scene_bind", pinhole_scene_bind(scene, exactly(0, sizes.prepared), exactly(1, sizes.state),
                                                exactly(2, sizes.scratch)));
  for (i = 0; i < 16 && !bad; ++i) {
    memset(pixels, 40 + i, sizeof pixels / 2);
    bad = failed("scene_push", pinhole_scene_push(scene, &frame, i, i / 25.0, &report));
  }
  for (i = 0; i < 21 && !bad; ++i)
    bad = failed("scene_learn", pinhole_scene_learn(scene, &progress));
  if (!bad && progress.phase != PINHOLE_SCENE_CALIBRATING) {
    fprintf(stderr, "the scene is %s after all steps\n", pinhole_scene_phase_name(progress.phase));
    bad = 1;
  }
  pinhole_scene_unbind(scene);
  return bad;
}

int main(int argc, char** argv) {
  FILE* stream;
  size_t file_bytes;
  if (argc != 2 || !(stream = fopen(argv[1], "rb"))) {
    fprintf(stderr, "usage: probe MODEL.pinhole\n");
    return 2;
  }
  file_bytes = fread(file, 1, sizeof file, stream);
  fclose(stream);
  return denoise(file_bytes) || train(file_bytes) || learn_scene(file_bytes);
}
