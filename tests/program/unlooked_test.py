"""Photos that cannot be looked at, in folders that may be listed but not entered, or not listed, or too deep: each is told of."""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, ProgramTest, photo  # noqa: E402

# Root without what lets it read everything: another user may not be able to start the program.
UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]


class Unlooked(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos, cls.deep = cls.folder / "photos", cls.folder / "deep"
        for i in range(8):
            photo(cls.photos / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.photos / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        cls().run_program("finetune", cls.photos, "--image-size", 64, "--out", cls.folder / "run")
        listed, closed, scan = (cls.photos / "red" / name for name in ("listed", "closed", "scan"))
        for folder in (listed, closed, listed / "inner"):
            photo(folder / "1.jpg", (200, 60, 60), seed=8)
        photo(listed / "2.png", (200, 60, 60), seed=9)
        scan.write_bytes((listed / "1.jpg").read_bytes())
        for path, mode in ((listed, 0o444), (closed, 0o000), (scan, 0o000)):
            path.chmod(mode)
            cls.addClassCleanup(path.chmod, 0o755)
        cls.reasons = {"listed/1.jpg": "Permission denied", "listed/2.png": "Permission denied", "listed/inner": "Permission denied",
                       "closed": "Permission denied", "scan": "Permission denied"}
        inside = os.open(cls.folder, os.O_RDONLY)
        for name in ["deep", *["d" * 250] * 17]:  # longer than PATH_MAX, 4096
            os.mkdir(name, dir_fd=inside)
            inside = os.open(name, os.O_RDONLY, dir_fd=inside)
        os.close(os.open("1.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=inside))
        photo(cls.deep / "1.jpg", (200, 60, 60))

    def unprivileged(self, *arguments, expect):
        before = UNPRIVILEGED if os.getuid() == 0 else []
        done = subprocess.run([*before, PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def assert_told(self, found):
        """found: paths and reasons"""
        told = {str(pathlib.Path(path).relative_to(self.photos / "red")): reason.removeprefix("cannot be listed: ")
                for path, reason in found}
        self.assertEqual(told, self.reasons)

    def test_classify_has_a_row_for_each(self):
        done = self.unprivileged("classify", self.photos, "--model", self.folder / "run", expect=3)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), 16 + len(self.reasons))
        self.assert_told((row["path"], row["status"]) for row in rows if row["status"] != "ok")

    def test_evaluate_names_each(self):
        out = self.folder / "evaluated"
        self.unprivileged("evaluate", self.photos, "--model", self.folder / "run", "--out", out, expect=3)
        skipped = json.loads((out / "metrics.json").read_text())["skipped"]
        self.assert_told((photo["path"], photo["reason"]) for photo in skipped)

    def test_finetune_names_each(self):
        out = self.folder / "again"
        done = self.unprivileged("finetune", self.photos, "--image-size", 64, "--out", out, expect=1)
        self.assertIn("got 5 of 21", done.stderr)
        self.unprivileged("finetune", self.photos, "--image-size", 64, "--out", out, "--max-unreadable", 0.5, expect=0)
        skipped = json.loads((out / "metrics.json").read_text())["skipped"]
        self.assert_told((photo["path"], photo["reason"]) for photo in skipped)

    def test_check_names_each(self):
        done = self.unprivileged("check", self.photos, "--json", expect=0)
        self.assert_told((self.photos / photo["path"], photo["reason"]) for photo in json.loads(done.stdout)["unreadable"])

    def test_a_dataset_that_cannot_be_entered_is_said_to_be_so(self):
        data = self.folder / "data"
        photo(data / "red" / "1.jpg", (200, 60, 60))
        data.chmod(0o444)
        self.addCleanup(data.chmod, 0o755)
        done = self.unprivileged("finetune", data, "--out", self.folder / "none", expect=1)
        self.assertIn(f"'{data / 'red'}': Permission denied", done.stderr)

    def test_a_path_that_is_too_long_is_a_row(self):
        done = self.run_program("classify", self.deep, "--model", self.folder / "run", expect=3)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([row["status"] for row in rows], ["ok", "File name too long"])


if __name__ == "__main__":
    unittest.main()
