"""More workers than cores: no more than the cores are taken, and that is said."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest  # noqa: E402


class Threads(ProgramTest):
    def test_more_than_the_cores_is_said_and_no_error(self):
        for options, lines in ((("--threads", 1024), 1), (("--threads", 1), 0), ((), 0), (("--threads", 1024, "--quiet"), 0)):
            done = self.run_program("draw", "pets", "--count", 2, "--out", self.folder / f"drawn{len(options)}{lines}", *options)
            said = [line for line in done.stderr.splitlines() if line.startswith("--threads")]
            self.assertEqual(len(said), lines, done.stderr)
            if lines:
                self.assertRegex(said[0], r"^--threads 1024: \d+ cores? may be used, so many are taken$")
                self.assertLessEqual(int(said[0].split()[2]), os.cpu_count())


if __name__ == "__main__":
    unittest.main()
