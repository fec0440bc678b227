"""What petite learns from: small pictures and photos whose classes it is not told, and ways to look at them."""

import dataclasses
import hashlib
import io
import math
import os
import tarfile
import zlib
from concurrent.futures import Executor
from typing import List, Sequence, Tuple

import numpy
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

import export_backbone
from export_backbone import Error

PHOTO_SIDE_PX = 288   # short side at which photos are kept in memory
LONGEST_PX = 432      # of the long side, the middle of it
SMALL_AREA, PHOTO_AREA = (0.35, 1.0), (0.2, 1.0)  # share of the picture that a crop takes, from and to
COLORS = 0.3  # brightness, contrast and saturation change by up to this share
GRAY = (0.299, 0.587, 0.114)  # ITU-R BT.601


def sent(value: Tensor, device: torch.device) -> Tensor:
    return value.to(device, non_blocking=True)  # else each waits until the GPU has done all that it was told before


@dataclasses.dataclass
class Pictures:
    """Many in one tensor, each in the upper left corner of its square."""
    pixels: Tensor  # [N,3,S,S] uint8
    sizes: Tensor   # [N,2]: width and height in pixels

    @staticmethod
    def of(pictures: Sequence[numpy.ndarray], device: torch.device) -> "Pictures":
        """[H,W,3] uint8 each"""
        side = max(max(picture.shape[:2]) for picture in pictures)
        pixels = torch.zeros(len(pictures), 3, side, side, dtype=torch.uint8)
        for place, picture in zip(pixels, pictures):
            place[:, :picture.shape[0], :picture.shape[1]] = torch.from_numpy(picture).permute(2, 0, 1)
        return Pictures(pixels.to(device), torch.tensor([picture.shape[1::-1] for picture in pictures]))

    def __len__(self) -> int:
        return len(self.sizes)

    def views(self, generator: torch.Generator, numbers: Tensor, area: Tuple[float, float], px: int) -> Tensor:
        """A part of each of [N] pictures, mirrored or not: [N,3,px,px] in 0..1. Drawn on the processor, so that the draws are
        the same on every device."""
        return self.cut_out(numbers, *draw_parts(generator, self.sizes[numbers], area), px)

    def cut_out(self, numbers: Tensor, parts: Tensor, mirrored: Tensor, px: int) -> Tensor:
        """parts [N,4]: left, top, width, height in pixels; mirrored [N] bool -> [N,3,px,px] in 0..1"""
        device, side = self.pixels.device, self.pixels.shape[-1]
        left, top, width, height = sent(parts, device)[:, :, None].unbind(1)
        steps = ((torch.arange(px, device=device) + 0.5) / px).expand(len(numbers), -1)
        ends = sent(self.sizes[numbers], device)[:, :, None] - 0.5  # beyond lies what is no picture
        columns = torch.minimum(left + width * torch.where(sent(mirrored, device)[:, None], 1 - steps, steps), ends[:, 0])
        rows = torch.minimum(top + height * steps, ends[:, 1])
        grid = torch.stack([columns[:, None, :].expand(-1, px, -1), rows[:, :, None].expand(-1, -1, px)], 3) * (2 / side) - 1
        pixels = self.pixels[sent(numbers, device)].float() / 255
        return functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False)


def draw_parts(generator: torch.Generator, sizes: Tensor, area: Tuple[float, float]) -> Tuple[Tensor, Tensor]:
    """Of pictures of sizes [N,2]: parts [N,4] with 3:4 to 4:3 (of the picture's own) as sides, and whether mirrored [N]."""
    share, aspect, x, y, coin = torch.rand(5, len(sizes), generator=generator).unbind(0)
    sizes = sizes.float()
    stretch = torch.exp((2 * aspect - 1) * math.log(4 / 3)).sqrt()
    scale = (area[0] + share * (area[1] - area[0])).sqrt()
    part = torch.stack([scale * stretch, scale / stretch], 1).clamp(max=1) * sizes
    corner = torch.stack([x, y], 1) * (sizes - part)
    return torch.cat([corner, part], 1), coin < 0.5


def recolored(generator: torch.Generator, rgb: Tensor) -> Tensor:
    """[N,3,H,W] in 0..1 -> the network's input [N,3,H,W], each picture in slightly other colors."""
    factors = 1 + COLORS * (2 * torch.rand(len(rgb), 3, 1, 1, generator=generator) - 1)
    brightness, contrast, saturation = sent(factors, rgb.device).unbind(1)
    gray = torch.tensor(GRAY, device=rgb.device)
    mean_gray = (rgb.mean((2, 3)) @ gray).view(-1, 1, 1) * brightness
    # Of brightness, contrast and saturation in turn: one 3x3 matrix and one number.
    mix = (saturation * torch.eye(3, device=rgb.device) + (1 - saturation) * gray.expand(3, 3)) * brightness * contrast
    changed = torch.bmm(mix, rgb.flatten(2)).view_as(rgb) + ((1 - contrast) * mean_gray).unsqueeze(3)
    return export_backbone.normalize(changed.clamp(0, 1))


def mixed(generator: torch.Generator, inputs: Tensor) -> Tensor:
    """A third of [N,3,H,W] as they are, into a third a rectangle of another is pasted (CutMix: Yun et al. 2019,
    arXiv:1905.04899), and a third are means of two (mixup: Zhang et al. 2018, arXiv:1710.09412)."""
    count, (height, width) = len(inputs), inputs.shape[2:]
    kind, ratio, *corners = sent(torch.rand(6, count, 1, 1, 1, generator=generator), inputs.device).unbind(0)
    other = sent(torch.randperm(count, generator=generator), inputs.device)
    left, right = torch.minimum(*corners[:2]), torch.maximum(*corners[:2])
    top, bottom = torch.minimum(*corners[2:]), torch.maximum(*corners[2:])
    x = (torch.arange(width, device=inputs.device) + 0.5) / width
    y = ((torch.arange(height, device=inputs.device) + 0.5) / height)[:, None]
    inside = ((x >= left) & (x < right) & (y >= top) & (y < bottom)).float()
    share = torch.where(kind < 1 / 3, torch.zeros_like(inside), torch.where(kind < 2 / 3, inside, ratio))
    return torch.lerp(inputs, inputs[other], share)


