"""The two networks that petite learns from."""

import dataclasses
from typing import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

import export_backbone

NAMES = ("mobilenet_v2", "resnet18")
PX = 224  # side of what they see
BATCH = 128  # views at a time


@dataclasses.dataclass
class Answers:
    places: Tensor         # [N,h,w,C]: both networks' features, standardized
    probabilities: Tensor  # [N,1000]: the mean of both


class Teachers:
    """See what petite sees, larger. Their features are standardized by the views first shown, those of each network together as
    heavy as those of the other."""

    def __init__(self, models: Sequence[nn.Module], views: Tensor, temperature: float):
        """views [N,3,PX,PX], normalized"""
        self.trunks = [trunk_of(model, views.device) for model in models]
        self.classifiers = [(model.fc if hasattr(model, "fc") else model.classifier[-1]).to(views.device) for model in models]
        self.widths = [classifier.in_features for classifier in self.classifiers]
        self.temperature = temperature
        places = torch.cat([self.maps(part).float() for part in views.split(BATCH)])
        pooled = places.mean((2, 3))
        self.mean = pooled.mean(0)
        self.weight = torch.cat([torch.full((width,), width ** -0.5) for width in self.widths]).to(views.device)
        self.scale = self.weight / (pooled.std(0) + 1e-3)
        self.places_variance = (places.var((0, 2, 3)) * self.scale ** 2).sum()
        self.pooled_variance = (pooled.var(0) * self.scale ** 2).sum()

    def maps(self, inputs: Tensor) -> Tensor:
        """[N,3,H,W] -> both last maps [N,C,H/32,W/32]"""
        inputs = inputs.to(precision_on(inputs.device)).contiguous(memory_format=torch.channels_last)
        return torch.cat([trunk(inputs) for trunk in self.trunks], 1)

    @torch.no_grad()
    def ask(self, inputs: Tensor, side: int) -> Answers:
        """What they say of each of side x side cells of [N,3,H,W]."""
        maps = self.maps(inputs).float()
        logits = [classifier(pooled) for classifier, pooled in zip(self.classifiers, maps.mean((2, 3)).split(self.widths, 1))]
        probabilities = torch.stack([torch.softmax(one / self.temperature, 1) for one in logits]).mean(0)
        places = functional.adaptive_avg_pool2d(maps, side).permute(0, 2, 3, 1)
        return Answers((places - self.mean) * self.scale, probabilities)


def precision_on(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" else torch.float32


def trunk_of(model: nn.Module, device: torch.device) -> torch.jit.ScriptModule:
    """[N,3,H,W] -> [N,C,H/32,W/32]"""
    trunk = nn.Sequential(*export_backbone.trunk_layers(model).values()).eval()
    trunk = trunk.to(device, precision_on(device), memory_format=torch.channels_last)
    example = torch.zeros(2, 3, PX, PX, device=device, dtype=precision_on(device))
    return torch.jit.freeze(torch.jit.trace(trunk, example.contiguous(memory_format=torch.channels_last)))
