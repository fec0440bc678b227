"""Runs that are killed at any moment: what is there is whole, and the next run ends as if nothing had happened."""
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, THOROUGH, ProgramTest, photo  # noqa: E402
from tests.support.whole import check_whole, sha256, weights  # noqa: E402

KILLS = 334 if THOROUGH else 15  # of each of three commands


def contents(folder):
    return {str(path.relative_to(folder)): sha256(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


class Kills(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos, cls.random = cls.folder / "photos", random.Random(1)
        for i in range(10):
            for color, rgb in (("blue", (60, 60, 200)), ("red", (200, 60, 60))):
                photo(cls.photos / color / f"{i}.jpg", rgb, seed=i)

    def seconds(self, *line):
        begin = time.monotonic()
        self.run_program(*line)
        return time.monotonic() - begin

    def kill(self, seconds, *line):
        """Whether it was killed before it had ended."""
        with subprocess.Popen([PROGRAM, *map(str, line)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                process.wait(self.random.uniform(0, seconds))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            said = process.stderr.read().decode()
            code = process.wait()
            self.assertIn(code, (0, -signal.SIGKILL), said)
            return code != 0

    def kill_often(self, line, seconds, check):
        killed = 0
        for _ in range(KILLS):
            killed += self.kill(seconds, *line)
            check()
        self.assertGreater(killed, KILLS // 2)
        self.run_program(*line)

    def test_finetune(self):
        def line(out):
            return ("finetune", self.photos, "--image-size", 64, "--force", "--out", out)
        expected, out = self.folder / "expected", self.folder / "run"
        self.run_program(*line(expected))
        seconds = self.seconds(*line(out))
        self.kill_often(line(out), seconds, lambda: [check_whole(path) for path in out.glob("[!.]*")])
        self.assertEqual({path.name for path in out.iterdir()}, {path.name for path in expected.iterdir()})
        self.assertEqual(weights(out / "model.pt"), weights(expected / "model.pt"))
        self.assertEqual((out / "validation.csv").read_bytes(), (expected / "validation.csv").read_bytes())

    def test_classify_sort_into(self):
        self.run_program("finetune", self.photos, "--image-size", 64, "--out", self.folder / "model")
        sources = {sha256(path.read_bytes()) for path in self.photos.rglob("*.jpg")}

        def line(out):
            return ("classify", self.photos, "--model", self.folder / "model", "--sort-into", out, "--out", out / "rows.csv")

        def check():
            for path in out.rglob("[!.]*"):
                if path.suffix == ".jpg":
                    self.assertIn(sha256(path.read_bytes()), sources, path)
                elif path.is_file():
                    check_whole(path)
        expected, out = self.folder / "sorted-expected", self.folder / "sorted"
        expected.mkdir()
        out.mkdir()
        seconds = self.seconds(*line(expected))
        self.kill_often(line(out), seconds, check)
        files, files_expected = contents(out), contents(expected)
        del files[".pawprint-sorted"], files_expected[".pawprint-sorted"]  # a killed run leaves a line too many
        self.assertEqual(files, files_expected)
        listed, listed_expected = (set((folder / ".pawprint-sorted").read_text().splitlines()) for folder in (out, expected))
        self.assertLessEqual(listed_expected, listed)

    def test_faces_train_resumed(self):
        drawn, folder = self.folder / "drawn", self.folder / "faces"
        self.run_program("draw", "faces", "--count", 40, "--seed", 3, "--out", drawn)

        def line(file):
            return ("faces", "train", drawn, "--size", 32, "--latent-dim", 32, "--width", 16, "--epochs", 12, "--precision", "fp32", "--out", file)
        folder.mkdir()
        expected, out, checkpoint = self.folder / "expected.pt", folder / "faces.pt", folder / "faces-training.pt"
        seconds = self.seconds(*line(expected))
        killed = 0
        while killed < KILLS:
            resumed = ("--resume",) if checkpoint.exists() else ()
            if self.kill(seconds, *line(out), *resumed):
                killed += 1
            else:
                self.assertEqual(weights(out), weights(expected))
                self.assertEqual({path.name for path in folder.iterdir()}, {"faces.pt", "faces-reconstructions.png"})
                out.unlink()
            for path in folder.glob("[!.]*"):
                check_whole(path)
        self.run_program(*line(out), *(("--resume",) if checkpoint.exists() else ()))
        self.assertEqual(weights(out), weights(expected))
        self.assertEqual({path.name for path in folder.iterdir()}, {"faces.pt", "faces-reconstructions.png"})


if __name__ == "__main__":
    unittest.main()
