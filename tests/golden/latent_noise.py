# SPDX-License-Identifier: Apache-2.0
"""The noise of layer reparameterize, written again from its definition: Philox4x32-10 (Salmon et al., 2011), Box and
Muller, every float operation rounded once. src/base/philox.h and src/base/exact_math.h hold the library's own."""
import numpy as np

F = np.float32
LATENT_SAMPLE = 9  # the random stream


def philox(key, low, high):
    c = [low & 0xffffffff, low >> 32, high & 0xffffffff, high >> 32]
    k = [key & 0xffffffff, key >> 32]
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & 0xffffffff, (first >> 32) ^ c[3] ^ k[1], first & 0xffffffff]
        k = [(k[0] + 0x9E3779B9) & 0xffffffff, (k[1] + 0xBB67AE85) & 0xffffffff]
    return c


def _polynomial(x, coefficients):
    total = F(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + F(coefficient)
    return total


def _log(x):
    bits = int(F(x).view(np.uint32))
    shifted = (bits - 0x3f3504f3) & 0xffffffff
    k = F((shifted >> 23) - (512 if shifted >> 31 else 0))
    f = np.uint32((shifted & 0x007fffff) + 0x3f3504f3).view(F) - F(1)
    s = f / (F(2) + f)
    z = s * s
    half_square = F(0.5) * f * f
    series = z * _polynomial(z, (0.666666666, 0.400001219, 0.285508169, 0.233305743)) + half_square
    small = s * series + k * F(-2.12194440e-4)
    return k * F(0.693359375) + (f - (half_square - small))


def _sine_and_cosine(turn):
    quarter = int(turn * F(4) + F(0.5))
    x = (turn * F(4) - F(quarter)) * F(1.57079633)
    z = x * x
    s = x * z * _polynomial(z, (-0.166666667, 8.33333333e-3, -1.98412698e-4, 2.75573192e-6)) + x
    c = z * _polynomial(z, (-0.5, 0.0416666667, -1.38888889e-3, 2.48015873e-5)) + F(1)
    return ((s, c), (c, -s), (-s, -c), (-c, s))[quarter % 4]


def _normal_pair(first, second):
    radius = np.sqrt(F(-2) * _log(F(first) * F(2.0**-32) + F(2.0**-33)))
    sine, cosine = _sine_and_cosine(F(second >> 8) * F(2.0**-24))
    return cosine * radius, sine * radius


def noise(seed, step, images, elements, stream=0):
    """The numbers of a batch, (images, elements), elements in the order of memory."""
    result = np.zeros((images, elements + 3), F)
    for n in range(images):
        for place in range((elements + 3) // 4):
            low = (place | stream << 32) | (step << 40) & 0xffffffffffffffff
            words = philox(seed, low, step >> 24 | n << 16 | LATENT_SAMPLE << 48)
            result[n, 4 * place:4 * place + 4] = (*_normal_pair(*words[:2]), *_normal_pair(*words[2:]))[:4]
    return result[:, :elements]
