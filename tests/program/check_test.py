"""check as users run it: faults that were planted among real photos, the page in a browser, the list that finetune takes."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import needs_browser, views  # noqa: E402
from planted import Planted  # noqa: E402
from program import PROGRAM, SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402

LISTS = ("unreadable", "quality", "duplicates", "near_duplicates", "label_issues")
ODD = "<img src=x onerror=alert(1)>&\".jpg"


def tree(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


class Check(ProgramTest):
    """Small made photos: what is found, and what is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = data = cls.folder / "data"
        for i in range(8):
            photo(data / "red" / f"{i}.jpg", (200, 60, 60), (120, 90), seed=i)
            photo(data / "blue" / f"{i}.jpg", (60, 60, 200), (120, 90), seed=100 + i)
        (data / "red" / "cut.jpg").write_bytes((data / "red" / "1.jpg").read_bytes()[:1500])
        (data / "red" / "empty.jpg").write_bytes(b"")
        shutil.copy(data / "red" / "2.jpg", data / "red" / ODD)
        shutil.copy(data / "red" / "3.jpg", data / "blue" / "copy\nof 3.jpg")
        photo(data / "blue" / "real.png", (60, 60, 200), (120, 90), seed=300)
        os.rename(data / "blue" / "real.png", data / "blue" / "false.jpg")
        Image.new("RGB", (200, 150), (10, 200, 90)).save(data / "blue" / "green.png")
        photo(data / "blue" / "tiny.jpg", (60, 60, 200), (40, 30), seed=301)

    def found(self, *options, data=None):
        return json.loads(self.run_program("check", data or self.data, "--json", "--quiet", *options).stdout)

    def test_json_names_everything_that_is_wrong(self):
        before = tree(self.data)
        found = self.found()
        self.assertEqual(before, tree(self.data))
        self.assertEqual((found["photos"], found["readable"]), (23, 21))
        name = lambda entry: os.path.relpath(entry["path"], self.data)
        self.assertEqual({name(e): e["reason"] for e in found["unreadable"]},
                         {"red/cut.jpg": "JPEG cut short", "red/empty.jpg": "empty file"})
        self.assertEqual({(name(e), e["problem"]) for e in found["quality"]},
                         {("blue/false.jpg", "wrong_type"), ("blue/green.png", "single_color"), ("blue/tiny.jpg", "tiny")})
        groups = [[name(p) for p in group["photos"]] for group in found["duplicates"]]
        self.assertEqual(groups, [["blue/copy\nof 3.jpg", "red/3.jpg"], ["red/2.jpg", f"red/{ODD}"]])
        self.assertEqual([group["across_classes"] for group in found["duplicates"]], [True, False])
        self.assertEqual(found["near_duplicates"], [])
        self.assertEqual(found["labels_unchecked"], "that takes --backbone FILE")
        for entry in [entry for kind in LISTS for entry in found[kind]]:
            self.assertLessEqual({"path", "given", "suggested", "score"}, set(entry))
            self.assertEqual(entry["given"], name(entry).split("/")[0])

    def test_table_says_how_many_and_which(self):
        text = self.run_program("check", self.data, "--quiet").stdout
        for part in ("unreadable        2", "JPEG cut short", "duplicates        2 groups, 1 across classes", r"copy\x0aof 3.jpg",
                     "single color: 1", "not looked for", "--out DIR"):
            self.assertIn(part, text)

    def test_across_training_and_validation(self):
        data = self.folder / "split"
        for part, seeds in (("train", range(6)), ("val", range(5, 9))):
            for name, base in (("red", 0), ("blue", 100)):
                for i in seeds:
                    photo(data / part / name / f"{i}.jpg", (200, 60, 60), (120, 90), seed=base + i)
        found = self.found(data=data)
        self.assertEqual([group["across_split"] for group in found["duplicates"]], [True, True])
        self.assertEqual({p["part"] for p in found["duplicates"][0]["photos"]}, {"training", "validation"})
        self.assertTrue(found["duplicates"][0]["path"].startswith(str(data / "val")))  # the one to keep
        self.assertEqual(found, {**self.found("--val", data / "val", data=data / "train"), "data": str(data), "layout": found["layout"]})
        self.assertEqual(found["layout"], "train/ and val/ with 2 classes")

    def test_fix_list_is_taken_by_finetune(self):
        fix, net = self.folder / "fix.txt", export("squeezenet1_1", self.folder / "net.pt", "--random", "1", "--no-logits")
        self.run_program("check", self.data, "--fix-list", fix, "--quiet")
        listed = [line for line in fix.read_text().splitlines() if line and not line.startswith("#")]
        self.assertEqual(set(listed), {"red/cut.jpg", "red/empty.jpg", "red/3.jpg", f"red/{ODD}",
                                       '"blue/copy\\nof 3.jpg"'})
        fix.write_text(fix.read_text() + "red/not there.jpg\n")
        train = lambda out, data, **options: self.run_program(
            "finetune", data, "--backbone", net, "--out", self.folder / out, "--image-size", 64, "--exclude", fix, **options)
        done = train("run", self.data)
        self.assertIn("1 of its photos are not in", done.stderr)
        metrics = json.loads((self.folder / "run" / "metrics.json").read_text())
        self.assertEqual((metrics["excluded"] + metrics["excluded_validation"], metrics["unreadable"], metrics["n_fitted"]), (5, 0, 18))
        fix.write_text("cats/1.jpg\n")
        self.assertIn("got none of them", train("none", self.data, expect=1).stderr)
        fix.write_text('"cats/1.jpg\n')
        self.assertIn("fix.txt':1: expected a path", train("none", self.data, expect=1).stderr)
        fix.unlink()
        self.assertIn("no file that can be read", train("none", self.data, expect=1).stderr)

    def test_refuses_what_it_cannot_use(self):
        data, out = self.data, self.folder / "unwritten"
        empty = self.folder / "nothing"
        empty.mkdir()
        self.assertIn("expected a folder per class", self.run_program("check", empty, expect=1).stderr)
        self.run_program("check", self.folder / "missing", expect=1)
        self.run_program("check", data, "--backbone", data / "red" / "1.jpg", "--out", out, expect=1)
        self.assertFalse(out.exists())
        self.run_program("check", data, "--fix-list", data / "red" / "1.jpg" / "such" / "fix.txt", expect=1)
        self.assertIn("fix-list", self.run_program("check", data, "--fix-list", data / "red" / "1.jpg", expect=1).stderr)
        self.run_program("check", expect=2)
        self.assertIn("with --backbone only", self.run_program("check", data, "--image-size", 64, expect=2).stderr)
        self.assertIn("--fix-list FILE", self.run_program("check", "--help").stdout)

    def test_one_class_and_few_photos_are_looked_at_too(self):
        net = export("squeezenet1_1", self.folder / "one.pt", "--random", "1", "--no-logits")
        for classes, reason in ((("red",), "at least 2 classes"), (("red", "blue"), "at least 5 different photos")):
            data = self.folder / f"classes{len(classes)}"
            for name in classes:
                for i in range(3):
                    photo(data / name / f"{i}.jpg", (200, 60, 60), (120, 90), seed=10 * len(name) + i)
            self.assertIn(reason, self.found("--backbone", net, data=data)["labels_unchecked"])

    def page(self, *options):
        out = self.folder / "page"
        self.run_program("check", self.data, "--out", out, "--quiet", *options)
        return out / "check.html"

    @unittest.skipUnless(shutil.which("tidy"), "needs Debian's tidy")
    def test_page_is_valid_html(self):
        done = subprocess.run(["tidy", "-q", "-e", self.page()], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_browser
    def test_page_fits_phone_and_desktop_and_shows_its_pictures(self):
        for browser in views(self, self.page()):
            self.assertIn(ODD, browser.find_element("css selector", "#duplicates").text)


@needs_shared
class Planted2000(ProgramTest):
    """Real photos and MobileNetV2, with and without the features of an earlier run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planted = Planted(cls.folder / "pets")
        net = export("mobilenet_v2", cls.folder / "net.pt", "--weights", SHARED / "backbones" / "mobilenet_v2.pth")
        cls.first = cls.check("--backbone", net, "--out", cls.folder / "page", "--fix-list", cls.folder / "fix.txt")
        cls.again = cls.check("--backbone", net)
        cls.plain = cls.check()

    @classmethod
    def check(cls, *options):
        """What it found, seconds, megabytes."""
        begin = time.monotonic()
        process = subprocess.Popen([PROGRAM, "check", cls.planted.folder, "--json", "--quiet", *options],
                                   stdout=subprocess.PIPE)
        with process.stdout as stdout:
            found = json.loads(stdout.read())
        usage = os.wait4(process.pid, 0)[2]
        process.returncode = 0
        return found, time.monotonic() - begin, usage.ru_maxrss / 1000

    def names(self, entries):
        return [os.path.relpath(entry["path"], self.planted.folder) for entry in entries]

    def pairs(self, groups):
        return {tuple(sorted(self.names(group["photos"]))) for group in groups}

    def test_flipped_labels_are_among_the_most_suspicious(self):
        issues = self.names(self.first[0]["label_issues"])
        caught = [len(self.planted.flipped & set(issues[:n])) for n in (20, 40, len(issues))]
        print(f"\nof 20 flipped labels {caught[0]} among the first 20, {caught[1]} among 40, {caught[2]} of all {len(issues)}")
        self.assertGreaterEqual(caught[1], 15)
        self.assertLessEqual(len(issues), 100)

    def test_copies_in_the_other_class_are_all_found(self):
        for found in (self.first[0], self.plain[0]):
            self.assertEqual(self.pairs(found["duplicates"]), self.planted.copied)
            self.assertTrue(all(group["across_classes"] for group in found["duplicates"]))

    def test_near_duplicates_are_all_found_and_nothing_else(self):
        there_before = {("dogs/dog.180.jpg", "dogs/dog.74.jpg")}  # one photo, scanned twice
        for found in (self.first[0], self.plain[0]):
            self.assertEqual(self.pairs(found["near_duplicates"]) - there_before, self.planted.near)

    def test_blurred_photos_are_all_found(self):
        blurred = [e for e in self.plain[0]["quality"] if e["problem"] == "blurred"]
        self.assertLessEqual(self.planted.blurred, set(self.names(blurred)))
        self.assertLessEqual(len(self.plain[0]["quality"]), 10 + 20)  # at most 1 % of the others

    def test_fast_and_small(self):
        for name, (_, seconds, megabytes) in {"first": self.first, "again": self.again, "without": self.plain}.items():
            print(f"\n{name}: {seconds:.1f} s, {megabytes:.0f} MB", end="")
            self.assertLess(megabytes, 1000)
        self.assertLess(self.again[1], 60)
        self.assertLess(self.plain[1], 60)
        self.assertEqual(self.first[0], self.again[0])

    def test_fix_list_names_what_was_planted(self):
        listed = {line for line in (self.folder / "fix.txt").read_text().splitlines() if line and not line.startswith("#")}
        self.assertTrue(all(a in listed and b in listed for a, b in self.planted.copied))
        self.assertTrue(all((a in listed) != (b in listed) for a, b in self.planted.near - {
            pair for pair in self.planted.near if set(pair) & set(self.names(self.first[0]["label_issues"]))}))
        self.assertGreaterEqual(len(self.planted.flipped & listed), 15)
        self.assertLessEqual(len(listed), 110)


if __name__ == "__main__":
    unittest.main()
