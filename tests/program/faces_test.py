"""Faces as users meet them: trained on drawn ones, edited, mixed, drawn."""
import csv
import io
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

import numpy
import torch
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, SHARED, ProgramTest, export, needs_shared  # noqa: E402

ATTRIBUTES = ["Smiling", "Male"]


def opened(path):
    return Image.open(io.BytesIO(path.read_bytes()))


def pixels(picture):
    """Of a picture, or of a file."""
    return numpy.asarray((opened(picture) if isinstance(picture, pathlib.Path) else picture).convert("RGB")).astype(int)


class Faces(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "drawn"
        cls.run_program(cls(), "draw", "faces", "--count", 240, "--seed", 3, "--out", cls.data)
        table = [line.split(",") for line in (cls.data / "attributes.csv").read_text().split()]
        keep = [0] + [table[0].index(name) for name in ATTRIBUTES]
        cls.csv = cls.folder / "two.csv"
        cls.csv.write_text("".join(",".join(row[i] for i in keep) + "\n" for row in table))
        cls.model = cls.folder / "faces.pt"
        cls.trained = cls.run_program(cls(), *cls.line(cls.model))
        cls.faces = sorted((cls.data / "images").iterdir())

    @classmethod
    def line(cls, out, *options, epochs=6):
        return ["faces", "train", cls.data, "--attributes", cls.csv, "--size", 32, "--latent-dim", 32, "--width", 16, "--epochs", epochs,
                "--precision", "fp32", "--method", "mean", "--out", out, *options]

    def edit(self, *arguments, expect=0):
        return self.run_program("faces", "edit", *arguments, "--model", self.model, expect=expect)

    def test_training_tells_what_it_made(self):
        self.assertIn("held-out faces are reconstructed with", self.trained.stdout)
        self.assertRegex(self.trained.stdout, r"Smiling +\d+ +\d+\.\d\d +\d+%")
        self.assertGreater(pixels(self.folder / "faces-reconstructions.png").shape[1], 100)
        self.assertFalse((self.folder / "faces-training.pt").exists())  # nothing left to continue

    def test_file_opens_in_python(self):
        extra = {"faces.json": ""}
        module = torch.jit.load(str(self.model), _extra_files=extra)
        self.assertEqual({weight.dtype for weight in module.parameters()}, {torch.float16})
        module = module.float()
        about = json.loads(extra["faces.json"])
        self.assertEqual((about["format"], about["size"], about["codes"]), (1, 32, 32))
        self.assertEqual([direction["name"] for direction in about["directions"]], ATTRIBUTES)
        self.assertEqual(len(about["held_out"]["sha256"]), 240 - about["training"]["faces"])
        image = torch.from_numpy(numpy.asarray(Image.open(self.faces[0]).resize((32, 32), Image.BILINEAR)).copy())
        x = image.permute(2, 0, 1).unsqueeze(0).float() / 255
        codes = module.encode(x)
        self.assertEqual(tuple(codes.shape), (1, 32))
        decoded = module.decode(codes)
        self.assertEqual(tuple(decoded.shape), (1, 3, 32, 32))
        self.assertLess(float((decoded - x).abs().mean()), 0.2)
        self.assertEqual(tuple(module.judge(x).shape), (1, 2))

    def test_continued_training_is_the_same_bit_for_bit(self):
        whole, cut = self.folder / "whole.pt", self.folder / "cut.pt"
        self.run_program(*self.line(whole, "--threads", 1))
        process = subprocess.Popen([PROGRAM, *map(str, self.line(cut))], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   text=True)
        for line in process.stderr:
            if line.startswith("epoch 2"):
                break
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertFalse(cut.exists())
        self.run_program(*self.line(cut, "--resume"))
        a, b = (torch.jit.load(str(file)).state_dict() for file in (whole, cut))
        for name in a:
            self.assertTrue(torch.equal(a[name], b[name]), name)
        self.assertIn("leave out --resume", self.run_program(*self.line(cut, "--resume"), expect=1).stderr)

    def test_killed_and_continued_or_repeated_it_has_the_same_bits_in_the_precision_that_was_chosen(self):
        def line(out, *options):
            whole = self.line(self.folder / out, *options, epochs=3)
            whole[whole.index("--precision") + 1] = "auto"
            return whole

        def weights(out):
            return torch.jit.load(str(self.folder / out)).state_dict()

        self.run_program(*line("calm.pt"))
        for out, options in (("continued.pt", ["--resume"]), ("repeated.pt", [])):
            process = subprocess.Popen([PROGRAM, *map(str, line(out))], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for text in process.stderr:
                if text.startswith("epoch 2" if options else "epoch 1"):
                    break
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.run_program(*line(out, *options))
            for name, value in weights("calm.pt").items():
                self.assertTrue(torch.equal(value, weights(out)[name]), (out, name))

    def test_edited_files_keep_name_format_and_size(self):
        photos = self.folder / "photos"
        (photos / "deeper").mkdir(parents=True)
        whole = Image.open(self.faces[0])
        whole.save(photos / "a.png")
        whole.resize((90, 90)).save(photos / "deeper" / "b.jpg", quality=95)
        whole.resize((32, 32)).save(photos / "c.webp", lossless=True)
        before = {path: path.read_bytes() for path in photos.rglob("*.*")}
        out = self.folder / "edited"
        done = self.edit(photos, "--attribute", "Smiling", "--strength", 1, "--aligned", "--out", out)
        self.assertIn("3 photos edited, 3 faces", done.stdout)
        for path, content in before.items():
            self.assertEqual(path.read_bytes(), content)
            a, b = opened(path), opened(out / path.relative_to(photos))
            self.assertEqual((a.format, a.size), (b.format, b.size))
        change = numpy.abs(pixels(out / "a.png") - pixels(photos / "a.png")).max(axis=2)
        self.assertGreater(change.max(), 8)
        self.assertEqual(change[:2].max(), 0)  # the border stays
        again = self.folder / "nothing"
        self.edit(photos / "a.png", "--attribute", "Smiling", "--strength", 0, "--aligned", "--out", again)
        self.assertTrue((pixels(again / "a.png") == pixels(photos / "a.png")).all())

    def edited(self, name, image, strength=("--strength", "1"), **saved):
        """The picture in its file before and after."""
        path, out = self.folder / "one" / name, self.folder / "one-edited"
        path.parent.mkdir(exist_ok=True)
        image.save(path, **saved)
        self.edit(path, "--attribute", "Smiling", *strength, "--aligned", "--out", out)
        return opened(path), opened(out / name)

    def test_results_keep_color_profile_and_exif(self):
        profile, exif = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), Image.Exif()
        exif[0x10F], exif[0x112] = "A camera", 1
        for name, more in (("a.jpg", {"quality": 80}), ("a.png", {}), ("a.webp", {}), ("a.tif", {})):
            for turn, size in ((1, (150, 120)), (6, (120, 150))):
                exif[0x112] = turn
                before, after = self.edited(name, Image.open(self.faces[0]).resize((150, 120)), icc_profile=profile,
                                            exif=exif.tobytes() if name != "a.tif" else exif, **more)
                self.assertEqual(after.info["icc_profile"], profile, name)
                self.assertEqual(after.getexif()[0x10F], "A camera", name)
                self.assertEqual(after.getexif().get(0x112, 1), 1, name)
                self.assertEqual(after.size, size, name)
                seen = before if name == "a.tif" else ImageOps.exif_transpose(before)  # Pillow turns TIFF as it opens it
                change = numpy.abs(pixels(after) - pixels(seen))
                self.assertGreater(change.max(), 8, name)
                border = max(change[:3].max(), change[:, :3].max())
                lossless = name in ("a.png", "a.tif")
                self.assertLessEqual(border, 0 if lossless else 12, name)

    def test_jpeg_keeps_quality_and_what_did_not_change(self):
        whole = Image.open(self.faces[0]).resize((64, 64))
        canvas = Image.effect_noise((256, 64), 80).convert("RGB")
        canvas.paste(whole, (96, 0))
        for quality, subsampling in ((50, 2), (90, 0)):
            before, after = self.edited("b.jpg", canvas, quality=quality, subsampling=subsampling)
            self.assertEqual(before.quantization, after.quantization)
            self.assertEqual(JpegImagePlugin.get_sampling(after), subsampling)
            change = numpy.abs(pixels(before) - pixels(after)).max(axis=2)
            self.assertEqual(max(change[:, :78].max(), change[:, 178:].max()), 0)
            self.assertGreater(change.max(), 8)

    def test_gray_stays_gray(self):
        gray = Image.open(self.faces[0]).convert("L")
        for name, mode in (("g.png", "L"), ("g.jpg", "L"), ("g.tif", "L"), ("c.png", "RGB"), ("c.jpg", "RGB"), ("c.webp", "RGB")):
            before, after = self.edited(name, gray.convert(mode))
            self.assertEqual(after.mode, mode, name)
            channels = pixels(after)
            rounding = 1 if name == "c.webp" else 0  # of WebP's own: before the edit, too
            self.assertLessEqual((channels.max(axis=2) - channels.min(axis=2)).max(), rounding, name)
            self.assertGreater(numpy.abs(channels - pixels(before)).max(), 8, name)

    def test_sepia_stays_sepia(self):
        gray = numpy.asarray(Image.open(self.faces[0]).convert("L"), float)[..., None] / 255
        sepia = Image.fromarray((numpy.array([40, 25, 10]) * (1 - gray) + numpy.array([250, 235, 200]) * gray).astype(numpy.uint8))
        before, after = self.edited("sepia.png", sepia)
        old, new = pixels(before), pixels(after)
        self.assertGreater(numpy.abs(old - new).max(), 8)
        self.assertLessEqual(numpy.abs((new[..., 0] - new[..., 2]) - (old[..., 0] - old[..., 2])).max(), 6)

    def test_decoded(self):
        out = self.folder / "decoded"
        self.edit(self.faces[0], "--attribute", "Smiling", "--strength", 1, "--aligned", "--full-decode", "--out", out)
        self.assertGreater(numpy.abs(pixels(out / self.faces[0].name)[:3] - pixels(self.faces[0])[:3]).max(), 0)

    def test_photos_that_cannot_be_edited(self):
        broken = self.folder / "broken.jpg"
        broken.write_bytes(self.faces[0].read_bytes()[:900])
        out = self.folder / "some"
        done = self.edit(broken, self.faces[1], "--attribute", "Smiling", "--strength", 1, "--aligned", "--out", out, expect=3)
        self.assertIn("broken.jpg", done.stderr)
        self.assertEqual([path.name for path in out.iterdir()], [self.faces[1].name])
        message = self.edit(self.faces[1], "--attribute", "Smiling", "--aligned", "--out", self.faces[1].parent, expect=1).stderr
        self.assertIn("choose another --out", message)
        twice = self.folder / "twice" / self.faces[1].name
        twice.parent.mkdir()
        twice.write_bytes(self.faces[1].read_bytes())
        self.edit(self.faces[1], twice, "--attribute", "Smiling", "--aligned", "--out", self.folder / "x", expect=1)
        self.assertFalse((self.folder / "x").exists())
        self.assertIn("Smiling, Male", self.edit(self.faces[1], "--attribute", "Hat", "--aligned", "--out", self.folder / "x",
                                                 expect=1).stderr)

    def test_a_network_may_compare_the_pictures_too(self):
        backbone, model = export("squeezenet1_1", self.folder / "backbone.pt", "--random", "1"), self.folder / "seen.pt"
        self.run_program(*self.line(model, "--perceptual-backbone", backbone, epochs=1))
        extra = {"faces.json": ""}
        torch.jit.load(str(model), _extra_files=extra)
        self.assertEqual(json.loads(extra["faces.json"])["training"]["perceptual"], 0.1)

    def test_a_training_that_came_apart_says_so(self):
        done = self.run_program(*self.line(self.folder / "apart.pt", "--learning-rate", 1), expect=1)
        self.assertIn("half the --learning-rate (now 1.0)", done.stderr)

    def test_wrong_lines(self):
        for line in (["--attribute", "Smiling", "--out", "x"], [self.faces[0], "--out", "x"],
                     [self.faces[0], "--attribute", "Smiling", "--strength", "much", "--out", "x"],
                     [self.faces[0], "--attribute", "Smiling", "--aligned", "--face", 1, "--out", "x"]):
            self.edit(*line, expect=2)
        self.assertEqual(subprocess.run([PROGRAM, "faces"], capture_output=True).returncode, 2)
        self.assertIn("got 'frown'", self.run_program("faces", "frown", expect=2).stderr)
        self.assertIn("faces edit", self.run_program("faces", "--help").stdout)
        for wrong in (["--size", 48], ["--latent-dim", 8], ["--batch", 20], ["--epochs", 3, "--minutes", 2], ["--crop", "1,2"],
                      ["--crop", "1,2,-3"], ["--perceptual", 1], ["--minutes", 0]):
            self.run_program("faces", "train", self.data, "--out", "x.pt", *wrong, expect=2)
        self.run_program(*self.line(self.folder / "x.pt", "--balance", "Hat"), expect=1)

    def picture(self, *arguments):
        out = self.folder / "picture.png"
        self.run_program("faces", *arguments, "--model", self.model, "--out", out)
        return Image.open(io.BytesIO(out.read_bytes()))

    def test_pictures(self):
        strip = self.picture("strip", self.faces[0], "--attribute", "Smiling", "--aligned", "--steps", 5)
        same = self.picture("strip", self.faces[0], "--attribute", "Smiling", "--aligned", "--steps", 5, "--from", -1, "--to", 1)
        self.assertTrue((numpy.asarray(strip) == numpy.asarray(same)).all())
        self.assertEqual(strip.size, (5 * 132 + 4, 136))
        self.assertTrue((numpy.asarray(strip)[4:132, 4 + 264:132 + 264] == pixels(self.faces[0])).all())  # the middle: as it was
        morph = self.picture("morph", self.faces[0], self.faces[1], "--aligned", "--steps", 4)
        self.assertEqual(morph.size, (4 * 34 + 2, 36))
        analogy = self.picture("analogy", *self.faces[:3], "--aligned", "--slerp")
        self.assertEqual(analogy.size, (5 * 34 + 2, 5 * 34 + 2))
        gallery = self.picture("gallery")
        self.assertEqual(gallery.size, (6 * 34 + 2, 4 * 34 + 2))
        other = self.picture("gallery", "--count", 24, "--seed", 9)
        self.assertFalse((numpy.asarray(gallery) == numpy.asarray(other)).all())
        self.run_program("faces", "gallery", "--count", 24, "--seed", 9, "--model", self.model, "--images-dir", self.folder / "each")
        each = sorted((self.folder / "each").iterdir())
        self.assertEqual([each[0].name, each[-1].name, len(each)], ["001.png", "024.png", 24])
        self.assertTrue((numpy.asarray(other)[2:34, 36:68] == pixels(each[1])).all())
        self.run_program("faces", "gallery", "--model", self.model, expect=2)
        self.run_program("faces", "morph", self.faces[0], "--model", self.model, "--out", "x.png", expect=2)
        self.run_program("faces", "strip", self.faces[0], "--attribute", "Smiling", "--model", self.model, "--out", "x.gif",
                         expect=2)


@needs_shared
class RealFaces(ProgramTest):
    """By the builtin model, on real faces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(SHARED / "faces" / "attributes.csv", newline="") as table:
            rows = list(csv.DictReader(table))
        chosen = {"smiling": [row["file"] for row in rows if row["Smiling"] == "1"][:20],
                  "serious": [row["file"] for row in rows if row["Smiling"] == "0"][:20]}
        for name, files in chosen.items():
            (cls.folder / name).mkdir()
            for file in files:
                shutil.copy(SHARED / "faces" / "images" / file, cls.folder / name)

    def edit(self, name, *options):
        out = self.folder / f"{name}-edited{len(options)}"
        done = self.run_program("faces", "edit", self.folder / name, "--attribute", "Smiling", "--aligned", "--out", out, *options)
        same = [path.name for path in out.iterdir() if path.read_bytes() == (self.folder / name / path.name).read_bytes()]
        self.assertEqual(len(list(out.iterdir())), 20)
        return done, same

    def test_who_smiles_gets_no_second_smile(self):
        done, same = self.edit("smiling")
        self.assertGreaterEqual(len(same), 16)
        for name in same:
            self.assertRegex(done.stderr, f"{name}': the face has Smiling already, left as it is")
        self.assertIn(f"{len(same)} photos copied unchanged: Smiling already", done.stdout)
        _, same = self.edit("smiling", "--strength", 0.7)  # asked for
        self.assertEqual(same, [])

    def test_who_does_not_smile_smiles_by_the_usual_strength(self):
        done, same = self.edit("serious")
        self.assertLessEqual(len(same), 4)
        _, none = self.edit("serious", "--strength", 0.7)
        self.assertEqual(none, [])
        edited = next(path for path in sorted((self.folder / "serious").iterdir()) if path.name not in same).name
        usual, asked = (self.folder / f"serious-edited{options}" / edited for options in (0, 2))
        self.assertEqual(usual.read_bytes(), asked.read_bytes())


if __name__ == "__main__":
    unittest.main()
