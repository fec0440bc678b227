"""`cmake --install`: the program elsewhere, and find_package(pawprint) for a program in C++."""
import csv
import hashlib
import io
import os
import pathlib
import re
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.mirror import random_weights, weights_name  # noqa: E402
from tests.support.program import PROGRAM, ProgramTest, export  # noqa: E402

BUILD = pathlib.Path(PROGRAM).parent


def run(*line):
    return subprocess.run([str(word) for word in line], capture_output=True, text=True)


class Install(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = cls.folder / "pre fix"
        cls.succeed("cmake", "--install", BUILD, "--prefix", cls.prefix)
        cls.program = cls.prefix / "bin" / "pawprint"
        cls.drawn, cls.model = cls.folder / "drawn", cls.folder / "run" / "model.pt"
        cls.succeed(cls.program, "draw", "pets", "--count", 24, "--out", cls.drawn)
        backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.succeed(cls.program, "finetune", cls.drawn, "--backbone", backbone, "--out", cls.model.parent, "--image-size", 64)

    @classmethod
    def succeed(cls, *line):
        done = run(*line)
        if done.returncode != 0:
            raise AssertionError(f"{line}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def test_everything_is_there(self):
        for name in ("libexec/pawprint/pawprint-bin", "share/pawprint/export_backbone.py", "share/pawprint/to_onnx.py",
                     "share/pawprint/cli.py", "share/pawprint/download.py", "share/pawprint/fetch.py",
                     "share/doc/pawprint/README.md", "share/doc/pawprint/docs/training.md", "share/man/man1/pawprint.1",
                     "share/bash-completion/completions/pawprint", "share/zsh/site-functions/_pawprint",
                     "include/pawprint/pawprint.h"):
            self.assertTrue((self.prefix / name).is_file(), name)
        for name, what in (("man/man1/pawprint.1", "man"), ("bash-completion/completions/pawprint", "bash"),
                           ("zsh/site-functions/_pawprint", "zsh")):
            made, now = (re.sub(r"20\d\d-\d\d-\d\d", "a day", text) for text in ((self.prefix / "share" / name).read_text(),
                                                                             self.succeed(self.program, "generate", what)))
            self.assertEqual(made, now)

    def test_scripts_run_where_they_are_installed(self):
        for script in ("export_backbone.py", "fetch.py", "to_onnx.py"):
            self.succeed(sys.executable, "-B", self.prefix / "share" / "pawprint" / script, "--help")

    def test_gets_a_larger_network_where_it_is_installed(self):
        scripts = self.prefix / "share" / "pawprint"
        before = sorted(scripts.iterdir())
        weights = random_weights("squeezenet1_1", self.folder / weights_name("squeezenet1_1"))
        (self.folder / "SHA256SUMS").write_text(f"{hashlib.sha256(weights.read_bytes()).hexdigest()}  {weights.name}\n")
        with mock.patch.dict(os.environ, {"PAWPRINT_MIRROR": str(self.folder)}):
            self.succeed(self.program, "backbone", "get", "squeezenet1_1")
        self.assertEqual(sorted(scripts.iterdir()), before)  # no __pycache__, which no package would remove
        self.succeed(self.program, "finetune", self.drawn, "--backbone", "squeezenet1_1", "--image-size", 64, "--out", self.folder / "named")

    def test_headers_include_each_other_as_installed(self):
        for header in (self.prefix / "include").rglob("*.h"):
            for line in header.read_text().splitlines():
                if line.startswith('#include "'):
                    self.assertTrue((self.prefix / "include" / line.split('"')[1]).is_file(), f"{header}: {line}")

    def test_example_says_what_the_program_says(self):
        example = self.prefix / "share/doc/pawprint/docs/example"
        self.assertLess(len((example / "classify_photo.cpp").read_text().splitlines()), 40)
        build = self.folder / "example"
        self.succeed("cmake", "-G", "Ninja", "-S", example, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.succeed("cmake", "--build", build)
        photo = min((self.drawn / "dogs").iterdir())
        row, = csv.DictReader(io.StringIO(self.succeed(self.program, "classify", photo, "--model", self.model)))
        said = dict(line.split() for line in self.succeed(build / "classify_photo", self.model, photo).splitlines())
        self.assertEqual(sorted(said), ["cats", "dogs"])
        for name, probability in said.items():
            self.assertAlmostEqual(float(probability), float(row[name]), delta=1e-5)
        refused = run(build / "classify_photo", self.model, self.folder / "net.pt")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("not an image of a format that pawprint reads", refused.stderr)


if __name__ == "__main__":
    unittest.main()
