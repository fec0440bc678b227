"""What the tests of the program share: running it, small photos, the shared data."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy
from PIL import Image

SOURCE = pathlib.Path(os.environ.get("PAWPRINT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
BUILD = SOURCE / "build" / "release"
PROGRAM = os.environ.get("PAWPRINT", str(BUILD / "pawprint"))
DUMP = os.environ.get("PAWPRINT_DUMP", str(BUILD / "tests" / "dump_photos"))
FAILING_CALLS = os.environ.get("PAWPRINT_FAILING_CALLS", str(BUILD / "tests" / "libfailing_calls.so"))
SHARED = pathlib.Path(os.environ.get("PAWPRINT_SHARED", SOURCE / ".." / "shared"))
PYTHON = sys.executable
THOROUGH = "PAWPRINT_THOROUGH" in os.environ  # before a release: CONTRIBUTING.md


def needs_shared(test):
    """Skips where the shared photos are absent; fails where they must not be (CI)."""
    if (SHARED / "pets").is_dir():
        return test
    if "PAWPRINT_REQUIRE_SHARED" in os.environ:
        raise RuntimeError(f"{SHARED}: expected the shared photos, got none")
    return unittest.skip("needs the shared photos")(test)


def export(name, out, *options):
    subprocess.run([PYTHON, SOURCE / "models" / "export_backbone.py", name, "-o", out, *options], check=True,
                   stdout=subprocess.DEVNULL)
    return out


def photo(path, color, size=(64, 48), seed=0):
    """A noisy picture of one color."""
    noise = numpy.random.default_rng(seed).integers(-30, 30, (size[1], size[0], 3))
    pixels = numpy.clip(numpy.array(color) + noise, 0, 255).astype(numpy.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=90)
    return path


class ProgramTest(unittest.TestCase):
    """A folder for the class, and `run`."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pawprint-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        os.environ["XDG_CACHE_HOME"] = str(cls.folder / "xdg")  # the user's own cache is neither used nor filled
        os.environ["XDG_DATA_HOME"] = str(cls.folder / "xdg-data")

    @staticmethod
    def run_any(*arguments, **options):
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600, **options)

    def run_program(self, *arguments, expect=0, **options):
        done = self.run_any(*arguments, **options)
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        if expect in (1, 2):
            message = [line for line in done.stderr.splitlines() if line.startswith("pawprint")]
            self.assertEqual(len(message), 1, done.stderr)
        return done
