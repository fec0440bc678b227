"""What model files may do: nothing but compute."""
import ctypes
import pathlib
import subprocess
import sys
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import PROGRAM, ProgramTest, photo

LANDLOCK_CREATE_RULESET, VERSION = 444, 1


def needs_landlock(test):
    version = ctypes.CDLL(None, use_errno=True).syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    return test if version >= 2 else unittest.skip("needs a kernel with Landlock")(test)


class WritesWhileItIsLoaded(torch.nn.Module):
    def __init__(self, path: str):
        super().__init__()
        self.path, self.training = path, False

    @torch.jit.export
    def __getstate__(self):
        return self.path, self.training

    @torch.jit.export
    def __setstate__(self, state: tuple[str, bool]):
        self.path, self.training = state[0], state[1]
        torch.save(torch.ones([3]), self.path)

    def forward(self, pixels):
        return pixels.mean(3).mean(2)


class MapsWhileItIsLoaded(WritesWhileItIsLoaded):
    @torch.jit.export
    def __setstate__(self, state: tuple[str, bool]):
        self.path, self.training = state[0], state[1]
        if bool(torch.from_file(self.path, shared=True, size=4).sum() != 0):
            self.path = ""  # so that the call is not left out as one without use


class WritesWhenItRuns(torch.nn.Module):
    def forward(self, pixels):
        features = torch.jit.annotate(list[torch.Tensor], [])
        for channel in range(2):
            if bool(pixels.sum() > 1e9):
                torch.save(pixels, "/tmp/never")
            features.append(pixels[:, channel].mean(2).mean(1))
        return torch.stack(features, 1)


class Sandbox(ProgramTest):
    def setUp(self):
        self.file = self.folder / "written"
        self.file.unlink(missing_ok=True)
        self.addCleanup(self.file.unlink, missing_ok=True)

    def network(self, module, name="net.pt"):
        torch.jit.script(module.eval()).save(str(self.folder / name))
        return self.folder / name

    def assert_refused(self, network, *options):
        done = self.run_program("backbone", network, *options, expect=1)
        messages = [line for line in done.stderr.splitlines() if line]
        self.assertEqual(len(messages), 1, done.stderr)
        self.assertIn("opens files", messages[0])

    @needs_landlock
    def test_a_model_that_writes_while_it_is_loaded_writes_nothing_and_is_refused(self):
        network = self.network(WritesWhileItIsLoaded(str(self.file)))
        self.assert_refused(network)
        self.assertFalse(self.file.exists())
        self.assert_refused(network, "--no-sandbox")
        self.assertTrue(self.file.exists())  # so that it is the sandbox that kept it from writing

    @needs_landlock
    def test_a_model_that_maps_a_file_while_it_is_loaded_makes_none_and_is_refused(self):
        network = self.network(MapsWhileItIsLoaded(str(self.file)))
        self.assert_refused(network)
        self.assertFalse(self.file.exists())
        self.assert_refused(network, "--no-sandbox")
        self.assertTrue(self.file.exists())

    @needs_landlock
    def test_no_file_beside_those_of_the_user_is_overwritten(self):
        self.file.write_text("mine")
        self.assert_refused(self.network(WritesWhileItIsLoaded(str(self.file))))
        self.assertEqual(self.file.read_text(), "mine")

    def test_a_model_that_would_write_when_it_runs_is_refused(self):
        self.assert_refused(self.network(WritesWhenItRuns()))

    def test_a_folder_for_results_is_made_and_is_gone_when_there_are_none(self):
        for color in ("red", "blue"):
            photo(self.folder / "photos" / color / "1.jpg", (200, 60, 60))
        out = self.folder / "new" / "deep"
        self.run_program("check", self.folder / "photos", "--out", out, "--fix-list", self.folder / "list" / "fix.txt")
        self.assertEqual([path.name for path in out.iterdir()], ["check.html"])
        self.assertTrue((self.folder / "list" / "fix.txt").exists())
        self.run_program("explain", self.folder / "photos", "--model", self.folder / "none.pt", "--out", self.folder / "a" / "b", expect=1)
        self.run_program("check", self.folder / "photos", "--out", self.folder / "a" / "b", "--fix-list",
                         self.folder / "photos" / "red" / "1.jpg" / "c" / "fix.txt", expect=1)
        self.assertFalse((self.folder / "a").exists())

    def test_every_command_is_in_it_unless_told_otherwise(self):
        for options, expected in (((), "2"), (("--no-sandbox",), "0")):
            with subprocess.Popen([PROGRAM, "faces", "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True) as server:
                self.assertIn("http", server.stdout.readline())
                status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{server.pid}/status").read_text().splitlines())
                server.terminate()
            self.assertEqual(status["Seccomp"], expected)


if __name__ == "__main__":
    unittest.main()
