"""classify --sort-into as users run it: again, with another model, with odd names; and classes that are named as columns."""
import csv
import io
import json
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.models import finetuned  # noqa: E402
from tests.support.program import ProgramTest, export, photo  # noqa: E402

GREEN, BLUE = (60, 200, 60), (60, 60, 200)


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.glob("*/*"))


class Sort(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = finetuned(cls)
        swapped = cls.folder / "swapped"  # knows it better: what the first calls blue is green
        for color, other in (("green", "blue"), ("blue", "green")):
            shutil.copytree(cls.folder / "data-2" / other, swapped / color)
        cls.run_program(cls(), "finetune", swapped, "--backbone", cls.folder / "squeezenet1_1.pt", "--out", cls.folder / "better",
                        "--image-size", 64)
        cls.new = cls.folder / "new"
        for i in range(6):
            photo(cls.new / f"{i}.jpg", GREEN if i % 2 else BLUE, seed=500 + i)
            os.utime(cls.new / f"{i}.jpg", (1_300_000_000, 1_200_000_000 + i))

    def sort(self, out, *options, model=None, photos=None, expect=0):
        done = self.run_program("classify", photos or self.new, "--model", model or self.model, "--sort-into", out, *options,
                                expect=expect)
        return done, list(csv.DictReader(io.StringIO(done.stdout)))

    def test_a_better_model_moves_the_photos(self):
        for options in ((), ("--link",)):
            with self.subTest(options):
                out = self.folder / ("linked" if options else "copied")
                self.sort(out, *options)
                self.assertEqual(files_in(out), ["blue/0.jpg", "blue/2.jpg", "blue/4.jpg", "green/1.jpg", "green/3.jpg", "green/5.jpg"])
                (out / "green" / "mine.jpg").write_bytes((self.new / "1.jpg").read_bytes())
                (out / "blue" / "0.jpg").unlink()
                (out / "blue" / "0.jpg").write_bytes((self.new / "0.jpg").read_bytes() + b"edited")
                done, _ = self.sort(out, *options, model=self.folder / "better")
                self.assertIn("5 moved from where an earlier run put them", done.stderr)
                self.assertEqual(files_in(out), ["blue/0.jpg", "blue/1.jpg", "blue/3.jpg", "blue/5.jpg", "green/0.jpg", "green/2.jpg",
                                                 "green/4.jpg", "green/mine.jpg"])
                self.assertTrue((out / "blue" / "0.jpg").read_bytes().endswith(b"edited"))
                self.assertEqual(len(list(self.new.iterdir())), 6)
                again, _ = self.sort(out, *options, model=self.folder / "better")
                self.assertNotIn("moved", again.stderr)

    def test_copies_keep_their_time(self):
        out = self.folder / "times"
        self.sort(out)
        for i in range(6):
            self.assertEqual((out / ("green" if i % 2 else "blue") / f"{i}.jpg").stat().st_mtime, 1_200_000_000 + i)

    def test_long_names_are_copied(self):
        long = self.folder / "long"
        names = ["a" * (n - 4) + ".jpg" for n in (143, 249, 255)] + ["\u00e4" * 125 + "x.jpg"]
        for name in [*names, "b.jpg"]:
            photo(long / name, GREEN, seed=1)
        _, rows = self.sort(self.folder / "long-sorted", photos=long)
        self.assertEqual(files_in(self.folder / "long-sorted"), sorted("green/" + name for name in [*names, "b.jpg"]))
        self.assertEqual({row["status"] for row in rows}, {"ok"})
        for name in names:  # another photo of that name: the number finds room
            (long / name).unlink()
            photo(long / name, GREEN, seed=2)
        self.sort(self.folder / "long-sorted", photos=long)
        self.assertEqual(len(files_in(self.folder / "long-sorted")), 9)
        self.assertIn("green/" + "a" * 249 + "-2.jpg", files_in(self.folder / "long-sorted"))

    def test_one_photo_that_cannot_be_copied_is_one_row(self):
        out = self.folder / "blocked"
        out.mkdir()
        (out / "green").write_text("a file")
        done, rows = self.sort(out, expect=3)
        self.assertEqual([row["status"] == "ok" for row in rows], [True, False] * 3)
        self.assertIn("cannot be copied: ", rows[1]["status"])
        self.assertEqual((rows[1]["class"], bool(rows[1]["probability"])), ("green", True))
        self.assertIn("3 could not be copied", done.stderr)
        self.assertEqual(files_in(out), ["blue/0.jpg", "blue/2.jpg", "blue/4.jpg"])

    def test_a_run_folder_does_for_its_model(self):
        self.assertEqual(self.sort(self.folder / "a", model=self.model.parent)[1], self.sort(self.folder / "b")[1])
        missing = self.run_program("classify", self.new, "--model", self.folder / "gone.pt", expect=1)
        self.assertIn("no such file", missing.stderr)


class Columns(ProgramTest):
    NAMES = ("class", "class_2", "label", "note", "path", "probability", "status", "p(path)")

    def test_no_two_columns_have_one_name(self):
        data = self.folder / "data"
        for k, name in enumerate(self.NAMES):
            for i in range(4):
                photo(data / name / f"{i}.jpg", (30 * k, 255 - 30 * k, 60 * (k % 4)), seed=10 * k + i)
        backbone = export("squeezenet1_1", self.folder / "net.pt", "--random", "1", "--no-logits")
        self.run_program("finetune", data, "--backbone", backbone, "--out", self.folder / "run", "--image-size", 64)
        text = self.run_program("classify", data, "--model", self.folder / "run").stdout
        lines = self.run_program("classify", data, "--model", self.folder / "run", "--format", "jsonl").stdout.splitlines()
        columns = ["p(class)", "class_2", "p(label)", "p(note)", "p(path)", "p(p(path))", "p(probability)", "p(status)"]
        for csv_text in (text, (self.folder / "run" / "validation.csv").read_text()):
            header = next(csv.reader(io.StringIO(csv_text)))
            self.assertEqual(len(header), len(set(header)))
            self.assertEqual([name for name in header if name in columns], columns)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), len(lines))
        for row, line in zip(rows, map(json.loads, lines)):
            self.assertTrue(row["path"].endswith(".jpg"))
            self.assertEqual((row["class"], row["status"], row["note"]), (line["class"], "ok", ""))
            for name, p in line["probabilities"].items():
                column = {"p(path)": "p(path)", "path": "p(p(path))", "class_2": "class_2"}.get(name, f"p({name})")
                self.assertEqual(float(row[column]), p)


if __name__ == "__main__":
    unittest.main()
