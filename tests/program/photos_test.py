"""Photos of all kinds as users have them: large, damaged, raw, odd; by classify, finetune and check."""
import csv
import io
import json
import pathlib
import struct
import subprocess
import sys
import unittest
import zlib

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, SHARED, ProgramTest, export, photo  # noqa: E402


def odd_png(path):
    """A PNG with a profile that cannot be unpacked and a text that is none, which libpng warns of."""
    photo(path, (200, 60, 60), seed=3)
    whole = path.read_bytes()
    chunks = b""
    for body in (b"iCCPodd\0\0not deflated", b"tEXtno end of a keyword"):
        chunks += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    path.write_bytes(whole[:33] + chunks + whole[33:])
    return path


def raw(path):
    """The outline of a camera's raw file: a thumbnail, and the sensor's data in a directory of their own."""
    def entries(*fields):
        return struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *field) for field in fields)
    first = entries((254, 4, 1, 1), (256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 200), (279, 4, 1, 4))
    sensor = entries((254, 4, 1, 0), (256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 1, 16), (262, 3, 1, 32803), (273, 4, 1, 204),
                     (279, 4, 1, 8))
    head = b"II*\0" + struct.pack("<I", 8) + first
    path.write_bytes((head + struct.pack("<I", len(head) + 4) + sensor + bytes(4)).ljust(220, b"\x63"))


