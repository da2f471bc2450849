#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How unusual a picture's texture is: neighbours among scattering coefficients, which need no training.

  still_scattering.py PART --beside EVAL.json

A place of 8 x 8 pixels is described by the light, and by the logarithms of the moduli of Morlet wavelets of 4 scales and 4
directions and of the wavelets of these moduli, as shares of them, smoothed over 13 pixels (Bruna and Mallat 2013: orders 0
to 2, 113 numbers). Places of PART/train/good give the law that whitens them and 256 centres (k-means); a place's heat is the
distance to the nearest centre, a picture's score the logarithm of its 200 hottest places' mean. Prints the image AUROC of
every kind of PART/test, and that of the sums with the score of EVAL.json (`pinhole eval M --data PART --json`), each in
deviations of good pictures, what they gain by their size taken out. Needs numpy, scipy and Pillow; ten minutes.
"""

import argparse
import functools
import pathlib

import numpy as np
from PIL import Image
from scipy import fft

from still_ranks import deviations, joined, model_scores, show

PLACE, MARGIN, SIDE = 8, 32, 64  # pixels: of a place, mirrored around the picture, and what the padded sides are multiples of
SCALES, DIRECTIONS = 4, 4
BRIGHTNESS = 0.4  # every picture's mean
PLACES, CENTRES, ROUNDS = 32000, 256, 10
FLOOR = 0.02  # of a variance that is whitened, in mean variances
HOTTEST, WEIGHTS = 200, (0, 0.1, 0.2, 0.3, 0.45, 0.6)  # places; of the texture beside a model


def frequencies(shape):
    return np.meshgrid(2 * np.pi * fft.fftfreq(shape[0]), 2 * np.pi * fft.fftfreq(shape[1]), indexing="ij")


@functools.lru_cache(maxsize=64)
def smoothing(shape):
    y, x = frequencies(shape)
    return np.exp(-((0.8 * 2**SCALES) ** 2) * (x * x + y * y) / 2).astype(np.float32)


@functools.lru_cache(maxsize=64)
def wavelets(shape):
    """Spectra (scales, directions, height, width) of wavelets whose mean is 0."""
    y, x = frequencies(shape)
    spectra = np.empty((SCALES, DIRECTIONS, *shape), np.float32)
    for scale in range(SCALES):
        width, carrier = 0.8 * 2**scale, 0.75 * np.pi / 2**scale
        for direction in range(DIRECTIONS):
            cos, sin = np.cos(direction * np.pi / DIRECTIONS), np.sin(direction * np.pi / DIRECTIONS)

            def gaussian(shift_y, shift_x):
                along = (x - shift_x) * cos + (y - shift_y) * sin
                across = (y - shift_y) * cos - (x - shift_x) * sin
                return np.exp(-width * width / 2 * (along**2 + (across * DIRECTIONS / 4) ** 2))

            turns = 2 * np.pi * np.arange(-1, 2)
            wave = sum(gaussian(carrier * sin + i, carrier * cos + k) for i in turns for k in turns)
            still = gaussian(0, 0)
            spectra[scale, direction] = wave - wave[0, 0] / still[0, 0] * still
    return spectra


def folded(spectrum, by):
    """The spectrum of every `by`th row and column."""
    *rest, height, width = spectrum.shape
    return spectrum.reshape(*rest, by, height // by, by, width // by).mean((-4, -2))


def step_of(scale):
    """A modulus of that scale is smooth enough for every so many pixels."""
    return max(1, 2 ** (scale - 1))


def describe(path):
    """(places, numbers); the picture's pixels."""
    light = np.asarray(Image.open(path).convert("L"), float) / 255
    height, width = light.shape
    light = np.log(light * BRIGHTNESS / light.mean() + 0.02)
    more = [(MARGIN, -(n + 2 * MARGIN) % SIDE + MARGIN) for n in light.shape]
    spectrum = fft.fft2(np.pad(light, more, mode="symmetric").astype(np.float32))
    waves, smooth = wavelets(spectrum.shape), smoothing(spectrum.shape)

    def averaged(spectra, step):  # what is left of smooth * step**2 folded is the smooth part at that step
        means = fft.ifft2(folded(spectra * folded(smooth, step) * step**2, PLACE // step)).real
        first = MARGIN // PLACE
        return means[..., first:first + height // PLACE, first:first + width // PLACE]

    maps = [averaged(spectrum, 1)[None]]
    for scale in range(SCALES):
        step = step_of(scale)
        modulus = fft.fft2(np.abs(fft.ifft2(folded(spectrum * waves[scale], step))))
        mean = np.maximum(averaged(modulus, step), 1e-6)
        maps.append(np.log(mean))
        for coarser in range(scale + 1, SCALES):
            wave = folded(waves[coarser], step) * step**2
            second = np.abs(fft.ifft2(folded(modulus[:, None] * wave[None], step_of(coarser) // step)))
            share = np.maximum(averaged(fft.fft2(second), step_of(coarser)), 1e-7) / mean[:, None]
            maps.append(np.log(share).reshape(-1, *mean.shape[1:]))
    said = np.concatenate(maps)
    return said.reshape(len(said), -1).T.astype(np.float32), height * width


def squares(places, centres):
    return (places**2).sum(1)[:, None] + (centres**2).sum(1)[None] - 2 * places @ centres.T


def learn(paths):
    """Mean and whitening of the places, and their centres."""
    random = np.random.default_rng(0)
    places = np.concatenate([random.permutation(describe(path)[0])[:PLACES // len(paths)] for path in paths])
    mean = places.mean(0)
    variances, axes = np.linalg.eigh(np.cov((places - mean).T))
    whiten = (axes / np.sqrt(variances + FLOOR * variances.mean())).astype(np.float32)
    places = (places - mean) @ whiten
    centres = random.permutation(places)[:CENTRES]
    for _ in range(ROUNDS):
        nearest = squares(places, centres).argmin(1)
        centres = np.stack([places[nearest == i].mean(0) if (nearest == i).any() else centres[i] for i in range(CENTRES)])
    return mean, whiten, centres


def judge(path, mean, whiten, centres):
    places, pixels = describe(path)
    heat = np.sqrt(np.maximum(squares((places - mean) @ whiten, centres).min(1), 0))
    return np.log(pixels), np.log(np.sort(heat)[-HOTTEST:].mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", type=pathlib.Path)
    parser.add_argument("--beside", type=pathlib.Path, required=True)
    args = parser.parse_args()
    learned = learn(sorted((args.part / "train" / "good").iterdir()))
    paths = {folder.name: sorted(folder.iterdir()) for folder in sorted((args.part / "test").iterdir())}
    texture = {kind: np.array([judge(path, *learned) for path in files]) for kind, files in paths.items()}
    model = model_scores(args.beside, paths)
    unusual = deviations(*({kind: rows[:, i] for kind, rows in texture.items()} for i in range(2)))
    show("texture", unusual)
    for weight in WEIGHTS:
        show(f"weight {weight}", joined(model, weight, unusual))


if __name__ == "__main__":
    main()
