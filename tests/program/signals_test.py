"""Every command, told to end: it does within a second, says so, and leaves whole files."""
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.every_command import SERVERS, prepare  # noqa: E402
from tests.support.program import ProgramTest  # noqa: E402
from tests.support.whole import check_whole  # noqa: E402

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS = 1
PATIENCE = 3  # the machine may be busy


class Signals(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines, cls.random = prepare(cls(), cls.folder), random.Random(1)

    def ended(self, line, number, after):
        """The exit code, what it said, and the seconds it took after the signal; None for them where it was done before."""
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.send_signal(number)
            begin = time.monotonic()
            _, said = process.communicate(timeout=60)
            return process.returncode, said, time.monotonic() - begin

    def test_every_command_ends_within_a_second(self):
        taken = {}
        for name, line in self.lines.items():
            for number in SIGNALS:
                with self.subTest(name, signal=number.name):
                    shutil.rmtree(self.folder / "out")
                    (self.folder / "out").mkdir()
                    code, said, seconds = self.ended(line, number, self.random.uniform(0.4, 1.6))
                    messages = [text for text in said.replace("\r", "\n").splitlines() if "interrupted" in text]
                    if code == -number or code == 0 and name not in SERVERS:  # still being loaded, or done before it was told
                        continue
                    taken[name] = max(taken.get(name, 0), seconds)
                    served = name in SERVERS and code == 0
                    self.assertEqual((code, len(messages)), (0, 0) if served else (128 + number, 1), said)
                    self.assertLess(seconds, SECONDS * PATIENCE)
                    for path in (self.folder / "out").rglob("[!.]*"):
                        if path.is_file():
                            check_whole(path)
                    self.assertEqual(list((self.folder / "out").rglob(".pawprint-????????")), [])
        self.assertGreater(len(taken), 10, taken)
        print("seconds at most: " + ", ".join(f"{name} {seconds:.2f}" for name, seconds in taken.items()))


if __name__ == "__main__":
    unittest.main()
