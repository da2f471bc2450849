#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peer_torch.py RECIPE THREADS [compile]: one training step in PyTorch, fp32, on the CPU: forward, backward, fused Adam.
The nets of recipes/deep-ae.json and recipes/denoise-rgb.json with their batches. Measured through peer_session."""
import sys

import torch
from torch import nn
from torch.nn import functional

from peer_session import serve


class Denoiser(nn.Module):
    """recipes/denoise-rgb.json."""

    def __init__(self) -> None:
        super().__init__()
        outer, inner = 32, 44

        def conv(before: int, after: int) -> nn.Conv2d:
            return nn.Conv2d(before, after, 3, padding=1)

        self.outer = nn.ModuleList([conv(13, outer), conv(outer, outer), conv(outer, outer)])
        self.down = nn.Conv2d(outer, inner, 2, stride=2)
        self.inner = nn.ModuleList([conv(inner, inner), conv(inner, inner)])
        self.up = nn.ConvTranspose2d(inner, outer, 2, stride=2)
        self.merge = nn.ModuleList([conv(2 * outer, outer), conv(outer, outer)])
        self.tail = conv(outer, 12)

    def forward(self, image: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        x = functional.pixel_unshuffle(image, 2)
        x = torch.cat([x, level.expand(-1, -1, x.shape[2], x.shape[3])], 1)
        for layer in self.outer:
            x = functional.relu(layer(x))
        skip = x
        for layer in [self.down, *self.inner]:
            x = functional.relu(layer(x))
        x = torch.cat([self.up(x), skip], 1)
        for layer in self.merge:
            x = functional.relu(layer(x))
        return image + functional.pixel_shuffle(self.tail(x), 2)


def deep_autoencoder() -> nn.Module:
    """recipes/deep-ae.json."""
    widths = [784, 128, 64, 12, 3, 12, 64, 128, 784]
    layers = [nn.Flatten()]
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Linear(before, after)] + ([nn.ReLU()] if after not in (3, 784) else [])
    return nn.Sequential(*layers, nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))


def main() -> None:
    recipe, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    if recipe == "deep-ae":
        model, inputs = deep_autoencoder(), [torch.rand(32, 1, 28, 28)]
        target = torch.rand(32, 1, 28, 28)
    else:
        model = Denoiser().to(memory_format=torch.channels_last)
        inputs = [torch.rand(16, 3, 64, 64).to(memory_format=torch.channels_last), torch.rand(16, 1, 1, 1)]
        target = torch.rand(16, 3, 64, 64).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    forward = torch.compile(model) if "compile" in sys.argv[3:] else model

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        functional.mse_loss(forward(*inputs), target).backward()
        optimizer.step()

    serve(step)


if __name__ == "__main__":
    main()
