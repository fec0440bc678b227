"""Every command where something it takes for granted is missing: room for its output, memory, a home, /proc."""
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.every_command import SERVERS, prepare  # noqa: E402
from tests.support.program import THOROUGH, ProgramTest  # noqa: E402


class Surroundings(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = {name: line for name, line in prepare(cls(), cls.folder).items() if name not in SERVERS}
        cls.classify = cls.lines["classify"]

    def run_line(self, line, **options):
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        (self.folder / "out").mkdir()
        options = {"stdout": subprocess.PIPE, **options}
        return subprocess.run(line, stderr=subprocess.PIPE, text=True, timeout=600, **options)

    def assert_one_message(self, done, *codes):
        self.assertIn(done.returncode, codes, done.stderr)
        self.assertEqual(sum(text.startswith("pawprint") for text in done.stderr.splitlines()), done.returncode != 0, done.stderr)
        self.assertNotIn("bug", done.stderr)

    def test_a_full_or_closed_stdout_is_told_of(self):
        # Of a kind that writes alike one; `backbone get` is slow, as Python is.
        alike = ("tune", "evaluate", "neurons", "bench", "backbone get", "faces direction", "faces morph", "faces analogy", "faces gallery",
                 "faces score")
        own = {name: line for name, line in self.lines.items() if THOROUGH or name not in alike}
        lines = {**own, "version": [self.classify[0], "--version"], "help": [self.classify[0], "--help"],
                 "help of a command": [self.classify[0], "classify", "--help"]}
        talkative = 0
        for name, line in lines.items():
            with self.subTest(name):
                says = self.run_line(line).stdout != ""
                talkative += says
                with open("/dev/full", "w") as full:
                    done = self.run_line(line, stdout=full)
                self.assert_one_message(done, 1 if says else 0)
                if name in ("version", "help", "backbone", "draw"):  # is told of at the same place
                    closed = self.run_line(line, preexec_fn=lambda: os.close(1))
                    self.assert_one_message(closed, 1 if says else 0)
        self.assertGreater(talkative, 5)

    def test_a_home_that_is_missing_or_read_only(self):
        locked = self.folder / "locked"
        locked.mkdir(mode=0o500)
        environment = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME")}
        for home in ({}, {"HOME": "/nonexistent"}, {"HOME": str(locked)}, {"HOME": "/dev/null"}, {"HOME": "relative"}, {"HOME": ""}):
            for name in ("finetune", "classify"):
                line = [word for word in self.lines[name] if word != "--no-cache"]
                with self.subTest(name, home=home):
                    self.assert_one_message(self.run_line(line, env={**environment, **home}), 0)

    def test_small_limits(self):
        for kind, value in ((resource.RLIMIT_NOFILE, 24), (resource.RLIMIT_NOFILE, 8), (resource.RLIMIT_AS, 700 << 20),
                            (resource.RLIMIT_AS, 3 << 30), (resource.RLIMIT_FSIZE, 100_000), (resource.RLIMIT_FSIZE, 100),
                            (resource.RLIMIT_STACK, 256 << 10), (resource.RLIMIT_CORE, 0)):
            for name in ("finetune", "draw", "faces edit"):
                with self.subTest(name, limit=(kind, value)):
                    done = self.run_line(self.lines[name], preexec_fn=lambda: resource.setrlimit(kind, (value, value)))
                    self.assert_one_message(done, 0, 1, 3)

    def test_many_threads(self):
        for name in ("finetune", "classify", "draw", "faces edit"):
            with self.subTest(name):
                self.assert_one_message(self.run_line([*self.lines[name], "--threads", "1024"]), 0)

    def test_no_proc(self):
        hidden = ["unshare", "--mount", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"]
        if self.run_line([*hidden, "true"]).returncode != 0:
            self.skipTest("needs to be root and to unmount /proc")
        for name in ("finetune", "classify", "draw", "faces edit"):
            with self.subTest(name):
                self.assert_one_message(self.run_line([*hidden, *self.lines[name]]), 0)


if __name__ == "__main__":
    unittest.main()
