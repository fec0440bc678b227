#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/split_photos_test.py"""

import contextlib
import csv
import io
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models"))
import split_photos  # noqa: E402
from script import Error  # noqa: E402


class Split(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.data = self.folder / "data"
        self.enterContext(contextlib.redirect_stderr(io.StringIO()))

    def write(self, path, contents=None):
        path = self.data / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(path).encode() if contents is None else contents)

    def split(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            split_photos.main([str(self.data), "--into", str(self.folder)])
        self.assertEqual(sorted(os.listdir(self.folder)), ["data", "test.csv", "train.csv"])
        return *map(self.rows, ("train", "test")), out.getvalue()

    def rows(self, name):
        with open(self.folder / f"{name}.csv", newline="", encoding="utf-8", errors="surrogateescape") as file:
            header, *rows = csv.reader(file)
        self.assertEqual(header, ["path", "label"])
        return rows

    def many(self, count=50):
        for i in range(count):
            self.write(f"cat/{i}.jpg")
            self.write(f"dog/sub/{i}.PNG")

    def test_a_fifth_of_each_class_is_kept_for_the_test(self):
        self.many()
        train, test, out = self.split()
        self.assertEqual([label for _, label in test], ["cat"] * 10 + ["dog"] * 10)
        self.assertEqual([label for _, label in train], ["cat"] * 40 + ["dog"] * 40)
        self.assertEqual(sorted(path for path, _ in train + test),
                         sorted([f"cat/{i}.jpg" for i in range(50)] + [f"dog/sub/{i}.PNG" for i in range(50)]))
        self.assertTrue(out.endswith("80 photos to learn from, 20 kept for the test\n"))

    def test_the_draw_is_by_content(self):
        self.many()
        _, test, _ = self.split()
        for path, _ in test:  # renamed, they are drawn again
            os.rename(self.data / path, (self.data / path).with_stem("renamed" + pathlib.Path(path).stem))
        _, again, _ = self.split()
        self.assertTrue(all("renamed" in path for path, _ in again))
        self.assertEqual(len(again), len(test))

    def test_equal_pictures_stand_on_one_side(self):
        for i in range(60):
            self.write(f"{('cat', 'dog')[i % 2]}/{i}.jpg", b"%d" % (i // 3))  # three times each, in both classes
        train, test, _ = self.split()
        contents = [{(self.data / path).read_bytes() for path, _ in rows} for rows in (train, test)]
        self.assertTrue(contents[0] and contents[1])
        self.assertEqual(contents[0] & contents[1], set())

    def test_adding_a_photo_moves_few(self):
        self.many()
        before = {path for path, _ in self.split()[1]}
        self.write("cat/more.jpg")
        self.assertLessEqual(len(before ^ {path for path, _ in self.split()[1]}), 2)

    def test_what_is_no_photo_is_left_out(self):
        self.many(5)
        for path in ("cat/Thumbs.db", "cat/.hidden.jpg", "cat/.hidden/1.jpg", "stray.jpg", ".hidden/1.jpg"):
            self.write(path)
        os.mkfifo(self.data / "cat" / "fifo.jpg")
        os.symlink("nowhere", self.data / "cat" / "dangling.jpg")
        train, test, _ = self.split()
        self.assertEqual(len(train + test), 10)

    def test_odd_names_are_kept(self):
        self.many(5)
        names = ['a, "b".jpg', "two\nlines.jpg", "caf\u00e9.jpg", os.fsdecode(b"\xff.jpg")]
        for name in names:
            self.write(f"cat/{name}", name.encode(errors="surrogateescape"))
        train, test, _ = self.split()
        self.assertLessEqual({f"cat/{name}" for name in names}, {path for path, _ in train + test})

    def test_what_cannot_be_split(self):
        self.many(5)
        os.mkdir(self.data / "empty")
        for add, word in ((None, "expected photos, got none"), ("train/cat/1.jpg", "folder per class")):
            if add:
                self.write(add)
                self.write(add.replace("train", "val"))
            with self.assertRaisesRegex(Error, word):
                self.split()
        self.data = self.data / "cat"
        with self.assertRaisesRegex(Error, "2 classes or more, got 0"):
            self.split()


if __name__ == "__main__":
    unittest.main()
