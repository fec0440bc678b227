"""Damaged photos of every format: what the libraries say of them is a row's reason, and stderr has our own lines alone."""
import csv
import io
import pathlib
import random
import sys
import unittest

import numpy
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest, photo  # noqa: E402

EACH = 60  # damaged files of each kind


def good_files():
    """Name and bytes of a small picture in every format and compression that is read."""
    picture = Image.fromarray(numpy.random.default_rng(0).integers(0, 255, (24, 32, 3)).astype("uint8"))
    exif = Image.Exif()
    exif[274] = 6

    def saved(image=picture, **options):
        out = io.BytesIO()
        image.save(out, **options)
        return out.getvalue()

    palette = picture.convert("P")
    files = {"base.jpg": saved(format="JPEG", exif=exif), "progressive.jpg": saved(format="JPEG", progressive=True),
             "cmyk.jpg": saved(picture.convert("CMYK"), format="JPEG"), "rgb.png": saved(format="PNG", exif=exif),
             "palette.png": saved(palette, format="PNG", transparency=3), "alpha.png": saved(picture.convert("RGBA"), format="PNG"),
             "lossy.webp": saved(format="WEBP", exif=exif.tobytes()), "lossless.webp": saved(picture.convert("RGBA"), format="WEBP", lossless=True),
             "plain.bmp": saved(format="BMP"), "palette.bmp": saved(palette, format="BMP"), "palette.gif": saved(palette, format="GIF"),
             "ycbcr.tif": saved(picture.convert("YCbCr"), format="TIFF")}
    for name in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "lzma", "zstd", "webp"):
        files[f"{name}.tif"] = saved(format="TIFF", compression=name)
    for name in ("tiff_ccitt", "group3", "group4"):
        files[f"{name}.tif"] = saved(picture.convert("1"), format="TIFF", compression=name)
    return files


def damaged(whole, draw):
    """A few bytes changed, more of them in the header, and often cut short."""
    out = bytearray(whole)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(out)) if draw.random() < 0.5 else min(len(out) - 1, int(draw.expovariate(1 / 60)))
        out[at] = draw.choice([out[at] ^ 1 << draw.randrange(8), 0, 255])
    return bytes(out[:draw.randrange(1, len(out))] if draw.random() < 0.3 else out)


class Noise(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for i in range(8):
            photo(cls.folder / "photos" / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.folder / "photos" / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        cls().run_program("finetune", cls.folder / "photos", "--image-size", 64, "--out", cls.folder / "run")
        cls.damaged = cls.folder / "damaged"
        cls.damaged.mkdir()
        draw = random.Random(1)
        for name, whole in good_files().items():
            for i in range(EACH):
                (cls.damaged / f"{i:03}-{name}").write_bytes(damaged(whole, draw))
            for size in range(12, min(len(whole), 60)):
                (cls.damaged / f"cut{size:03}-{name}").write_bytes(whole[:size])

    def test_classify_gives_reasons_and_quiet_is_quiet(self):
        done = self.run_program("classify", self.damaged, "--model", self.folder / "run", "--quiet", expect=3)
        self.assertEqual(done.stderr, "")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), len(list(self.damaged.iterdir())))
        for row in rows:
            self.assertNotRegex(row["status"], r"libpng|OpenCV|\.cpp")

    def test_edited_photos_bring_our_own_lines_alone(self):
        done = self.run_program("faces", "edit", self.damaged, "--attribute", "Smiling", "--strength", 1, "--aligned", "--quiet", "--out",
                                self.folder / "edited", expect=3)
        for line in done.stderr.splitlines():
            self.assertTrue(line.startswith(f"'{self.damaged}/"), line)


if __name__ == "__main__":
    unittest.main()
