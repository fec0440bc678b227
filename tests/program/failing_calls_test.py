"""System calls that fail: each in turn, until a run needs no more of them."""
import json
import os
import pathlib
import shutil
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import FAILING_CALLS, THOROUGH, ProgramTest, photo  # noqa: E402
from tests.support.whole import check_whole, sha256, weights  # noqa: E402

MOST = 400  # calls of a kind in one run: a run that never ends its tries is a fault, too
# Which call fails: each, or of later ones fewer and fewer, as they are much alike.
NUMBERS = range(1, MOST) if THOROUGH else [round(n) for n in (1.3 ** k + k for k in range(24)) if n < MOST]


def contents(folder):
    return {str(path.relative_to(folder)): sha256(path.read_bytes())
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

    def failing(self, call, number, below, *line, kills=False):
        """The finished process, and whether a call has failed, or killed it."""
        with open(self.told, "wb") as told:
            done = self.run_any(*line, pass_fds=[told.fileno()], env=self.environment(call, number, below, told, kills))
        return done, self.told.stat().st_size > 0

    @staticmethod
    def environment(call, number, below, told, kills):
        return {**os.environ, "LD_PRELOAD": FAILING_CALLS, "PAWPRINT_FAIL_CALL": call, "PAWPRINT_FAIL_BELOW": str(below),
                       "PAWPRINT_FAIL_NUMBER": str(number), "PAWPRINT_FAIL_TOLD": str(told.fileno()), "PAWPRINT_FAIL_KILLS": "1" if kills else ""}

    def assert_told(self, done, codes, about):
        self.assertIn(done.returncode, codes, (about, done.stderr))
        messages = [line for line in done.stderr.splitlines() if line.startswith("pawprint")]
        self.assertEqual(len(messages), done.returncode == 1, (about, done.stderr))
        self.assertNotIn("bug", done.stderr, about)

    def each(self, calls, below, codes, *line, finished=lambda: None):
        """Runs with the first call failing, the second, ...; yields after each.   finished: called when a kind is done"""
        for call in calls:
            for number in NUMBERS:
                done, failed = self.failing(call, number, below, *line)
                if not failed:
                    self.assertEqual(done.returncode, 0, (call, number, done.stderr))
                    finished()
                    break
                self.assert_told(done, codes, (call, number))
                yield call, number, done
            else:
                self.fail(f"{call}: more than {MOST} calls")

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
            failed = [row["path"] for row in map(json.loads, done.stdout.splitlines()) if row["status"] != "ok"]
            self.assertEqual((len(done.stdout.splitlines()), failed), (16, [str(self.photos / "blue" / "3.jpg")]), (call, number))

    def test_sorted_photos_are_whole(self):
        out = self.folder / "sorted"
        wanted = {digest for digest in contents(self.photos).values()}
        for about in self.each(("open", "write", "fsync", "link", "rename", "mkdir"), out, (1, 3), "classify", self.photos / "blue", "--model",
                               self.trained, "--sort-into", out):
            found = {name: digest for name, digest in contents(out).items() if name.endswith(".jpg")}
            self.assertLessEqual(set(found.values()), wanted, about)
            shutil.rmtree(out, ignore_errors=True)

    def test_a_run_is_old_or_new_file_by_file(self):
        old, new, out = (self.folder / name for name in ("old", "new", "out"))
        line = ("finetune", self.photos, "--image-size", 64, "--force")
        for seed, folder in ((1, old), (2, new)):
            self.run_program(*line, "--seed", seed, "--out", folder)
        either = [weights(folder / "model.pt") for folder in (old, new)]
        shutil.copytree(old, out)
        for about in self.each(("open", "write", "fsync", "link", "rename", "mkdir"), out, (0, 1), *line, "--seed", 2, "--out", out):
            self.assertLessEqual({path.name for path in out.iterdir()}, {path.name for path in old.iterdir()}, about)
            for path in out.iterdir():
                check_whole(path)
            self.assertIn(weights(out / "model.pt"), either, about)
            shutil.rmtree(out)
            shutil.copytree(old, out)

    def test_a_thread_that_cannot_be_started_is_one_message(self):
        for call, number, done in self.each(("thread",), "thread", (0, 1), "classify", self.photos, "--model", self.trained, "--threads", 2):
            if done.returncode == 1:
                self.assertIn("try fewer --threads", done.stderr, number)

    def test_killed_at_any_call_it_leaves_files_of_one_run(self):
        line = ("finetune", self.photos, "--image-size", 64, "--force")
        out, old = self.folder / "placed", self.folder / "before"
        self.run_program(*line, "--seed", 1, "--test-fraction", 0.25, "--out", old)
        for call in ("fsync", "unlink", "link", "rename"):
            for number in NUMBERS:
                shutil.rmtree(out, ignore_errors=True)
                shutil.copytree(old, out)
                done, reached = self.failing(call, number, out, *line, "--seed", 2, "--out", out, kills=True)
                of_old = {path.name: (old / path.name).exists() and path.read_bytes() == (old / path.name).read_bytes()
                          for path in out.iterdir() if not path.name.startswith(".pawprint-")}  # which the next run removes
                self.assertIn("model.pt", of_old, (call, number))
                self.assertEqual(len(set(of_old.values())), 1, (call, number, of_old))
                if not reached:
                    self.assertEqual(done.returncode, 0, done.stderr)
                    break
                self.assertEqual(done.returncode, -signal.SIGKILL, (call, number))
            self.assertGreater(number, NUMBERS[0], call)
            self.assertFalse(any(of_old.values()), of_old)

    def test_a_damaged_cache_costs_time_only(self):
        for call, number, done in self.each(("open", "read", "write", "fsync", "rename", "mmap"), self.folder / "xdg", (0,), "finetune",
                                            self.photos, "--image-size", 64, "--force", "--out", self.folder / "cached"):
            pass


if __name__ == "__main__":
    unittest.main()
