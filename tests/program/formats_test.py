"""Photos as phones and cameras write them: HEIC, AVIF, JPEG XL, raw, animations; made with the formats' own tools."""
import csv
import io
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import time
import unittest

import numpy
from PIL import Image, ImageCms, ImageDraw, ImageEnhance, ImageOps

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import DUMP, SHARED, THOROUGH, ProgramTest, needs_shared, photo  # noqa: E402

ENCODERS = {"heic": ("heif-enc", "-q", "90", "IN", "-o", "OUT"), "avif": ("avifenc", "-s", "9", "IN", "OUT"),
            "jxl": ("cjxl", "--lossless_jpeg=0", "-d", "1", "-e", "3", "IN", "OUT"), "webp": ("cwebp", "-quiet", "IN", "-o", "OUT")}
DECODERS = {"heic": ("heif-convert", "IN", "OUT"), "avif": ("heif-convert", "IN", "OUT"), "jxl": ("djxl", "IN", "OUT"),
            "webp": ("dwebp", "-quiet", "IN", "-o", "OUT")}
MAKER, ORIENTATION = 271, 274


def run(line, source, out):
    subprocess.run([{"IN": source, "OUT": out}.get(word, word) for word in line], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return out


def encoded(source, out):
    return run(ENCODERS[out.suffix[1:]], source, out)


def scene(size=(96, 64)):
    """No two turns of it look alike."""
    picture = Image.new("RGB", size, (180, 170, 150))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 3), fill=(200, 40, 40))
    draw.rectangle((size[0] // 2, 0, size[0], size[1] // 4), fill=(40, 40, 200))
    draw.rectangle((0, size[1] // 2, size[0] // 4, size[1]), fill=(40, 160, 60))
    return picture


def display_p3():
    """An ICC profile (ICC.1:2010) of three primaries and a curve: sRGB's, on Display P3's primaries, adapted to D50."""
    def s15(*values):
        return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))
    name = b"P3 test\0"
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78), b"cprt": b"text\0\0\0\0none\0",
            b"wtpt": b"XYZ \0\0\0\0" + s15(0.9642, 1, 0.8249), b"rXYZ": b"XYZ \0\0\0\0" + s15(0.51512, 0.2412, -0.00105),
            b"gXYZ": b"XYZ \0\0\0\0" + s15(0.29198, 0.69225, 0.04189), b"bXYZ": b"XYZ \0\0\0\0" + s15(0.1571, 0.06657, 0.78407),
            b"rTRC": b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + s15(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)}
    tags[b"gTRC"] = tags[b"bTRC"] = tags[b"rTRC"]
    head, body = 128 + 4 + 12 * len(tags), b""
    table = struct.pack(">I", len(tags))
    for key, data in tags.items():
        body += bytes(-(head + len(body)) % 4)
        table += key + struct.pack(">II", head + len(body), len(data))
        body += data
    header = struct.pack(">I", head + len(body)) + bytes(4) + b"\x02\x40\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    return header + s15(0.9642, 1, 0.8249) + bytes(48) + table + body


def directory(*fields):
    return struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *field) for field in sorted(fields)) + bytes(4)