def center(photo: numpy.ndarray, resize: int, crop: int) -> Tensor:
    """[H,W,3] -> [3,crop,crop] uint8, as pawprint looks at photos."""
    height, width = photo.shape[:2]
    side = min(height, width) * crop / resize
    x, y = (width - side) / 2, (height - side) / 2
    image = Image.fromarray(photo).resize((crop, crop), Image.BILINEAR, box=(x, y, x + side, y + side))
    return torch.from_numpy(numpy.array(image)).permute(2, 0, 1)


@dataclasses.dataclass
class Labeled:
    pictures: List[numpy.ndarray]  # [H,W,3] uint8 each
    labels: List[int]


@dataclasses.dataclass
class Data:
    small: List[numpy.ndarray]
    photos: List[numpy.ndarray]  # learned from without labels, those of `seen` among them
    seen: Labeled               # the labels are only measured with
    held_out: Labeled           # never learned from
    digest: str                  # of all the files


def read_bytes(path: str, wanted: str, option: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Error(f"{path!r}: expected {wanted}, got: {error.strerror}; check {option}") from error


def decoded(contents: bytes, name: str) -> numpy.ndarray:
    try:
        image = Image.open(io.BytesIO(contents)).convert("RGB")
    except Exception as error:  # Pillow raises nearly anything for a file that is no picture
        raise Error(f"{name!r}: expected a picture, got one that cannot be decoded; leave it out") from error
    scale = PHOTO_SIDE_PX / min(image.size)
    if scale < 1:
        image = image.resize([round(size * scale) for size in image.size], Image.BILINEAR)
    sides = [min(size, LONGEST_PX) for size in image.size]
    left, top = ((size - side) // 2 for size, side in zip(image.size, sides))
    return numpy.array(image.crop((left, top, left + sides[0], top + sides[1])))


def read_small(contents: bytes, path: str, leave_out: int, workers: Executor) -> List[numpy.ndarray]:
    """One class in `leave_out`, in the order of their names, is left out, to be measured on."""
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as tar:
            files = sorted((member.name, tar.extractfile(member).read()) for member in tar if member.isfile())
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Error(f"{path!r}: expected a tar.gz of WNID/NAME.JPEG, got a file that cannot be read as one; "
                    "check --images") from error
    classes = sorted({os.path.dirname(name) for name, _ in files})
    left_out = classes[leave_out - 1::leave_out]
    files = [(data, name) for name, data in files if os.path.dirname(name) not in left_out]
    if not files:
        raise Error(f"{path!r}: expected pictures in a folder for each of two classes or more, got {len(classes)}; "
                    "check --images and --leave-out")
    return list(workers.map(decoded, *zip(*files)))


def photo_paths(folder: str) -> List[str]:
    return sorted(os.path.join(parent, file) for parent, _, files in os.walk(folder) for file in files
                  if file.lower().endswith((".jpg", ".jpeg", ".png")))


def read_photos(folder: str, one_in: int, workers: Executor) -> Tuple[Labeled, Labeled, bytes]:
    """Those to learn from and one in so many, chosen by content, to hold out; and a digest of all."""
    seen, held_out, digest = Labeled([], []), Labeled([], []), hashlib.sha256()
    paths = photo_paths(folder)
    labels = {name: number for number, name in enumerate(sorted({os.path.dirname(path) for path in paths}))}
    files = [read_bytes(path, "a photo", "--photos") for path in paths]
    for path, contents, picture in zip(paths, files, workers.map(decoded, files, paths)):
        content_digest = hashlib.sha256(contents).digest()
        digest.update(content_digest)
        photos = held_out if int.from_bytes(content_digest[:8], "big") % one_in == 0 else seen
        photos.pictures.append(picture)
        photos.labels.append(labels[os.path.dirname(path)])
    if len(set(seen.labels)) < 2 or not held_out.labels:
        raise Error(f"{folder!r}: expected photos in a folder for each of two classes or more, got {len(seen.labels)} "
                    f"to learn from and {len(held_out.labels)} to hold out; check --photos and --hold-out")
    return seen, held_out, digest.digest()


def read_unlabeled(folder: str, workers: Executor) -> Tuple[List[numpy.ndarray], bytes]:
    paths = photo_paths(folder)
    files = [read_bytes(path, "a photo", "--unlabeled") for path in paths]
    if not files:
        raise Error(f"{folder!r}: expected photos, got none; check --unlabeled")
    digest = hashlib.sha256(b"".join(hashlib.sha256(contents).digest() for contents in files)).digest()
    return list(workers.map(decoded, files, paths)), digest


def read_data(images: str, photos: str, unlabeled: str, hold_out: int, leave_out: int, workers: Executor) -> Data:
    archive = read_bytes(images, "a tar.gz of WNID/NAME.JPEG", "--images")
    small = read_small(archive, images, leave_out, workers)
    seen, held_out, photos_digest = read_photos(photos, hold_out, workers)
    more, more_digest = read_unlabeled(unlabeled, workers)
    digest = hashlib.sha256(hashlib.sha256(archive).digest() + photos_digest + more_digest)
    return Data(small, seen.pictures + more, seen, held_out, digest.hexdigest())
