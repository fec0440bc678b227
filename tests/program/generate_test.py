"""What the program says of itself to man and bash: `pawprint generate`."""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest  # noqa: E402
from tests.support.terminal import Terminal, fill  # noqa: E402


class Generate(ProgramTest):
    def commands(self):
        """As `pawprint --help` lists them."""
        listed = self.run_program("--help").stdout.split("\n\n")[2]
        return re.findall(r"^  (\S+(?: \S+)?)  ", listed, re.MULTILINE)

    def options(self, command):
        return re.findall(r"^  (--[a-z0-9-]+)", self.run_program(*command.split(), "--help").stdout, re.MULTILINE)


class Manual(Generate):
    def setUp(self):
        self.page = self.run_program("generate", "man", env={"SOURCE_DATE_EPOCH": "86400"}).stdout

    def test_has_every_command_and_option(self):
        for command in self.commands():
            self.assertIn(f"\n.SS {command}\n", self.page)
            section = self.page.partition(f"\n.SS {command}\n")[2].partition("\n.SS ")[0]
            for option in self.options(command):
                if option not in ("--quiet", "--no-sandbox", "--help"):
                    self.assertIn(f"\n.B {option} ".replace("-", r"\-"), re.sub(r"(?m)^(\.B \S+)$", r"\1 ", section))

    def test_is_of_the_day_that_a_reproducible_build_names(self):
        self.assertRegex(self.page, r"(?m)^\.TH PAWPRINT 1 1970-01-02 ")

    def test_has_no_fault(self):
        for checker in (["mandoc", "-T", "lint", "-W", "style"], ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]):
            if not shutil.which(checker[0]) or (checker[0] == "man" and not shutil.which("groff")):
                continue  # each finds what the other one does; neither is asked for
            with self.subTest(checker[0]):
                path = self.folder / "pawprint.1"
                path.write_text(self.page)
                done = subprocess.run([*checker, path], capture_output=True, text=True)
                found = done.stderr + (done.stdout if checker[0] == "mandoc" else "")
                self.assertEqual((done.returncode, found), (0, ""))

    def test_wrong_command_lines(self):
        for line in ((), ("fish",), ("man", "bash"), ("man", "--out", "x")):
            self.run_program("generate", *line, expect=2)


class Bash(Generate):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.folder / "completion"
        cls.script.write_text(cls.run_program(cls(), "generate", "bash").stdout)

    def completed(self, *lines):
        """What is offered at the end of each line, which is given as bash splits it."""
        asked = "\n".join(f"COMP_WORDS=({' '.join(map(repr, ('pawprint', *line)))}); COMP_CWORD={len(line)}; _pawprint\n"
                          'echo "${COMPREPLY[*]}"' for line in lines)
        done = subprocess.run(["bash", "--norc", "-c", f"source {self.script}\n{asked}"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [line.split() for line in done.stdout.splitlines()]

    def test_offers_every_command_and_option(self):
        commands = self.commands()
        first, faces, backbone, *options = self.completed(("",), ("faces", ""), ("backbone", ""),
                                                          *((*command.split(), "--") for command in commands))
        self.assertEqual(first, [*dict.fromkeys(command.split()[0] for command in commands), "--help", "--version"])
        self.assertEqual(faces, [command.split()[1] for command in commands if command.startswith("faces ")] + ["--help"])
        self.assertEqual(backbone, ["get", "list"])  # and files
        for command, offered in zip(commands, options):
            self.assertEqual(sorted(offered), sorted(self.options(command)), command)

    def test_offers_what_an_option_takes(self):
        cases = {("classify", "--format", ""): ["csv", "jsonl", "kaggle", "kaggle-redux"],
                 ("classify", "--format", "="): ["csv", "jsonl", "kaggle", "kaggle-redux"],  # --format=
                 ("classify", "--format", "=", "j"): ["jsonl"],
                 ("faces", "train", "somewhere", "--precision", "b"): ["bf16"],
                 ("draw", ""): ["pets", "faces"],
                 ("backbone", "get", "vg"): ["vgg16"],
                 ("backbone", "net.pt", "--image"): ["--image-size"],
                 ("backbone", "net.pt", ""): [],
                 ("finetune", "data", "--class-weights", "bal"): ["balanced"],
                 ("finetune", "data", "--device", "x"): [],
                 ("finetune", "data", "--epochs", ""): [],
                 ("finetune", "da"): [],
                 ("nonsense", "--"): [],
                 ("faces", "nonsense", "--"): []}
        self.assertEqual(self.completed(*cases), list(cases.values()))

    def test_completes_paths_at_a_terminal(self):
        shell = Terminal("bash", "--norc", "--noprofile", "-i", folder=fill(self.folder / "typed"))
        self.addCleanup(shell.close)
        shell.run(f"bind 'set bell-style none'; source {self.script}")
        for typed, completed in (("classify hol", r"holes.pt.*holiday photos"),  # both, listed
                                 ("classify holi", r"classify holiday\\ photos/"),
                                 ("finetune home --backbone hole", r"--backbone holes\.pt "),
                                 ("fine", r"pawprint finetune "),
                                 ("faces tr", r"pawprint faces train "),
                                 ("backbone hole", r"pawprint backbone holes\.pt "),
                                 ("backbone ge", r"pawprint backbone get "),
                                 ("explain --out=hom", r"--out=home/"),
                                 ("classify --format=js", r"--format=jsonl ")):
            with self.subTest(typed):
                shell.complete(f"pawprint {typed}", completed)
        self.assertNotIn("holes", shell.complete("pawprint finetune home --out ho", r"holiday photos/? +home/"))


if __name__ == "__main__":
    unittest.main()