def dng(path, preview, side=(640, 480), flip=1, sensor=(200, 120, 60)):
    """A linear DNG (Adobe, DNG 1.4) of one color; its first directory is the preview, a whole JPEG, or a thumbnail."""
    width, height = side
    pixels = numpy.tile(numpy.array(sensor, "<u2") * 256, (height, width, 1)).tobytes()
    matrix = struct.pack("<18i", *(value for row in ((1, 0, 0), (0, 1, 0), (0, 0, 1)) for v in row for value in (v * 10000, 10000)))
    name = b"Pawprint One\0\0\0\0"
    with Image.open(io.BytesIO(preview)) as image:
        preview_size = image.size
    head = 8 + 2 + 12 * 15 + 4
    at = {}
    extra = b""
    for key, data in (("bits", struct.pack("<HHH", 8, 8, 8)), ("name", name), ("matrix", matrix), ("bits16", struct.pack("<HHH", 16, 16, 16)),
                      ("neutral", struct.pack("<6I", 1, 1, 1, 1, 1, 1)), ("preview", preview), ("pixels", pixels)):
        extra += bytes(len(extra) % 2)
        at[key] = head + len(extra)
        extra += data
    sub = head + len(extra) + len(extra) % 2
    extra += bytes(len(extra) % 2)
    first = directory((254, 4, 1, 1), (256, 4, 1, preview_size[0]), (257, 4, 1, preview_size[1]), (258, 3, 3, at["bits"]), (259, 3, 1, 7),
                      (262, 3, 1, 6), (271, 2, 9, at["name"]), (272, 2, 13, at["name"]), (273, 4, 1, at["preview"]), (274, 3, 1, flip),
                      (277, 3, 1, 3), (279, 4, 1, len(preview)), (330, 4, 1, sub), (50706, 1, 4, 0x0401), (50721, 10, 9, at["matrix"]))
    assert len(first) == head - 8
    second = directory((254, 4, 1, 0), (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, at["bits16"]), (259, 3, 1, 1), (262, 3, 1, 34892),
                       (273, 4, 1, at["pixels"]), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(pixels)), (284, 3, 1, 1))
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + first + extra + second)
    return path


def jpeg(picture, **options):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95, **options)
    return out.getvalue()


