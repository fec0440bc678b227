"""petite's layers, and the file that is built in: BatchNorm folded away, weights of eight bits."""

import copy
import json
from typing import Dict, List, Tuple

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional

import export_backbone

NAME = "petite"
PREPROCESS = {**export_backbone.PREPROCESS, "resize": 146, "crop": 128}
LICENSE = ("non-commercial research: trained on Tiny-ImageNet, ImageNet samples, Caltech-101 and photos of Dogs vs. Cats, "
           "whose terms say so; teachers: torchvision's MobileNetV2, BSD-3-Clause, and a ResNet-18 for non-commercial use")
WIDTHS = (48, 96, 192, 304)  # channels of the stages, of strides 4 to 32
BLOCKS = (1, 2, 2, 1)        # residual blocks of each stage
FEATURES = 512
STEM_PX, STEM_STRIDE = 7, 4


def convolution(inputs: int, outputs: int, px: int = 3, stride: int = 1) -> List[nn.Module]:
    return [nn.Conv2d(inputs, outputs, px, stride, px // 2, bias=False), nn.BatchNorm2d(outputs)]


class Block(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016, arXiv:1512.03385). [N,C,h,w] -> [N,C,h,w]

    Begins as the identity: the last BatchNorm's weight is 0 (Goyal et al. 2017, arXiv:1706.02677).
    """

    def __init__(self, channels: int):
        super().__init__()
        self.residual = nn.Sequential(*convolution(channels, channels), nn.ReLU(inplace=True),
                                      *convolution(channels, channels))
        nn.init.zeros_(self.residual[-1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.residual(x))


class Student(nn.Module):
    """The trunk and its classifier, which are kept, and a linear map to the teachers' features, which is not."""

    def __init__(self, teacher_features: int, classes: int):
        super().__init__()
        self.layers = nn.ModuleDict()
        for number, (inputs, outputs, blocks) in enumerate(zip((3, *WIDTHS), WIDTHS, BLOCKS), 1):
            first = convolution(inputs, outputs, STEM_PX, STEM_STRIDE) if number == 1 else convolution(inputs, outputs, 3, 2)
            self.layers[f"stage{number}"] = nn.Sequential(*first, nn.ReLU(inplace=True),
                                                          *(Block(outputs) for _ in range(blocks)))
        self.layers["features"] = nn.Sequential(*convolution(WIDTHS[-1], FEATURES, 1), nn.ReLU(inplace=True))
        self.classifier = nn.Linear(FEATURES, classes)
        self.to_teachers = nn.Linear(FEATURES, teacher_features)

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] -> the last map [N,512,H/32,W/32]"""
        for layer in self.layers.values():
            x = layer(x)
        return x


class Convolution(nn.Module):
    """A convolution whose weights are kept in eight bits, with a scale for each output."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, padding: int):
        super().__init__()
        scale = weight.abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-12) / 127
        self.weight = nn.Parameter((weight / scale).round().to(torch.int8), requires_grad=False)
        self.scale = nn.Parameter(scale)
        self.bias = nn.Parameter(bias)
        self.stride, self.padding = stride, padding

    def forward(self, x: Tensor) -> Tensor:
        # All of constants: freezing computes it once.
        weight = self.weight.to(self.scale.dtype) * self.scale
        return functional.conv2d(x, weight, self.bias, self.stride, self.padding)


def folded(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Convolution:
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    return Convolution(convolution.weight * factor.view(-1, 1, 1, 1), norm.bias - norm.running_mean * factor,
                       convolution.stride[0], convolution.padding[0])


def compact(module: nn.Module) -> nn.Module:
    """The same with every convolution and the BatchNorm behind it in one Convolution."""
    if isinstance(module, nn.Sequential):
        children, kept = list(module), []
        for child, following in zip(children, [*children[1:], None]):
            if isinstance(child, nn.Conv2d):
                kept.append(folded(child, following))
            elif not isinstance(child, nn.BatchNorm2d):
                kept.append(compact(child))
        return nn.Sequential(*kept)
    if isinstance(module, Block):
        module = copy.copy(module)
        module._modules = {**module._modules, "residual": compact(module.residual)}
    return module


@torch.no_grad()
def backbone_of(student: Student, recipe: Dict) -> Tuple[export_backbone.Backbone, Dict]:
    """The backbone and its backbone.json."""
    student.eval().to(memory_format=torch.contiguous_format)
    modules, stages = export_backbone.cut_into_stages(dict(student.layers.items()))
    linear = student.classifier
    classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), Convolution(linear.weight[:, :, None, None], linear.bias, 1, 0),
                               nn.Flatten())
    backbone = export_backbone.BackboneWithLogits([compact(module) for module in modules], classifier).eval()
    return backbone, {"format": 1, "name": NAME, "feature_dim": FEATURES, "stages": stages, "preprocess": PREPROCESS,
                      "weights": f"trained by train_petite.py: {json.dumps(recipe)}", "licence": LICENSE,
                      "golden": {"size": export_backbone.GOLDEN_PX,
                                 "features": export_backbone.golden_features(backbone, NAME)},
                      "classes": torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"]}
