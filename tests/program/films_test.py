"""Films, read as photos: a frame every so often."""
import csv
import io
import pathlib
import subprocess
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import DUMP, ProgramTest, photo  # noqa: E402

RED, BLUE = (200, 60, 60), (60, 60, 200)


def film(path, colors, rate=5, options=(), seed=0):
    """A second of each color."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = []
    for second, color in enumerate(colors):
        for i in range(rate):
            noise = numpy.random.default_rng(10_000 * seed + 100 * second + i).integers(-30, 30, (48, 64, 3))
            frames.append(numpy.clip(numpy.array(color) + noise, 0, 255).astype(numpy.uint8).tobytes())
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "64x48", "-r", str(rate), "-i", "-",
                    "-pix_fmt", "yuv420p", *options, path], input=b"".join(frames), check=True)
    return path


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


class Films(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for color, rgb in (("red", RED), ("blue", BLUE)):
            for i in range(8):
                photo(cls.folder / "data" / color / f"{i}.png", rgb, seed=i)
        cls.model = cls.folder / "run"
        cls.run_any("finetune", cls.folder / "data", "--image-size", 64, "--no-groups", "--out", cls.model)

    def classify(self, *arguments):
        return self.run_program("classify", *arguments, "--model", self.model)

    def test_a_row_for_each_time(self):
        for name, options in (("clip.mp4", ()), ("clip.MKV", ("-g", "50")), ("clip.webm", ("-c:v", "libvpx")), ("clip.avi", ("-c:v", "mjpeg"))):
            with self.subTest(name):
                clip = film(self.folder / name, [RED] * 3 + [BLUE] * 4, options=options)
                rows = rows_of(self.classify(clip, "--every", "1s").stdout)
                self.assertEqual([row["path"] for row in rows], [f"{clip}#t={t}.0" for t in range(7)])
                self.assertEqual([row["class"] for row in rows], ["red"] * 3 + ["blue"] * 4)

    def test_far_frames_are_those_that_are_come_to_one_by_one(self):
        clip = film(self.folder / "long.mp4", [RED, BLUE] * 30, options=("-g", "25"))
        rows = rows_of(self.classify(clip, "--every", "500ms").stdout)
        self.assertEqual(len(rows), 120)
        self.assertEqual([row["class"] for row in rows], ["red", "red", "blue", "blue"] * 30)
        for t in (57.0, 20.5, 57.5, 3.0):
            alone = rows_of(self.classify(f"{clip}#t={t}").stdout)
            self.assertEqual(alone, [row for row in rows if row["path"] == f"{clip}#t={t}"])

    def test_a_turned_film_is_upright(self):
        wide = film(self.folder / "wide.mp4", [RED])
        turned = self.folder / "turned.mp4"
        subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-i", wide, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned], check=True)
        out = self.folder / "pixels"
        subprocess.run([DUMP, out, "stored"], input=f"{turned}#t=0.0\n", text=True, check=True)
        self.assertEqual(numpy.fromfile(out, numpy.int32, 2).tolist(), [64, 48])  # height, width

    def test_a_film_is_put_where_most_frames_say(self):
        clip = film(self.folder / "films" / "mixed.mp4", [RED] * 2 + [BLUE] * 3)
        photo(self.folder / "films" / "one.png", RED)
        done = self.classify(clip.parent, "--every", 1, "--sort-into", self.folder / "sorted")
        self.assertEqual(sorted(str(path.relative_to(self.folder / "sorted")) for path in (self.folder / "sorted").glob("*/*.*")),
                         ["blue/mixed.mp4", "red/one.png"])
        self.assertEqual((self.folder / "sorted" / "blue" / "mixed.mp4").read_bytes(), clip.read_bytes())
        self.assertIn("1 in blue, 1 in red", done.stderr)

    def test_frames_of_a_film_are_on_one_side(self):
        data = self.folder / "taught"
        for color, rgb in (("red", RED), ("blue", BLUE)):
            for i in range(12):
                film(data / color / f"{i}.mp4", [rgb] * 3, seed=i)
        run = self.folder / "of-films"
        self.run_program("finetune", data, "--every", "1s", "--image-size", 64, "--test-fraction", 0.2, "--out", run)
        films = {}
        for name in ("validation.csv", "test_photos.csv"):
            rows = rows_of((run / name).read_text())
            films[name] = {row["path"].split("#")[0] for row in rows}
            self.assertEqual(len(rows), 3 * len(films[name]))  # all frames of each
        self.assertFalse(films["validation.csv"] & films["test_photos.csv"])
        measured = self.run_program("evaluate", data, "--labels", run / "test_photos.csv", "--model", run)
        self.assertIn("accuracy", measured.stdout)

    def test_what_is_no_film_has_a_row_that_says_so(self):
        broken = self.folder / "broken.mp4"
        broken.write_bytes(b"no film" * 100)
        done = self.run_any("classify", broken, self.folder / "gone.mp4", "--every", "1s", "--model", self.model, "--quiet")
        self.assertEqual((done.returncode, done.stderr), (3, ""))
        self.assertEqual([row["status"].split(":")[0] for row in rows_of(done.stdout)], ["not a film that can be read, or damaged", "no such file"])
        done = self.run_any("classify", film(self.folder / "alone.mp4", [RED]), "--model", self.model)
        self.assertIn("--every 1s", rows_of(done.stdout)[0]["status"])

    def test_a_playlist_opens_no_other_file(self):
        film(self.folder / "secret.mp4", [RED] * 2)
        playlist = self.folder / "list.mp4"
        playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n")
        done = self.run_any("classify", playlist, "--every", "1s", "--model", self.model)
        self.assertEqual(done.returncode, 3)

    def test_without_every_films_are_passed_over(self):
        film(self.folder / "mixed" / "clip.mp4", [RED])
        photo(self.folder / "mixed" / "one.png", RED)
        done = self.classify(self.folder / "mixed")
        self.assertEqual(len(rows_of(done.stdout)), 1)
        self.assertIn("1 film passed over", done.stderr)
        for wrong in ("0", "soon", "1h", "-1s"):
            self.assertIn("--every: expected a time", self.run_any("classify", "x", "--every=" + wrong, "--model", self.model).stderr)


if __name__ == "__main__":
    unittest.main()