class Formats(ProgramTest):
    def decoded(self, paths, colors="stored"):
        out = self.folder / "pixels"
        subprocess.run([DUMP, out, colors], input="".join(f"{path}\n" for path in paths), text=True, check=True)
        pictures = []
        with open(out, "rb") as numbers:
            for _ in paths:
                height, width = numpy.frombuffer(numbers.read(8), numpy.int32)
                pictures.append(numpy.frombuffer(numbers.read(int(height) * int(width) * 3), numpy.uint8).reshape(height, width, 3).astype(int))
        return pictures

    def assert_close(self, found, picture, mean=6.0):
        """Of a lossy copy."""
        wanted = numpy.asarray(picture.convert("RGB")).astype(int)
        self.assertEqual(found.shape, wanted.shape)
        self.assertLess(numpy.abs(found - wanted).mean(), mean)

    @needs_shared
    def test_pixels_are_those_of_the_libraries_own_decoders(self):
        photos = sorted((SHARED / "pets").glob("*/*.jpg"))[::160]
        for kind, line in DECODERS.items():
            copies = [encoded(photo, self.folder / f"{i}.{kind}") for i, photo in enumerate(photos)]
            for copy, found in zip(copies, self.decoded(copies)):
                with self.subTest(copy.name), Image.open(run(line, copy, self.folder / "own.png")) as own:
                    wanted = numpy.asarray(own.convert("RGB")).astype(int)
                    self.assertEqual(found.shape, wanted.shape)
                    self.assertLessEqual(numpy.abs(found - wanted).max(), 1)

    @needs_shared
    def test_managed_colors_are_those_of_srgb(self):
        """Display P3's copies, by each format, show the same as the photo they were made of."""
        profile = display_p3()
        to_p3 = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(profile)), "RGB", "RGB", 1)
        for photo_file in sorted((SHARED / "pets").glob("*/*.jpg"))[::500]:
            with Image.open(photo_file) as opened:
                wanted = ImageEnhance.Color(opened.convert("RGB")).enhance(2)
            source = self.folder / f"{photo_file.stem}-p3.png"
            ImageCms.applyTransform(wanted, to_p3).save(source, icc_profile=profile)
            copies = [source, *(encoded(source, source.with_suffix(f".{kind}")) for kind in ("heic", "avif", "jxl"))]
            for kind in ("jpg", "webp", "tif"):
                copies.append(source.with_suffix(f".{kind}"))
                with Image.open(source) as picture:
                    picture.save(copies[-1], icc_profile=profile, **({} if kind == "tif" else {"quality": 95}))
            for copy, managed, stored in zip(copies, self.decoded(copies, "managed"), self.decoded(copies)):
                with self.subTest(copy.name):
                    self.assert_close(managed, wanted, 1.1 if copy.suffix in (".png", ".tif") else 4.0)
                    self.assertGreater(numpy.abs(stored - managed).max(), 8)

    def test_a_model_remembers_how_it_takes_colors(self):
        """Of two classes one has in sRGB the numbers that the other has in Display P3."""
        profile, data = display_p3(), self.folder / "vivid"
        to_p3 = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(io.BytesIO(profile)), "RGB", "RGB", 1)
        vivid = (235, 110, 20)
        dull = ImageCms.applyTransform(Image.new("RGB", (1, 1), vivid), to_p3).getpixel((0, 0))
        for name, rgb in (("vivid", vivid), ("dull", dull)):
            for i in range(12):
                with Image.open(photo(self.folder / "srgb" / name / f"{i}.png", rgb, seed=i)) as picture:
                    (data / name).mkdir(parents=True, exist_ok=True)
                    ImageCms.applyTransform(picture, to_p3).save(data / name / f"{i}.png", icc_profile=profile)
        line = ("finetune", data, "--image-size", 64)
        stored = self.run_program(*line, "--out", self.folder / "stored").stdout
        self.assertIn("24 photos have a color profile other than sRGB", stored)
        managed = self.run_program(*line, "--colour", "managed", "--out", self.folder / "managed").stdout
        self.assertNotIn("color profile", managed)

        def right(model, photos):
            rows = self.run_program("classify", photos, "--model", self.folder / model).stdout
            return sum(row["class"] == pathlib.Path(row["path"]).parent.name for row in csv.DictReader(io.StringIO(rows)))
        self.assertEqual([right("managed", data), right("managed", self.folder / "srgb"), right("stored", data)], [24, 24, 24])
        self.assertLess(right("stored", self.folder / "srgb"), 24)

    def test_an_edited_photo_is_a_png_with_its_profile_and_exif(self):
        self.run_program("draw", "faces", "--count", 20, "--seed", 2, "--out", self.folder / "faces")
        exif = Image.Exif()
        exif[MAKER] = "Pawprint"
        source = self.folder / "someone.png"
        with Image.open(self.folder / "faces" / "images" / "000013.jpg") as face:
            face.save(source, icc_profile=display_p3(), exif=exif)
        for kind in ("heic", "avif"):
            photo_file = encoded(source, source.with_suffix(f".{kind}"))
            self.run_program("faces", "edit", photo_file, "--attribute", "Smiling", "--aligned", "--out", self.folder / kind)
            with Image.open(self.folder / kind / "someone.png") as edited:
                self.assertEqual((edited.info["icc_profile"], edited.getexif()[MAKER]), (display_p3(), "Pawprint"))

    def test_each_orientation_is_applied_once(self):
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[ORIENTATION] = orientation
            source = self.folder / f"turned{orientation}.jpg"
            scene().save(source, quality=95, exif=exif)
            seen = ImageOps.exif_transpose(Image.open(source))
            copies = [encoded(source, source.with_suffix(f".{kind}")) for kind in ("heic", "avif", "jxl")]
            for copy, found in zip(copies, self.decoded(copies)):
                with self.subTest(copy.name):
                    self.assert_close(found, seen)

    def test_transparency_is_put_on_white(self):
        picture = scene().convert("RGBA")
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
        source = self.folder / "alpha.png"
        picture.save(source)
        white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        copies = [encoded(source, source.with_suffix(f".{kind}")) for kind in ENCODERS]
        for copy, found in zip(copies, self.decoded(copies)):
            with self.subTest(copy.name):
                self.assert_close(found, white)

    def test_of_animations_the_first_frame_counts(self):
        frames = [scene(), Image.new("RGB", scene().size, (50, 50, 220))]
        paths = [self.folder / f"moving.{kind}" for kind in ("webp", "png", "gif")]
        for path in paths:
            frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, loop=0)
        run(("cjxl", "-e", "3", "IN", "OUT"), paths[1], self.folder / "moving.jxl")
        for path, found in zip([*paths, self.folder / "moving.jxl"], self.decoded([*paths, self.folder / "moving.jxl"])):
            with self.subTest(path.name):
                self.assert_close(found, frames[0])

    def test_of_raw_photos_the_preview_is_taken_where_it_is_large(self):
        preview = scene((640, 480))
        for flip, turn in ((1, None), (3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_270), (8, Image.Transpose.ROTATE_90)):
            path = dng(self.folder / f"preview{flip}.dng", jpeg(preview), flip=flip)
            wanted = preview if turn is None else preview.transpose(turn)
            with self.subTest(flip=flip):
                self.assert_close(self.decoded([path])[0], wanted, 2)

    def test_of_raw_photos_without_one_the_sensor_is_developed(self):
        path = dng(self.folder / "small.dng", jpeg(scene((160, 120))))
        found = self.decoded([path])[0]
        self.assertEqual(found.shape, (480, 640, 3))  # linear: there is no mosaic to halve
        red, green, blue = found.mean((0, 1))
        self.assertGreater(red, green + 10)
        self.assertGreater(green, blue + 10)

    def test_a_raw_photo_beside_its_jpeg_is_one_photo(self):
        data = self.folder / "beside"
        for color, rgb in (("red", (200, 60, 60)), ("blue", (60, 60, 200))):
            (data / color).mkdir(parents=True)
            for i in range(6):
                noise = numpy.random.default_rng(i).integers(-30, 30, (48, 64, 3))
                picture = Image.fromarray(numpy.clip(numpy.array(rgb) + noise, 0, 255).astype(numpy.uint8))
                picture.save(data / color / f"{i}.jpg")
                dng(data / color / f"{i}.DNG", jpeg(picture), (64, 48), sensor=rgb)
            dng(data / color / "alone.dng", jpeg(Image.new("RGB", (64, 48), rgb)), (64, 48), sensor=rgb)
        done = self.run_program("finetune", data, "--image-size", 64, "--out", self.folder / "run")
        self.assertIn("12 raw files beside their photos", done.stderr)
        rows = self.run_program("classify", data, "--model", self.folder / "run").stdout
        rows = list(csv.DictReader(io.StringIO(rows)))
        self.assertEqual((len(rows), {row["status"] for row in rows}), (14, {"ok"}))
        self.assertEqual([row["class"] for row in rows if row["path"].endswith("alone.dng")], ["blue", "red"])

    def test_what_is_damaged_is_a_row(self):
        """A few of many: PAWPRINT_THOROUGH."""
        data, draw = self.folder / "damaged", random.Random(1)
        each = 500 if THOROUGH else 12
        data.mkdir()
        source = self.folder / "source.png"
        scene().save(source)
        wholes = [encoded(source, source.with_suffix(f".{kind}")) for kind in ENCODERS]
        wholes.append(dng(self.folder / "source.dng", jpeg(scene((160, 120))), (160, 120)))
        for whole in wholes:
            contents = whole.read_bytes()
            for i in range(each):
                damaged = bytearray(contents[:draw.randrange(12, len(contents))] if i % 2 else contents)
                for _ in range(4):
                    damaged[draw.randrange(12, len(damaged))] = draw.randrange(256)
                (data / f"{i}-{whole.suffix[1:]}{whole.suffix}").write_bytes(damaged)
        photos = self.folder / "photos"
        for color, rgb in (("red", (200, 60, 60)), ("blue", (60, 60, 200))):
            for i in range(4):
                photo(photos / color / f"{i}.png", rgb, seed=i)
        self.run_program("finetune", photos, "--image-size", 64, "--no-groups", "--out", self.folder / "model")
        done = self.run_any("classify", data, "--model", self.folder / "model", "--quiet")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual((done.returncode, len(rows), done.stderr), (3, each * len(wholes), ""))


if __name__ == "__main__":
    unittest.main()
