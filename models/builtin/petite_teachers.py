"""The two networks that petite learns from, and what they say of every place of every picture."""

import dataclasses
from typing import Callable, Dict, Iterator, List, Sequence, Tuple

import numpy
import torch
from PIL import Image
from torch import Tensor, nn

import export_backbone

NAMES = ("mobilenet_v2", "resnet18")
SMALL_PX, PHOTO_PX = 192, 288  # the short side of what they see: whole pictures, larger than petite's
STRIDE = 32
LONGEST = 2  # times the short side; beyond, the picture is squeezed
COMPONENTS = 512  # principal components kept of both networks' features together
SAMPLE = 12  # one picture in so many gives the statistics
BATCH = 8


@dataclasses.dataclass
class Knowledge:
    """What the teachers say, in principal components of their standardized features, those of each together as heavy
    as those of the other."""
    maps: List[Tensor]                   # one a picture, [h,w,K] float16
    heads: List[Tuple[Tensor, Tensor]]   # of each teacher: weight [K,1000] and bias that make its logits of components
    variance: Tensor                     # [K] of the components of places

    def probabilities(self, components: Tensor, temperature: float) -> Tensor:
        """[N,K] -> [N,1000]: the mean of both"""
        return torch.stack([torch.softmax((components @ weight + bias) / temperature, 1)
                            for weight, bias in self.heads]).mean(0)


@dataclasses.dataclass
class Teacher:
    trunk: nn.Module       # [N,3,H,W] bfloat16 -> [N,C,H/32,W/32]
    classifier: nn.Linear  # of the pooled features


def teacher_of(model: nn.Module) -> Teacher:
    trunk = nn.Sequential(*export_backbone.trunk_layers(model).values()).eval()
    trunk = trunk.to(torch.bfloat16, memory_format=torch.channels_last)
    example = torch.zeros(2, 3, SMALL_PX, SMALL_PX).bfloat16().contiguous(memory_format=torch.channels_last)
    trunk = torch.jit.freeze(torch.jit.trace(trunk, example))
    return Teacher(trunk, model.fc if hasattr(model, "fc") else model.classifier[-1])


def size_for(picture: numpy.ndarray, short_px: int) -> Tuple[int, int]:
    """(width, height) that a teacher sees: multiples of its stride."""
    scale = short_px / min(picture.shape[:2])
    sides = (max(short_px, round(side * scale / STRIDE) * STRIDE) for side in (picture.shape[1], picture.shape[0]))
    return tuple(min(side, LONGEST * short_px) for side in sides)


def batches_of(pictures: Sequence[numpy.ndarray], short_px: int) -> Iterator[Tuple[Tuple[int, int], List[int]]]:
    """Pictures that are seen in the same size: that size, and their numbers."""
    of_size: Dict[Tuple[int, int], List[int]] = {}
    for number, picture in enumerate(pictures):
        of_size.setdefault(size_for(picture, short_px), []).append(number)
    for size, numbers in sorted(of_size.items()):
        for at in range(0, len(numbers), BATCH):
            yield size, numbers[at:at + BATCH]


def teachers_say(teachers: Sequence[Teacher], pictures: Sequence[numpy.ndarray], size: Tuple[int, int]) -> Tensor:
    """Both features of every place: [N,h,w,C]"""
    pixels = torch.stack([torch.from_numpy(numpy.array(Image.fromarray(picture).resize(size, Image.BILINEAR)))
                          for picture in pictures]).permute(0, 3, 1, 2)
    inputs = export_backbone.normalize(pixels.float() / 255).bfloat16().contiguous(memory_format=torch.channels_last)
    return torch.cat([teacher.trunk(inputs).float() for teacher in teachers], 1).permute(0, 2, 3, 1)


@dataclasses.dataclass
class Basis:
    mean: Tensor        # [C]
    weight: Tensor      # [C]: one over the deviation, and over the root of the number of that teacher's features
    components: Tensor  # [C,K], orthonormal columns
    variance: Tensor    # [K]

    def project(self, features: Tensor) -> Tensor:
        projection = self.components * self.weight[:, None]
        return features @ projection - self.mean @ projection

    def heads(self, teachers: Sequence[Teacher]) -> List[Tuple[Tensor, Tensor]]:
        back, begin, heads = (self.components / self.weight[:, None]).T, 0, []
        for classifier in (teacher.classifier for teacher in teachers):
            mine = slice(begin, begin + classifier.in_features)
            heads.append((back[:, mine] @ classifier.weight.T, self.mean[mine] @ classifier.weight.T + classifier.bias))
            begin = mine.stop
        return heads


def find_basis(maps: List[Tensor], widths: Sequence[int]) -> Basis:
    """Principal components of the places of maps [N,h,w,C]; features are standardized by the deviations of whole pictures."""
    deviation = torch.cat([m.mean((1, 2)) for m in maps]).std(0) + 1e-3
    weight = torch.cat([torch.full((width,), width ** -0.5) for width in widths]) / deviation
    places = torch.cat([m.flatten(0, 2)[::3] for m in maps])
    mean = places.mean(0)
    scaled = (places - mean) * weight
    variance, vectors = torch.linalg.eigh((scaled.T @ scaled).double() / len(scaled))
    count = min(COMPONENTS, len(scaled))
    return Basis(mean, weight, vectors.flip(1)[:, :count].float(), variance.flip(0)[:count].clamp(min=1e-12).float())


@torch.no_grad()
def ask(models: Sequence[nn.Module], small: Sequence[numpy.ndarray], photos: Sequence[numpy.ndarray],
        each: Callable) -> Knowledge:
    """What they say of the small pictures and then of the photos. `each` is an executor's map()."""
    teachers = [teacher_of(model) for model in models]
    maps: List[Tensor] = [torch.empty(0)] * (len(small) + len(photos))

    def of_sample(group: Tuple[Sequence[numpy.ndarray], Tuple[Tuple[int, int], List[int]]]) -> Tensor:
        pictures, (size, numbers) = group
        with torch.no_grad():
            return teachers_say(teachers, [pictures[number] for number in numbers], size)

    groups = ((small, SMALL_PX, 0), (photos, PHOTO_PX, len(small)))
    sample = [(pictures[::SAMPLE], batch) for pictures, px, _ in groups for batch in batches_of(pictures[::SAMPLE], px)]
    basis = find_basis(list(each(of_sample, sample)), [teacher.classifier.in_features for teacher in teachers])

    def project(batch: Tuple[Sequence[numpy.ndarray], int, Tuple[Tuple[int, int], List[int]]]) -> None:
        pictures, first, (size, numbers) = batch
        with torch.no_grad():
            said = basis.project(teachers_say(teachers, [pictures[number] for number in numbers], size)).half()
        for number, one in zip(numbers, said):
            maps[first + number] = one.clone()

    for _ in each(project, [(pictures, first, batch) for pictures, px, first in groups
                            for batch in batches_of(pictures, px)]):
        pass
    return Knowledge(maps, basis.heads(teachers), basis.variance)
