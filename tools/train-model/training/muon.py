"""Muon (Jordan et al., 2024; update scale of Liu et al., arXiv 2502.16982): momentum whose matrices are orthogonalized before each step."""

import torch


def orthogonalize(g, steps: int = 5):
    """Newton-Schulz iteration of the fifth order on [matrices, rows, columns], in bf16; singular values end near 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    wide = x.shape[-2] <= x.shape[-1]
    if not wide:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.mT
        x = a * x + (b * s + c * s @ s) @ x
    return x if wide else x.mT


class Muon:
    """Steps all matrices of one shape together. Momentum 0.95 (Nesterov), decoupled weight decay."""

    def __init__(self, parameters, weight_decay: float = 0.1, momentum: float = 0.95):
        self.weight_decay, self.momentum = weight_decay, momentum
        self.groups = {}
        for parameter in parameters:
            self.groups.setdefault(tuple(parameter.shape), []).append(parameter)
        self.buffers = {shape: torch.zeros(len(ps), *shape, device=ps[0].device) for shape, ps in self.groups.items()}

    @torch.no_grad()
    def step(self, lr: float):
        for shape, parameters in self.groups.items():
            gradient = torch.stack([p.grad for p in parameters]).float()
            buffer = self.buffers[shape].mul_(self.momentum).add_(gradient, alpha=1 - self.momentum)
            update = orthogonalize(gradient.lerp(buffer, self.momentum)).float() * (0.2 * max(shape) ** 0.5)
            torch._foreach_mul_(parameters, 1 - lr * self.weight_decay)
            torch._foreach_add_(parameters, list(update.unbind(0)), alpha=-lr)
