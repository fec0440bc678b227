"""What petite learns from: small labelled pictures, photos whose classes it is not told, and ways to look at them."""

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
from PIL import Image, ImageEnhance
from torch import Tensor

from export_backbone import Error

PHOTO_SIDE_PX = 256  # short side at which photos are kept in memory
SMALL_AREA, PHOTO_AREA = (0.5, 1.0), (0.3, 1.0)  # share of the picture that a crop takes, from and to
ENHANCERS = (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color)


def as_tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(numpy.array(image)).permute(2, 0, 1)


def cut_out(picture: numpy.ndarray, x: float, y: float, width: float, height: float, px: int) -> Image.Image:
    return Image.fromarray(picture).resize((px, px), Image.BILINEAR, box=(x, y, x + width, y + height))


def centre(photo: numpy.ndarray, resize: int, crop: int) -> Tensor:
    """[H,W,3] -> [3,crop,crop] uint8, as pawprint looks at photos."""
    height, width = photo.shape[:2]
    side = min(height, width) * crop / resize
    return as_tensor(cut_out(photo, (width - side) / 2, (height - side) / 2, side, side, crop))


@dataclasses.dataclass(frozen=True)
class View:
    """One way to look at a picture: a part of it, in other colours."""
    area: float    # share of the picture
    aspect: float  # width / height
    left: float    # 0..1 of the room that the crop leaves
    top: float
    colours: Tuple[float, ...]  # factors of the ENHANCERS; 1: as they are

    @staticmethod
    def draw(rng: random.Random, area: Tuple[float, float]) -> "View":
        return View(rng.uniform(*area), math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3))), rng.random(),
                    rng.random(), (rng.uniform(0.6, 1.4), rng.uniform(0.6, 1.4), rng.uniform(0.4, 1.4)))

    def pixels(self, picture: numpy.ndarray, px: int, mirrored: bool = False) -> Tensor:
        """[H,W,3] -> [3,px,px] uint8"""
        height, width = picture.shape[:2]
        part_width = min(width, math.sqrt(self.area * width * height * self.aspect))
        part_height = min(height, math.sqrt(self.area * width * height / self.aspect))
        image = cut_out(picture, self.left * (width - part_width), self.top * (height - part_height),
                        part_width, part_height, px)
        for enhancer, factor in zip(ENHANCERS, self.colours):
            image = enhancer(image).enhance(factor)
        return as_tensor(image.transpose(Image.FLIP_LEFT_RIGHT) if mirrored else image)


@dataclasses.dataclass
class Photos:
    pictures: List[numpy.ndarray]
    labels: List[int]  # for measuring only


@dataclasses.dataclass
class Data:
    """Pictures are [H,W,3] uint8. An epoch shows small ones once, photos `photo_views` times: `index` counts so."""
    small: List[numpy.ndarray]
    labels: List[int]
    classes: List[str]
    photos: Photos
    held_out: Photos  # never learnt from
    photo_views: int
    digest: str       # of all the files

    def __len__(self) -> int:
        return len(self.small) + self.photo_views * len(self.photos.pictures)

    def is_small(self, index: int) -> bool:
        return index < len(self.small)

    def pixels(self, index: int, px: int, seed: int, view: int, mirrored: bool = False) -> Tensor:
        rng = random.Random(f"view {seed} {view} {index}")
        if self.is_small(index):
            return View.draw(rng, SMALL_AREA).pixels(self.small[index], px, mirrored)
        picture = self.photos.pictures[(index - len(self.small)) // self.photo_views]
        return View.draw(rng, PHOTO_AREA).pixels(picture, px, mirrored)


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


def read_small(contents: bytes, path: str, wnids: List[str]) -> Tuple[List[numpy.ndarray], List[int]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as tar:
            files = sorted((member.name, tar.extractfile(member).read()) for member in tar if member.isfile())
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Error(f"{path!r}: expected a tar.gz of WNID/NAME.JPEG, got a file that cannot be read as one; "
                    "check --images") from error
    numbers = {wnid: number for number, wnid in enumerate(wnids)}
    folders = [name.partition("/")[0] for name, _ in files]
    strange = sorted(set(folders) - set(numbers))
    if strange or not files:
        raise Error(f"{path!r}: expected pictures in folders of the classes, got "
                    f"{repr(strange[0]) if strange else 'none'}; check --images and --classes")
    return [decoded(data, name) for name, data in files], [numbers[folder] for folder in folders]


def read_photos(folder: str, one_in: int) -> Tuple[Photos, Photos, bytes]:
    """Those to learn from and one in so many, chosen by content, to hold out; and a digest of all."""
    seen, held_out, digest = Photos([], []), Photos([], []), hashlib.sha256()
    paths = sorted(os.path.join(parent, file) for parent, _, files in os.walk(folder) for file in files
                   if file.lower().endswith((".jpg", ".jpeg", ".png")))
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


def read_data(images: str, classes: str, photos: str, hold_out: int, photo_views: int) -> Data:
    table = read_bytes(classes, "a table of classes", "--classes")
    names = read_classes(table, classes)
    archive = read_bytes(images, "a tar.gz of WNID/NAME.JPEG", "--images")
    small, labels = read_small(archive, images, list(names))
    seen, held_out, photos_digest = read_photos(photos, hold_out)
    digest = hashlib.sha256(hashlib.sha256(table).digest() + hashlib.sha256(archive).digest() + photos_digest)
    return Data(small, labels, list(names.values()), seen, held_out, photo_views, digest.hexdigest())
