"""What petite learns from: small labeled pictures, photos whose classes it is not told, and ways to look at them."""

import dataclasses
import hashlib
import io
import math
import os
import random
import tarfile
import zlib
from typing import Dict, List, Tuple

import numpy
import torch
from PIL import Image
from torch import Tensor

import export_backbone
from export_backbone import Error

PHOTO_SIDE_PX = 288  # short side at which photos are kept in memory
SMALL_AREA, PHOTO_AREA = (0.35, 1.0), (0.2, 1.0)  # share of the picture that a crop takes, from and to
COLORS = 0.3  # brightness, contrast and saturation change by up to this share
GRAY = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601


def cut_out(picture: numpy.ndarray, x: float, y: float, width: float, height: float, px: int) -> Tensor:
    """[H,W,3] -> [3,px,px] uint8"""
    image = Image.fromarray(picture).resize((px, px), Image.BILINEAR, box=(x, y, x + width, y + height))
    return torch.from_numpy(numpy.array(image)).permute(2, 0, 1)


def center(photo: numpy.ndarray, resize: int, crop: int) -> Tensor:
    """[H,W,3] -> [3,crop,crop] uint8, as pawprint looks at photos."""
    height, width = photo.shape[:2]
    side = min(height, width) * crop / resize
    return cut_out(photo, (width - side) / 2, (height - side) / 2, side, side, crop)


@dataclasses.dataclass(frozen=True)
class View:
    """A part of a picture, in its pixels, and whether it is mirrored."""
    x: float
    y: float
    width: float
    height: float
    mirrored: bool

    @staticmethod
    def draw(rng: random.Random, picture: numpy.ndarray, area: Tuple[float, float]) -> "View":
        height, width = picture.shape[:2]
        pixels = rng.uniform(*area) * width * height
        aspect = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        part_width, part_height = min(width, math.sqrt(pixels * aspect)), min(height, math.sqrt(pixels / aspect))
        return View(rng.random() * (width - part_width), rng.random() * (height - part_height), part_width, part_height,
                    rng.random() < 0.5)

    def pixels(self, picture: numpy.ndarray, px: int) -> Tensor:
        """[H,W,3] -> [3,px,px] uint8"""
        part = cut_out(picture, self.x, self.y, self.width, self.height, px)
        return part.flip(2) if self.mirrored else part

    def cells(self, teacher_map: Tensor, picture: numpy.ndarray, side: int) -> Tensor:
        """What a map [h,w,K] of the whole picture says of each of side x side cells of the part -> [side,side,K]"""
        (height, width), (rows, columns, channels) = picture.shape[:2], teacher_map.shape
        of_rows = means_over(self.y / height, self.height / height, side, rows)
        of_columns = means_over(self.x / width, self.width / width, side, columns)
        cells = of_columns @ (of_rows @ teacher_map.float().view(rows, -1)).view(side, columns, channels)
        return cells.flip(1) if self.mirrored else cells


def means_over(begin: float, length: float, cells: int, places: int) -> Tensor:
    """Weights [cells,places] of the mean over each cell: places and cells divide 0..1 and begin..begin+length."""
    edges = ((begin + length / cells * numpy.arange(cells + 1)) * places)[:, None]  # numpy: it is quicker on so little
    place = numpy.arange(places)
    overlap = (numpy.minimum(edges[1:], place + 1) - numpy.maximum(edges[:-1], place)).clip(min=0)
    return torch.from_numpy((overlap / overlap.sum(1, keepdims=True)).astype(numpy.float32))


def recolored(rng: random.Random, pixels: Tensor) -> Tensor:
    """[N,3,H,W] uint8 -> the network's input [N,3,H,W], each picture in slightly other colors."""
    rgb = pixels.float() / 255
    factors = torch.tensor([[rng.uniform(1 - COLORS, 1 + COLORS) for _ in range(3)] for _ in range(len(pixels))])
    brightness, contrast, saturation = factors.view(-1, 3, 1, 1).unbind(1)
    mean_gray = (rgb.mean((2, 3)) @ GRAY).view(-1, 1, 1) * brightness
    # Of brightness, contrast and saturation in turn: one 3x3 matrix and one number.
    mix = (saturation * torch.eye(3) + (1 - saturation) * GRAY.expand(3, 3)) * brightness * contrast
    changed = torch.einsum("nij,njhw->nihw", mix, rgb) + ((1 - contrast) * mean_gray).unsqueeze(3)
    return export_backbone.normalize(changed.clamp(0, 1))