class Photos(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.backbone = backbone
        cls.data = cls.folder / "data"
        for i in range(12):
            photo(cls.data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        cls.model = cls.folder / "run" / "model.pt"
        subprocess.run([PROGRAM, "finetune", cls.data, "--backbone", backbone, "--out", cls.folder / "run", "--image-size", "64"],
                       check=True, capture_output=True)

    def rows(self, *arguments, expect=0):
        done = self.run_program("classify", *arguments, "--model", self.model, expect=expect)
        return {pathlib.Path(row["path"]).name: row for row in csv.DictReader(io.StringIO(done.stdout))}

    def test_large_photos_are_read(self):
        large = self.folder / "large"
        large.mkdir()
        gradient = Image.linear_gradient("L")
        for name, size in (("phone_50mp", (8160, 6144)), ("phone_108mp", (12000, 9000)), ("panorama", (16000, 3800))):
            gradient.resize(size).convert("RGB").save(large / f"{name}.jpg", quality=60)
        gradient.resize((6000, 4000)).convert("RGB").save(large / "uncompressed_72mb.tif")
        gradient.resize((9000, 7000)).save(large / "gray_63mp.png", compress_level=1)
        rows = self.rows(large, "--threads", 1)
        self.assertEqual({row["status"] for row in rows.values()}, {"ok"}, rows)
        small = large / "small.jpg"
        Image.open(large / "phone_108mp.jpg").resize((1200, 900), Image.BOX).save(small, quality=95)
        rows = self.rows(large / "phone_108mp.jpg", small)
        self.assertAlmostEqual(float(rows["phone_108mp.jpg"]["red"]), float(rows["small.jpg"]["red"]), delta=0.05)

    def test_refusals_name_the_option_that_raises_the_limit(self):
        picture = photo(self.folder / "limits" / "a.png", (60, 60, 200), (1500, 1000), 1)
        row, = self.rows(picture, "--max-megapixels", 1, expect=3).values()
        self.assertEqual(row["status"], "too large: 1500 x 1000 pixels, at most 1 megapixels; --max-megapixels N reads more")
        row, = self.rows(picture, "--max-megabytes", 1, expect=3).values()
        self.assertRegex(row["status"], "^too large: . MB, at most 1 MB; --max-megabytes N reads more$")
        self.assertEqual(self.rows(picture, "--max-megapixels", 2)["a.png"]["status"], "ok")
        for command in (["finetune", self.data, "--backbone", self.backbone, "--out", "x"], ["check", self.data],
                        ["evaluate", self.data, "--model", self.model], ["classify", picture, "--model", self.model],
                        ["explain", picture, "--model", self.model, "--out", "x"], ["neurons", self.data, "--out", "x"]):
            done = self.run_program(*command, "--max-megapixels", 0, expect=2)
            self.assertIn("--max-megapixels", done.stderr, command)

    def test_damaged_jpegs_are_unreadable_unless_asked_for(self):
        whole = (self.data / "red" / "1.jpg").read_bytes()
        damaged = self.folder / "damaged"
        damaged.mkdir()
        part = len(whole) // 2
        (damaged / "zeros.jpg").write_bytes(whole[:part] + bytes(len(whole) - part))
        (damaged / "noise.jpg").write_bytes(whole[:part] + bytes(i * 37 % 255 for i in range(len(whole) - part)))
        (damaged / "trailer.jpg").write_bytes(whole + bytes(1000))
        rows = self.rows(damaged, expect=3)
        self.assertRegex(rows["zeros.jpg"]["status"], "^(damaged JPEG: .*|JPEG cut short)$")
        self.assertRegex(rows["noise.jpg"]["status"], "^(damaged JPEG: .*|JPEG cut short)$")
        self.assertEqual(rows["trailer.jpg"]["status"], "ok")
        self.assertEqual({row["status"] for row in self.rows(damaged, "--accept-truncated").values()}, {"ok"})

    def test_thumbnails_in_raw_photos_of_no_camera_are_not_read(self):
        folder = self.folder / "raw"
        folder.mkdir()
        raw(folder / "IMG_1.NEF")
        raw(folder / "renamed.tif")
        rows = self.rows(folder, expect=3)
        for name in ("IMG_1.NEF", "renamed.tif"):
            self.assertRegex(rows[name]["status"], "^raw photo that LibRaw does not read: ")

    def test_gifs_are_read(self):
        frames = [Image.new("RGB", (64, 48), color) for color in ((220, 50, 50), (50, 50, 220))]
        folder = self.folder / "gif"
        folder.mkdir()
        frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
        frames[0].save(folder / "still.png")
        rows = self.rows(folder)
        self.assertEqual(rows["moving.gif"]["red"], rows["still.png"]["red"])

    def test_an_odd_profile_is_one_line_with_the_files_name_and_quiet_is_silence(self):
        odd = odd_png(self.folder / "odd" / "profile.png")
        said = self.run_program("classify", odd, "--model", self.model).stderr.splitlines()
        self.assertEqual(len([line for line in said if "profile.png" in line and "odd PNG: " in line]), 1, said)
        self.assertFalse([line for line in said if line.startswith("libpng")], said)
        self.assertEqual(self.run_program("classify", odd, "--model", self.model, "--quiet").stderr, "")
        data = self.folder / "odd_data"
        for name in ("red", "blue"):
            for i in range(8):
                photo(data / name / f"{i}.png", (200, 60, 60) if name == "red" else (60, 60, 200), seed=i)
        odd_png(data / "red" / "odd.png")
        done = self.run_program("finetune", data, "--backbone", self.backbone, "--image-size", 64, "--out", self.folder / "odd_run")
        self.assertEqual(done.stderr.count("odd PNG: "), 1, done.stderr)
        quiet = self.run_program("finetune", data, "--backbone", self.backbone, "--image-size", 64, "--no-cache", "--quiet", "--out",
                                 self.folder / "odd_quiet")
        self.assertEqual(quiet.stderr, "")

    def test_check_names_what_is_wrong(self):
        data = self.folder / "checked"
        for name in ("red", "blue"):
            for i in range(4):
                photo(data / name / f"{i}.jpg", (200, 60, 60) if name == "red" else (60, 60, 200), seed=i)
        raw(data / "red" / "0.NEF")
        whole = (data / "red" / "1.jpg").read_bytes()
        (data / "red" / "zeros.jpg").write_bytes(whole[:len(whole) // 4] + bytes(len(whole) * 3 // 4))
        found = json.loads(self.run_program("check", data, "--json").stdout)
        self.assertIn("zeros.jpg", json.dumps(found["unreadable"]))

    @unittest.skipUnless((SHARED / "cases" / "files").is_dir(), "needs the shared cases")
    def test_the_reported_files_are_read_or_named(self):
        rows = self.rows(SHARED / "cases" / "files", expect=3)
        named = {name: row["status"] for name, row in rows.items() if row["status"] != "ok"}
        self.assertEqual(named, {"jpg_12bit.jpg": "a 12-bit JPEG is not read; convert it to an ordinary one",
                                 "jpg_lossless.jpg": "a lossless JPEG is not read; convert it to an ordinary one"})


if __name__ == "__main__":
    unittest.main()
