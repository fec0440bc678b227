"""System calls that fail: each in turn, until a run needs no more of them."""
import hashlib
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import FAILING_CALLS, ProgramTest, photo

MOST = 400  # calls of a kind in one run: a run that never ends its tries is a fault, too


def contents(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file()}


class FailingCalls(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos, cls.trained, cls.told = cls.folder / "photos", cls.folder / "run", cls.folder / "told"
        for i in range(8):
            for color, rgb in (("blue", (60, 60, 200)), ("red", (200, 60, 60))):
                photo(cls.photos / color / f"{i}.jpg", rgb, seed=i)
        cls().run_program("finetune", cls.photos, "--image-size", 64, "--out", cls.trained)

    def failing(self, call, number, below, *line):
        """The finished process, and whether a call has failed."""
        self.told.unlink(missing_ok=True)
        environment = {**os.environ, "LD_PRELOAD": FAILING_CALLS, "PAWPRINT_FAIL_CALL": call, "PAWPRINT_FAIL_BELOW": str(below),
                       "PAWPRINT_FAIL_NUMBER": str(number), "PAWPRINT_FAIL_TOLD": str(self.told)}
        return self.run_any(*line, env=environment), self.told.exists()

    def assert_told(self, done, codes, about):
        self.assertIn(done.returncode, codes, (about, done.stderr))
        messages = [line for line in done.stderr.splitlines() if line.startswith("pawprint")]
        self.assertEqual(len(messages), done.returncode == 1, (about, done.stderr))
        self.assertNotIn("bug", done.stderr, about)

    def each(self, calls, below, codes, *line, finished=lambda: None):
        """Runs with the first call failing, the second, ...; yields after each.   finished: called when a kind is done"""
        for call in calls:
            for number in range(1, MOST):
                done, failed = self.failing(call, number, below, *line)
                if not failed:
                    self.assertEqual(done.returncode, 0, (call, number, done.stderr))
                    finished()
                    break
                self.assert_told(done, codes, (call, number))
                yield call, number, done
            else:
                self.fail(f"{call}: more than {MOST} calls")

    def assert_output_is_old_or_new(self, *line, calls=("open", "write", "fsync", "link", "rename", "mkdir")):
        """--out OUT is added to the line, and is there from a run before."""
        out, old, new = self.folder / "out", self.folder / "old", self.folder / "new"
        self.run_program(*line, "--seed", 1, "--out", old)
        self.run_program(*line, "--seed", 2, "--out", new)
        before, after = contents(old), contents(new)
        for folder in (old, new):
            self.addCleanup(shutil.rmtree, folder)
        shutil.copytree(old, out)
        self.addCleanup(shutil.rmtree, out, ignore_errors=True)
        for about in self.each(calls, out, (0, 1), *line, "--seed", 2, "--out", out):
            for name, digest in contents(out).items():
                self.assertIn(digest, (before.get(name), after.get(name)), (about, name))
            shutil.rmtree(out)
            shutil.copytree(old, out)

    def test_output_files_are_old_or_new(self):
        out = self.folder / "rows.csv"
        expected = self.run_program("classify", self.photos, "--model", self.trained).stdout
        for about in self.each(("open", "write", "fsync", "link", "rename"), self.folder / "rows", (1,), "classify", self.photos, "--model",
                               self.trained, "--out", out, finished=lambda: out.unlink()):
            self.assertFalse(out.exists(), about)
        out.write_text(expected)
        for about in self.each(("open", "write", "fsync", "link", "rename"), self.folder / "rows", (1,), "classify", self.photos, "--model",
                               self.trained, "--top-k", 1, "--out", out, finished=lambda: out.write_text(expected)):
            self.assertEqual(out.read_text(), expected, about)
            out.write_text(expected)

    def test_without_files_without_names_it_writes_all_the_same(self):
        out = self.folder / "named" / "rows.csv"
        out.parent.mkdir()
        done, failed = self.failing("tmpfile", 0, out.parent, "classify", self.photos, "--model", self.trained, "--out", out)
        self.assertTrue(failed)
        self.assertEqual((done.returncode, [path.name for path in out.parent.iterdir()]), (0, ["rows.csv"]), done.stderr)

    def test_a_photo_that_cannot_be_read_is_a_row(self):
        for call, number, done in self.each(("read", "open"), self.photos / "blue" / "3.jpg", (3,), "classify", self.photos, "--model", self.trained,
                                            "--format", "jsonl"):
            self.assertEqual(len(done.stdout.splitlines()), 16, (call, number))
            self.assertEqual(done.stdout.count('"status":"failed"'), 1, (call, number))

    def test_sorted_photos_are_whole(self):
        out = self.folder / "sorted"
        wanted = {digest for digest in contents(self.photos).values()}
        for about in self.each(("open", "write", "fsync", "link", "rename", "mkdir"), out, (1, 3), "classify", self.photos / "blue", "--model",
                               self.trained, "--sort-into", out):
            found = {name: digest for name, digest in contents(out).items() if name.endswith(".jpg")}
            self.assertLessEqual(set(found.values()), wanted, about)
            shutil.rmtree(out, ignore_errors=True)

    def test_a_run_is_old_or_new_file_by_file(self):
        self.assert_output_is_old_or_new("finetune", self.photos, "--image-size", 64)

    def test_a_damaged_cache_costs_time_only(self):
        for call, number, done in self.each(("open", "read", "write", "fsync", "rename", "mmap"), self.folder / "xdg", (0,), "finetune",
                                            self.photos, "--image-size", 64, "--out", self.folder / "cached"):
            pass


if __name__ == "__main__":
    unittest.main()
