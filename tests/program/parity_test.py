"""The program's pixels and features are Python's: Pillow, torchvision's transforms and PyTorch on the same photos."""
import pathlib
import subprocess
import sys
import unittest

import numpy
import torch
from PIL import Image, ImageOps
from torchvision import transforms

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import DUMP, SHARED, THOROUGH, ProgramTest, export, needs_shared, photo  # noqa: E402

PHOTOS = 200 if THOROUGH else 50
PX = 224
CROP = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(PX)])
FITS = ("crop", "squash", "pad", "whole")
NORMALIZE = transforms.Compose([transforms.ToTensor(),
                                transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])


def resized(image, size):
    return image.resize(size, Image.Resampling.BILINEAR)


def rounded(number):
    return int(number + 0.5)


def padded(image):
    width, height = (max(1, rounded(side * PX / max(image.size))) for side in image.size)
    small = resized(image, (width, height))
    pixels = numpy.asarray(small).astype(int)
    inside = numpy.zeros((height, width), bool)
    inside[1:-1, 1:-1] = True
    out = Image.new("RGB", (PX, PX), tuple(rounded(mean) for mean in pixels[~inside].mean(0)))
    out.paste(small, ((PX - width) // 2, (PX - height) // 2))
    return out


def whole(image):
    short = min(image.size)
    width, height = (min(side, 2 * short) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    middle = image.crop((left, top, left + width, top + height))
    return resized(middle, tuple(32 * max(1, rounded(side * PX / short / 32)) for side in (width, height)))


def fitted(image, fit):
    if fit == "crop":
        return CROP(image)
    return resized(image, (PX, PX)) if fit == "squash" else padded(image) if fit == "pad" else whole(image)


class Parity(ProgramTest):
    def compare(self, backbone, paths, fit):
        """-> greatest and mean difference of the 8-bit pixels, relative L2 of each photo's features."""
        out = self.folder / "numbers"
        subprocess.run([DUMP, out, "stored", backbone, fit], input="".join(f"{p}\n" for p in paths), text=True, check=True)
        torch.set_num_threads(1)
        network = torch.jit.load(str(backbone)).eval()
        largest, means, errors = 0, [], []
        with open(out, "rb") as numbers, torch.no_grad():
            for path in paths:
                seen = fitted(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), fit)
                features = network(NORMALIZE(seen)[None])[0].numpy()
                height, width = numpy.frombuffer(numbers.read(8), numpy.int32)
                self.assertEqual((width, height), seen.size, path)
                ours = numpy.frombuffer(numbers.read(height * width * 3), numpy.uint8).reshape(height, width, 3)
                difference = numpy.abs(ours.astype(int) - numpy.asarray(seen).astype(int))
                largest = max(largest, difference.max())
                means.append(difference.mean())
                found = numpy.frombuffer(numbers.read(4 * features.size), numpy.float32)
                errors.append(numpy.linalg.norm(found - features) / numpy.linalg.norm(features))
            self.assertEqual(numbers.read(), b"")
        return largest, numpy.mean(means), numpy.array(errors)

    @needs_shared
    def test_shared_photos(self):
        backbone = export("mobilenet_v2", self.folder / "net.pt", "--weights", SHARED / "backbones" / "mobilenet_v2.pth")
        paths = sorted((SHARED / "pets").glob("*/*.jpg"))[::2000 // PHOTOS]
        self.assertEqual(len(paths), PHOTOS)
        for fit in FITS:
            with self.subTest(fit):
                largest, mean, errors = self.compare(backbone, paths, fit)
                print(f"{fit}, {PHOTOS} photos: pixels differ by at most {largest}, on average {mean:.5f}; features (relative L2) by at "
                      f"most {errors.max():.1e}, median {numpy.median(errors):.1e}")
                self.assertLessEqual(largest, 1)
                self.assertLessEqual(mean, 0.1)
                self.assertLessEqual(errors.max(), 3e-2)
                self.assertLessEqual(numpy.median(errors), 5e-3)

    def test_made_photos_of_odd_kinds(self):
        backbone = export("squeezenet1_1", self.folder / "random.pt", "--random", "1")
        made = self.folder / "made"
        paths = [photo(made / "tall.jpg", (90, 40, 200), (30, 700), 1), photo(made / "tiny.png", (10, 200, 90), (3, 2), 2),
                 photo(made / "odd.bmp", (10, 20, 90), (333, 257), 3), photo(made / "big.webp", (100, 200, 90), (1500, 900), 4)]
        rotated = made / "rotated.jpg"
        exif = Image.Exif()
        exif[274] = 6
        Image.open(paths[0]).save(rotated, exif=exif)
        gray = made / "gray.jpg"
        Image.open(paths[2]).convert("L").save(gray)
        cmyk = made / "cmyk.jpg"
        Image.open(paths[2]).convert("CMYK").save(cmyk)
        for fit in FITS:
            with self.subTest(fit):
                largest, mean, errors = self.compare(backbone, [*paths, rotated, gray, cmyk], fit)
                self.assertLessEqual(largest, 1)
                self.assertLessEqual(mean, 0.1)
                self.assertLessEqual(errors.max(), 3e-2)


if __name__ == "__main__":
    unittest.main()
