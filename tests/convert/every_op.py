# SPDX-License-Identifier: Apache-2.0
"""A PyTorch network with every layer that a .pinhole file can hold, losses apart. Sizes differ in every direction, so
that a swapped axis or order cannot go unseen."""
import os
import sys
from typing import Tuple

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "convert"))

from from_torch import convert  # noqa: E402
from pinhole_model import EntryPoint, Model  # noqa: E402

INPUT_SHAPES = ((1, 3, 16, 24), (1, 1))  # image, level


class EveryOp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.unshuffle = nn.PixelUnshuffle(2)
        self.first = nn.Conv2d(16, 8, (3, 5), padding=(1, 2))
        self.norm = nn.BatchNorm2d(8)
        self.act = nn.LeakyReLU(0.1)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.grouped = nn.Conv2d(8, 8, 3, padding=(2, 1), dilation=(2, 1), groups=2, bias=False)
        self.encode = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(192), nn.Linear(192, 6), nn.Tanh())
        self.decode = nn.Sequential(nn.Linear(6, 192), nn.BatchNorm1d(192), nn.ReLU(), nn.Dropout(),
                                    nn.Unflatten(1, (8, 4, 6)))
        self.wider = nn.ConvTranspose2d(16, 8, (3, 5), stride=2, padding=(1, 2), output_padding=1, groups=2)
        self.nearest = nn.Upsample(scale_factor=2)
        self.last = nn.Conv2d(8, 12, (2, 3), padding="same")
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, image: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        plane = level[:, :, None, None].expand(-1, -1, image.shape[2], image.shape[3])
        full = self.act(self.norm(self.first(self.unshuffle(torch.cat((image, plane), 1)))))
        half = torch.relu(self.grouped(self.pool(full)))
        back = self.decode(self.encode(half))
        joined = self.wider(torch.cat((half, back), 1)) + full + self.nearest(back)
        return torch.sigmoid(self.shuffle(self.last(joined)))


def network() -> EveryOp:
    """The network with fixed random weights and batch statistics that are not the start values."""
    generator = torch.Generator().manual_seed(20)
    module = EveryOp().eval()
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if name.endswith("running_var"):
                tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
            elif tensor.is_floating_point():
                fan_in = max(1, tensor[0].numel())
                tensor.copy_(torch.randn(tensor.shape, generator=generator) * (0.7 / fan_in) ** 0.5)
    return module


def example_inputs() -> Tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    return tuple(torch.rand(shape, generator=generator) for shape in INPUT_SHAPES)


def pinhole_model() -> Model:
    """The network as a .pinhole model: entry points reconstruct (image, level -> image), encode (image, level -> code)
    and train."""
    model = convert(network(), INPUT_SHAPES, "every_op", loss="charbonnier")
    code = next(i for i, value in enumerate(model.values) if value.name == "encode.3")
    model.entries.append(EntryPoint("encode", "inference", list(model.entries[0].inputs), [code]))
    return model
