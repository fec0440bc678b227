"""How petite's weights are changed: convolutions by Muon, all else by AdamW."""

from typing import Dict, List

import torch
from torch import Tensor, nn

MUON_RATE, MUON_DECAY, MOMENTUM = 0.02, 0.02, 0.95
ADAM_RATE, ADAM_DECAY = 2e-3, 0.02
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients and number of steps as Jordan chose them
NEWTON_SCHULZ_STEPS = 5


def orthogonalized(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are 1, roughly (0.7 to 1.2): [m,n] -> [m,n] float32"""
    x = (matrix / (matrix.norm() + 1e-7)).to(torch.bfloat16 if matrix.is_cuda else torch.float32)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    a, b, c = NEWTON_SCHULZ
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = x @ x.T
        x = torch.addmm(x, torch.addmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return (x.T if tall else x).float()


class Muon:
    """Momentum, orthogonalized, for weights [O,I,k,k] taken as matrices [O,I k k]: Jordan et al. 2024,
    https://kellerjordan.github.io/posts/muon. Of half as many views it learns as much as AdamW does here."""

    def __init__(self, weights: List[nn.Parameter]):
        self.weights = weights
        self.momenta = [torch.zeros_like(weight) for weight in weights]

    @torch.no_grad()
    def step(self, progress_rate: float) -> None:
        rate = MUON_RATE * progress_rate
        for weight, momentum in zip(self.weights, self.momenta):
            momentum.mul_(MOMENTUM).add_(weight.grad)
            direction = orthogonalized(weight.grad.add(momentum, alpha=MOMENTUM).flatten(1))
            tallness = max(1, direction.shape[0] / direction.shape[1]) ** 0.5
            weight.mul_(1 - rate * MUON_DECAY).sub_(direction.view_as(weight), alpha=rate * tallness)


class Optimizer:
    def __init__(self, model: nn.Module):
        convolutions = [weight for weight in model.parameters() if weight.dim() == 4 and weight.shape[1] > 3]
        others = [weight for weight in model.parameters() if all(weight is not other for other in convolutions)]
        self.muon = Muon(convolutions)
        self.adam = torch.optim.AdamW([
            {"params": [weight for weight in others if weight.dim() > 1], "weight_decay": ADAM_DECAY},
            {"params": [weight for weight in others if weight.dim() == 1], "weight_decay": 0}])

    def zero_grad(self) -> None:
        for weight in self.muon.weights:
            weight.grad = None
        self.adam.zero_grad()

    def step(self, progress_rate: float) -> None:
        """progress_rate 0..1: share of the full learning rates"""
        for group in self.adam.param_groups:
            group["lr"] = ADAM_RATE * progress_rate
        self.adam.step()
        self.muon.step(progress_rate)

    def state_dict(self) -> Dict:
        return {"adam": self.adam.state_dict(), "momenta": self.muon.momenta}

    def load_state_dict(self, state: Dict) -> None:
        self.adam.load_state_dict(state["adam"])
        for momentum, stored in zip(self.muon.momenta, state["momenta"]):
            momentum.copy_(stored)
