#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers that tests/image compares with, computed by scikit-image, SciPy, Pillow and PyTorch.

    python3 tests/image/reference_values.py     (needs numpy scipy scikit-image pillow torch)
"""
import numpy as np
import scipy.ndimage
import skimage.metrics
import torch
from PIL import Image


def textured(width, height, channels):
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return ((x * x // 16 + 5 * y + 40 * c) % 256).astype(np.uint8)


def disturbed(picture):
    y, x, c = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1], 0 : picture.shape[2]]
    return np.clip(picture.astype(int) + (31 * x + 17 * y + 7 * c) % 23 - 11, 0, 255).astype(np.uint8)


def show(name, values):
    print(f"{name}: " + ", ".join(f"{v:.9g}" for v in np.ravel(values)))


for shape in [(40, 30, 1), (33, 47, 3), (11, 11, 1)]:
    a = textured(*shape)
    b = disturbed(a)
    ssim = skimage.metrics.structural_similarity(
        b, a, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, channel_axis=2
    )
    print(f"{shape}: psnr {skimage.metrics.peak_signal_noise_ratio(a, b, data_range=255):.9f} ssim {ssim:.9f}")

gray = textured(9, 7, 1)[:, :, 0].astype(np.float64)
for sigma in (0.8, 2.5):
    blurred = scipy.ndimage.gaussian_filter(gray, sigma, mode="reflect", truncate=4.0)
    show(f"blur {sigma}, row 3", blurred[3])

for width, height in [(14, 10), (4, 3)]:
    resized = torch.nn.functional.interpolate(
        torch.tensor(gray)[None, None], size=(height, width), mode="bilinear", align_corners=False
    )
    show(f"bilinear to {width}x{height}, row 1", resized[0, 0, 1].numpy())

rgb = textured(5, 2, 3)
show("Pillow L", np.array(Image.fromarray(rgb).convert("L")))
y, x, c = np.mgrid[0:256, 0:256, 0:3]
many = ((x * (7 * c + 3) + y * (5 * c + 11)) % 256).astype(np.uint8)
luma = np.array(Image.fromarray(many).convert("L")).astype(np.int64).ravel()
print("Pillow L, 256 x 256, sum of value * (position % 251):", (luma * (np.arange(65536) % 251)).sum())