def network_input(pixels: Tensor) -> Tensor:
    """[N,3,H,W] uint8 -> normalized, the layout that is fast"""
    return export_backbone.normalize(pixels.float() / 255).contiguous(memory_format=torch.channels_last)


@dataclasses.dataclass
class Labeled:
    pictures: List[numpy.ndarray]  # [H,W,3] uint8 each
    labels: List[int]


@dataclasses.dataclass
class Data:
    small: Labeled
    classes: List[str]           # of the small ones
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
    return numpy.array(image)


def read_classes(contents: bytes, path: str) -> Dict[str, str]:
    rows = [line.split("\t") for line in contents.decode("utf-8", "replace").splitlines()]
    if rows[:1] != [["wnid", "name"]] or len(rows) < 3 or any(len(row) != 2 for row in rows):
        raise Error(f"{path!r}: expected a table of wnid and name, two classes at least; check --classes")
    return dict(rows[1:])


def read_small(contents: bytes, path: str, wnids: List[str], left_out: List[str]) -> Labeled:
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as tar:
            files = sorted((member.name, tar.extractfile(member).read()) for member in tar if member.isfile())
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Error(f"{path!r}: expected a tar.gz of WNID/NAME.JPEG, got a file that cannot be read as one; "
                    "check --images") from error
    numbers = {wnid: number for number, wnid in enumerate(wnids)}
    files = [(name, data, name.partition("/")[0]) for name, data in files]
    strange = sorted({wnid for _, _, wnid in files} - set(numbers) - set(left_out))
    if strange or not files:
        raise Error(f"{path!r}: expected pictures in folders of the classes, got "
                    f"{repr(strange[0]) if strange else 'none'}; check --images and --classes")
    files = [file for file in files if file[2] in numbers]
    return Labeled([decoded(data, name) for name, data, _ in files], [numbers[wnid] for _, _, wnid in files])


def photo_paths(folder: str) -> List[str]:
    return sorted(os.path.join(parent, file) for parent, _, files in os.walk(folder) for file in files
                  if file.lower().endswith((".jpg", ".jpeg", ".png")))


def read_photos(folder: str, one_in: int) -> Tuple[Labeled, Labeled, bytes]:
    """Those to learn from and one in so many, chosen by content, to hold out; and a digest of all."""
    seen, held_out, digest = Labeled([], []), Labeled([], []), hashlib.sha256()
    paths = photo_paths(folder)
    labels = {name: number for number, name in enumerate(sorted({os.path.dirname(path) for path in paths}))}
    for path in paths:
        contents = read_bytes(path, "a photo", "--photos")
        content_digest = hashlib.sha256(contents).digest()
        digest.update(content_digest)
        photos = held_out if int.from_bytes(content_digest[:8], "big") % one_in == 0 else seen
        photos.pictures.append(decoded(contents, path))
        photos.labels.append(labels[os.path.dirname(path)])
    if len(set(seen.labels)) < 2 or not held_out.labels:
        raise Error(f"{folder!r}: expected photos in a folder for each of two classes or more, got {len(seen.labels)} "
                    f"to learn from and {len(held_out.labels)} to hold out; check --photos and --hold-out")
    return seen, held_out, digest.digest()


def read_unlabeled(folder: str) -> Tuple[List[numpy.ndarray], bytes]:
    digest, pictures = hashlib.sha256(), []
    for path in photo_paths(folder):
        contents = read_bytes(path, "a photo", "--unlabeled")
        digest.update(hashlib.sha256(contents).digest())
        pictures.append(decoded(contents, path))
    if not pictures:
        raise Error(f"{folder!r}: expected photos, got none; check --unlabeled")
    return pictures, digest.digest()


def read_data(images: str, classes: str, photos: str, unlabeled: str, hold_out: int, leave_out: int) -> Data:
    """One class in `leave_out` of the small pictures is left out, to be measured on: neither pictures nor labels."""
    table = read_bytes(classes, "a table of classes", "--classes")
    names = read_classes(table, classes)
    left_out = list(names)[leave_out - 1::leave_out]
    kept = {wnid: name for wnid, name in names.items() if wnid not in left_out}
    archive = read_bytes(images, "a tar.gz of WNID/NAME.JPEG", "--images")
    small = read_small(archive, images, list(kept), left_out)
    seen, held_out, photos_digest = read_photos(photos, hold_out)
    more, more_digest = read_unlabeled(unlabeled)
    digest = hashlib.sha256(hashlib.sha256(table).digest() + hashlib.sha256(archive).digest() + photos_digest + more_digest)
    return Data(small, list(kept.values()), seen.pictures + more, seen, held_out, digest.hexdigest())
