"""The launcher: what it answers itself, and what it hands on to pawprint-bin."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, ProgramTest  # noqa: E402

REAL_PROGRAM = str(pathlib.Path(PROGRAM).with_name("pawprint-bin"))
FINETUNE = ("finetune", "data", "--backbone", "net.pt", "--out", "run")
CLASSIFY = ("classify", "a.jpg", "--model", "model.pt")

# Stands in for pawprint-bin: tells what it was given, and repeats its input.
ECHO = f"""#!{sys.executable}
import os, sys
sys.stdout.write(ascii([list(map(os.fsencode, sys.argv[1:])), dict(os.environ)]))
sys.stderr.write(sys.stdin.read())
sys.exit(7)
"""


def run(*line, given=b"", **options):
    return subprocess.run(line, input=given, capture_output=True, timeout=60, **options)


class Launcher(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.echoing = cls.beside("echo", ECHO)

    @classmethod
    def beside(cls, folder, program=None):
        """A copy of the launcher, with `program` beside it."""
        place = cls.folder / folder
        place.mkdir()
        if program:
            (place / "pawprint-bin").write_text(program)
            (place / "pawprint-bin").chmod(0o755)
        return shutil.copy(PROGRAM, place / "pawprint")

    def echo(self, *line, launcher=None, **options):
        done = run(launcher or self.echoing, *line, **options)
        self.assertEqual(done.returncode, 7, done)
        arguments, environment = eval(done.stdout)
        return arguments, environment, done.stderr

    def test_answers_as_the_program_does(self):
        helps = [(command, "--help") for command in ("finetune", "evaluate", "classify", "backbone", "bench", "draw")]
        lines = [(), ("generate", "man"), ("generate", "fish"), ("--help",), ("-h",), ("help",), ("help", "faces"), ("help", "nonsense"), ("train",), ("--version",), ("nonsense",), ("",), *helps, ("finetune",), ("draw", "birds"),
                 ("backbone", "a", "b"), ("draw", "pets", "--count", "x", "--out", "o"), ("evaluate", "data", "--model", "m", "--rename", "x"),
                 (*FINETUNE, "stray"), (*FINETUNE, "--seed", "0.1x"), (*FINETUNE, "--device", "tpu"), (*FINETUNE, "--val-fraction", "1"),
                 (*FINETUNE, "--labels", "a", "--labels-from-name"), (*FINETUNE, "--head", "mlp", "--dropout", "1"),
                 (*CLASSIFY, "--nonsense"), (*CLASSIFY, "--link"), (*CLASSIFY, "--quiet=no"),
                 (*CLASSIFY, "--format", "kaggle", "--top-k", "1")]
        alone = self.beside("alone")  # cannot ask the program
        for line in lines:
            with self.subTest(line):
                mine, its = run(alone, *line), run(REAL_PROGRAM, *line)
                self.assertEqual((mine.returncode, mine.stdout, mine.stderr), (its.returncode, its.stdout, its.stderr))
                self.assertIn(mine.returncode, (0, 2))

    def test_help_of_a_command_is_its_help(self):
        for words in (("finetune",), ("faces", "train"), ("faces",), ("backbone", "get"), ("train",)):
            with self.subTest(words):
                asked, given = run(PROGRAM, "help", *words), run(PROGRAM, *words, "--help")
                self.assertEqual((asked.returncode, asked.stdout), (0, given.stdout))
                self.assertIn(b"usage: pawprint ", asked.stdout)

    def test_other_names_of_commands(self):
        self.assertEqual(run(PROGRAM, "train", "--help").stdout, run(PROGRAM, "finetune", "--help").stdout)
        self.assertEqual(run(PROGRAM, "-v").stdout, run(PROGRAM, "--version").stdout)

    def test_a_slip_is_told_with_what_was_meant(self):
        for line, meant in ((("fintune",), "'finetune'"), (("faces", "edti"), "'edit'"), (("finetune", "--ouput", "x"), "'--out'")):
            with self.subTest(line):
                done = run(PROGRAM, *line)
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr.decode(), rf"; did you mean {meant}\? see `pawprint .*--help`\n\Z")

    def test_needs_no_large_library(self):
        libraries = run("ldd", PROGRAM).stdout.decode()
        self.assertIn("libc.so", libraries)
        self.assertNotRegex(libraries, "torch|libc10|opencv|blas|gomp")

    def test_a_missing_program_is_one_message(self):
        alone = self.beside("lonely")
        done = run(alone, "draw", "pets", "--out", self.folder / "drawn")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.decode(),
                         f"pawprint draw: '{self.folder}/lonely/pawprint-bin': expected the program beside pawprint, got: "
                         "No such file or directory; build or install pawprint again\n")

    def test_is_found_through_links_and_path(self):
        link = self.folder / "link"
        link.symlink_to(self.echoing)
        self.echo("draw", "pets", "--out", "o", launcher=link)
        self.echo("draw", "pets", "--out", "o", launcher="pawprint", env={"PATH": str(self.folder / "echo")})
        self.echo("draw", "pets", "--out", "o", launcher="./pawprint", cwd=self.folder / "echo")

    def test_arguments_arrive_unchanged(self):
        line = [b"classify", b"a b.jpg", b"", b"-", b"latin-\xe9\xff.jpg", b"line\nbreak", b"'\"$x\\", b"--model=m m", b"--", b"--out"]
        self.assertEqual(self.echo(*line)[0], line)

    def test_input_output_and_exit_code_are_the_programs(self):
        self.assertEqual(self.echo("draw", "pets", "--out", "o", given=b"words\n")[2], b"words\n")

    def test_sets_what_libraries_read_unless_the_user_did(self):
        found = self.echo("draw", "pets", "--out", "o", env={"HOME": "/"})[1]
        self.assertEqual((found["OMP_NUM_THREADS"], found["OPENBLAS_NUM_THREADS"]), ("1", "1"))
        self.assertEqual(found["HOME"], "/")
        mine = dict.fromkeys(("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE"), "3")
        self.assertLessEqual(mine.items(), self.echo("draw", "pets", "--out", "o", env=mine)[1].items())

    def test_the_program_can_be_started_directly(self):
        done = run(REAL_PROGRAM, "draw", "pets", "--count", "2", "--out", self.folder / "direct")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_interrupt_reaches_the_program(self):
        out = self.folder / "endless"
        process = subprocess.Popen([PROGRAM, "draw", "pets", "--count", "1000000", "--out", out], stderr=subprocess.PIPE)
        with process:
            while process.poll() is None and not list(out.glob("cats/*.jpg")):  # it has begun to draw
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            message = process.stderr.read().decode()
        self.assertEqual(process.returncode, 130)
        self.assertIn("pawprint draw: interrupted", message)


if __name__ == "__main__":
    unittest.main()
