// SPDX-License-Identifier: Apache-2.0
// How much a variational autoencoder's code of a frame says: its divergence from the prior, the part of the negative
// evidence lower bound (ELBO) beside the reconstruction, and what it usually is in a scene.
#pragma once

#include "base/tensor.h"

namespace pinhole {

// KL[N(mean, exp(log_variance)) || N(0, I)] in nats, summed over the code. Views: n = 1, f32, of one shape.
float kl_divergence(const View& mean, const View& log_variance);

// Mean and sum of squared deviations of the divergence in normal frames (Welford).
struct KlLaw {
  int32_t frames = 0;
  float mean = 0, square = 0;
};

// Of a normal frame.
void learn_kl(float divergence, KlLaw* law);

// By how much `divergence` is above the usual, in its usual deviations; 0 below, and before anything was learned. What
// the prior finds likelier than normal frames is no anomaly.
float kl_rise(float divergence, const KlLaw& law);

} // namespace pinhole
