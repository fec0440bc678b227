"""The completion of zsh, typed into one."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest  # noqa: E402
from tests.support.terminal import Terminal, fill  # noqa: E402


@unittest.skipUnless(shutil.which("zsh"), "needs zsh")
class Zsh(ProgramTest):
    def start(self, load):
        folder = fill(self.folder / self.id())
        (folder / "functions").mkdir()
        (folder / "functions" / "_pawprint").write_text(self.run_program("generate", "zsh").stdout)
        shell = Terminal("zsh", "-f", "-i", folder=folder)
        self.addCleanup(shell.close)
        shell.run(f"unsetopt beep; fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; {load}")
        return shell

    def test_found_in_fpath(self):
        shell = self.start("true")
        for typed, completed in (("fine", r"finetune "),
                                 ("", r"faces +-- a group of commands.*finetune +-- Teaches.*generate +-- Prints"),
                                 ("faces ", r"serve +-- Opens a page.*train +-- Trains"),
                                 ("faces tr", r"faces train "),
                                 ("backbone g", r"backbone get "),
                                 ("backbone hole", r"backbone holes\.pt "),
                                 ("backbone holes.pt --im", r"--image-size"),
                                 ("backbone get vg", r"get vgg16 "),
                                 ("classify --form", r"classify --format"),
                                 ("classify --format js", r"--format jsonl "),
                                 ("classify --format=js", r"--format=jsonl "),
                                 ("draw p", r"draw pets "),
                                 ("finetune data --backbone hole", r"--backbone holes\.pt "),
                                 ("classify holi", r"classify holiday\\ photos/"),
                                 ("classify a --", r"--abstain +-- mark as `unsure`.*--top-k +-- the K most probable classes")):
            with self.subTest(typed):
                self.assertNotIn("_arguments:", shell.complete(f"pawprint {typed}", completed))
        self.assertNotIn("holes", shell.complete("pawprint finetune data --out ho", r"holiday\\? photos/? +home/"))

    def test_read_with_source(self):
        self.start("source functions/_pawprint").complete("pawprint fine", r"finetune ")


if __name__ == "__main__":
    unittest.main()
