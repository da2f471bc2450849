#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes train_golden.txt beside itself: optimisers and a small training as PyTorch computes them.

    /usr/bin/python3 tests/golden/make_train_golden.py     (Debian's python3-torch 1.13; same bytes every time)

    update NAME STEPS NUMBERS...     weights after STEPS updates; weights and gradients start from the formulas below
    losses OPTIMIZER NUMBERS...      of a two-level network's first steps; its numbers come from the formulas, too
Whoever reads the file knows the formulas: tests/engine/update_test.cpp, tests/train/parity_test.cpp.
"""
import pathlib

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
HERE = pathlib.Path(__file__).resolve().parent
lines = []


def words(numbers):
    return " ".join(f"{float(x):.9g}" for x in numbers)


# --- optimisers --------------------------------------------------------------------------------------------------

COUNT = 40


def start(i):
    return ((i * 53 + 7) % 97 - 48) / 32


def gradient(i, step):
    return ((i * 37 + step * 101 + 13) % 201 - 100) / 64


UPDATES = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
    "nesterov_decay": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam_decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1)),
    "adam_clipped": (torch.optim.Adam, dict(lr=0.01, weight_decay=0.1)),
}

for name, (optimizer, options) in UPDATES.items():
    w = torch.nn.Parameter(torch.tensor([start(i) for i in range(COUNT)], dtype=torch.float32))
    optimizer = optimizer([w], **options)
    for step in range(20):
        w.grad = torch.tensor([gradient(i, step) for i in range(COUNT)], dtype=torch.float32)
        if name == "adam_clipped":
            torch.nn.utils.clip_grad_norm_([w], 1.5)
        optimizer.step()
        if step + 1 in (1, 2, 20):
            lines.append(f"update {name} {step + 1} {words(w.detach())}")

# --- a training --------------------------------------------------------------------------------------------------

SIZE, BATCH, STEPS = 16, 2, 10


def pseudo(k, salt):
    """In -1..1, exact in float32 up to the last division."""
    return ((k * 7919 + salt * 104729) % 1009 - 504) / 504


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.head = torch.nn.Conv2d(1, 4, 3, padding=1)
        self.down = torch.nn.Conv2d(4, 8, 2, stride=2)
        self.up = torch.nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.tail = torch.nn.Conv2d(8, 1, 3, padding=1)

    def forward(self, x):
        skip = F.relu(self.head(x))
        up = F.relu(self.up(F.relu(self.down(skip))))
        return x + self.tail(torch.cat([up, skip], 1))


def fill(net):
    """The k-th number of the j-th parameter in Pinhole's layout: weights O,H,W,I, transposed I,H,W,O."""
    with torch.no_grad():
        for j, parameter in enumerate(net.parameters()):
            shape = parameter.shape
            order = (shape[0], *shape[2:], shape[1]) if parameter.dim() == 4 else shape
            numbers = torch.tensor([pseudo(k, j + 1) * 0.25 for k in range(parameter.numel())]).reshape(order)
            parameter.copy_(numbers.permute(0, 3, 1, 2) if parameter.dim() == 4 else numbers)


def batch(step, salt):
    numbers = [pseudo(k, 1000 * salt + step) * 0.5 + 0.5 for k in range(BATCH * SIZE * SIZE)]
    return torch.tensor(numbers).reshape(BATCH, 1, SIZE, SIZE)


TRAININGS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-4),
    "adam": lambda p: torch.optim.Adam(p, lr=0.005, weight_decay=1e-4),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.005, weight_decay=1e-2),
}

for name, make in TRAININGS.items():
    net = Net()
    fill(net)
    optimizer = make(net.parameters())
    losses = []
    for step in range(STEPS):
        loss = F.mse_loss(net(batch(step, 1)), batch(step, 2))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    lines.append(f"losses {name} {words(losses)}")

(HERE / "train_golden.txt").write_text("\n".join(lines) + "\n")
