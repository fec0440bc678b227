"""pawprint backbone get and list, and --backbone NAME, as users run them; the weights come from a mirror on loopback."""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.file_server import FileServer  # noqa: E402
from tests.support.mirror import export_backbone, random_weights, serve, weights_name  # noqa: E402
from tests.support.program import PROGRAM, SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402

NAME = "squeezenet1_1"
LANDLOCK_CREATE_RULESET, VERSION = 444, 1


class BackboneTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weights = random_weights(NAME, cls.folder / "weights.pth")

    def setUp(self):
        self.data = self.folder / self.id().rpartition(".")[2]
        self.kept = self.data / "pawprint" / "backbones"
        self.server = self.enterContext(FileServer())
        serve(self.server, NAME, self.weights)
        self.environment = {**os.environ, "XDG_DATA_HOME": str(self.data), "PAWPRINT_MIRROR": self.server.url, "no_proxy": "*"}

    def run_here(self, *line, expect=0, **environment):
        return self.run_program(*line, expect=expect, env={**self.environment, **environment}, cwd=self.folder)

    def get(self, *line, **options):
        return self.run_here("backbone", "get", *(line or (NAME,)), **options)

    def assert_nothing_is_left(self):
        self.assertFalse(self.data.exists(), list(self.data.rglob("*")))


class Get(BackboneTest):
    def test_keeps_what_it_has_checked_and_gets_it_once(self):
        done = self.get()
        self.assertIn(f"checked: '{self.kept / NAME}.pt'", done.stdout)
        self.assertIn(weights_name(NAME), done.stderr)  # a download that can be seen
        self.assertEqual(os.listdir(self.kept), [f"{NAME}.pt"])
        self.assertIn("golden        good", self.run_here("backbone", NAME).stdout)
        first, self.server.requests[:] = (self.kept / f"{NAME}.pt").read_bytes(), []
        self.assertIn("is there already, and good", self.get().stdout)
        self.assertEqual(self.server.requests, [])
        (self.kept / f"{NAME}.pt").write_bytes(first[:-1] + bytes([first[-1] ^ 1]))
        self.assertIn("is damaged; getting it anew", self.get().stderr)
        self.assertEqual((self.kept / f"{NAME}.pt").read_bytes(), first)

    def test_quiet_is_quiet(self):
        self.assertEqual(self.get(NAME, "--quiet").stderr, "")

    def test_takes_a_file_that_is_there(self):
        self.get(NAME, "--weights", self.weights.name)
        self.get(NAME, "--weights", self.weights.name)  # once more, although there is one
        self.assertEqual((self.server.requests, os.listdir(self.kept)), ([], [f"{NAME}.pt"]))

    def test_wrong_weights_are_refused_and_nothing_is_left(self):
        (self.folder / "wrong.pth").write_bytes(b"wrong")
        for line, message in (((NAME, "--weights", "wrong.pth"), "cannot read"), (("resnet18", "--weights", self.weights.name), "does not fit"),
                              (("resnet18",), "status 404")):
            self.assertIn(message, self.get(*line, expect=1).stderr)
            self.assert_nothing_is_left()
        del self.server.files["SHA256SUMS"]
        for options in ((), ("--quiet",)):
            said = self.get(NAME, *options, expect=1).stderr
            self.assertRegex(said, r"(?m)^pawprint backbone get: http.*: expected SHA-256 [0-9a-f]{8}, got [0-9a-f]{64}; .*--weights FILE$")
            self.assert_nothing_is_left()
        self.assertEqual(said.count("\n"), 1, said)

    def test_what_can_be_wrong_is_one_message(self):
        self.assertIn("expected `resnet18`, `", self.get("petite", expect=2).stderr)
        self.run_here("backbone", "get", expect=2)
        self.assertIn("PAWPRINT_MIRROR: expected a folder", self.get(expect=2, PAWPRINT_MIRROR="nonesuch").stderr)
        for home, message in (({"HOME": ""}, "XDG_DATA_HOME: expected a folder"), ({"HOME": "/proc"}, "expected a folder that can be written"),
                              ({"HOME": "/dev/null"}, "expected a folder that can be written")):
            self.assertIn(message, self.get(expect=1, XDG_DATA_HOME="", **home).stderr)

    def test_python_without_torchvision_is_told_of_and_may_write_only_below_its_folder(self):
        outside = self.folder / "outside"
        (self.folder / "python").mkdir()
        (self.folder / "python" / "torchvision.py").write_text(f"open({str(outside)!r}, 'w')\nraise ImportError")
        said = self.get(expect=1, PYTHONPATH=str(self.folder / "python")).stderr
        self.assertRegex(said, r"^pawprint backbone get: python3: expected one with torchvision, .*apt install python3-torchvision.*\n$")
        self.assert_nothing_is_left()
        if ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), VERSION) >= 2:
            self.assertFalse(outside.exists())
        self.get(NAME, "--no-sandbox", expect=1, PYTHONPATH=str(self.folder / "python"))
        self.assertTrue(outside.exists())

    def begin(self):
        """A run that waits for the rest of the weights."""
        self.server.silent_after = {weights_name(NAME): 1000}
        process = subprocess.Popen([PROGRAM, "backbone", "get", NAME], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                   text=True, start_new_session=True)
        self.assertTrue(self.server.silent.wait(60))
        self.server.silent.clear()
        return process

    def assert_no_program_works_there(self):
        begin = time.monotonic()
        while working := subprocess.run(["pgrep", "-f", str(self.kept)], capture_output=True, text=True).stdout:
            self.assertLess(time.monotonic() - begin, 10, working)
            time.sleep(0.05)

    def test_interrupted_it_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.begin()
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
            self.assertEqual((process.returncode, said.count("interrupted"), said.count("Traceback")), (128 + number, 1, 0), said)
            self.assert_nothing_is_left()
            self.assert_no_program_works_there()

    def test_what_a_killed_one_left_goes_with_the_next(self):
        process = self.begin()
        status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines())
        self.assertEqual(status["Seccomp"], "2")  # the sandbox, with a hole for programs
        process.kill()
        process.communicate(timeout=60)
        self.assert_no_program_works_there()
        self.assertEqual(len(os.listdir(self.kept)), 1)
        self.get()
        self.assertEqual(os.listdir(self.kept), [f"{NAME}.pt"])

    def test_two_at_once_do_not_disturb_each_other(self):
        first = self.begin()
        self.get()
        self.assertEqual(len(os.listdir(self.kept)), 2)  # that of the first is still there
        first.terminate()
        first.communicate(timeout=60)
        self.assertEqual(os.listdir(self.kept), [f"{NAME}.pt"])


class Names(BackboneTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.got = export(NAME, cls.folder / f"{NAME}.pt", "--weights", cls.weights)

    def keep(self):
        self.kept.mkdir(parents=True)
        shutil.copy(self.got, self.kept)

    def test_a_file_comes_first_then_builtin_networks_then_kept_ones(self):
        self.keep()
        shutil.copy(self.kept / f"{NAME}.pt", self.kept / "petite.pt")
        shutil.copy(self.kept / f"{NAME}.pt", self.kept / "mine.of.2020.pt")
        for said, name in ((NAME, NAME), ("petite", "petite"), ("./petite", None), ("mine.of.2020", NAME)):
            if name:
                self.assertIn(f"name          {name}\n", self.run_here("backbone", said).stdout)
            else:
                self.assertIn("no such file", self.run_here("backbone", said, expect=1).stderr)
        for name in (NAME, "petite"):
            (self.folder / name).write_text("a file")
            self.addCleanup((self.folder / name).unlink)
            self.assertIn("expected a network", self.run_here("backbone", name, expect=1).stderr)

    def test_a_folder_of_that_name_does_not_hide_it(self):
        self.keep()
        (self.folder / NAME).mkdir()
        self.addCleanup((self.folder / NAME).rmdir)
        self.run_here("backbone", NAME)

    def test_the_command_comes_before_a_file_called_get(self):
        shutil.copy(self.weights, self.folder / "get")
        self.run_here("backbone", "get", expect=2)
        for line in (("./get",), ("--", "get")):
            self.assertIn("a state dict", self.run_here("backbone", *line, expect=1).stderr)

    def test_an_unknown_name_is_told_what_there_is(self):
        self.keep()
        for command in (("backbone",), ("finetune", "photos", "--out", "run", "--backbone"), ("check", "photos", "--backbone"),
                        ("neurons", "photos", "--out", "n", "--backbone"), ("bench", "photos", "--backbone"),
                        ("faces", "train", "photos", "--out", "f.pt", "--perceptual-backbone")):
            said = self.run_here(*command, "mobilenet_v2", expect=1).stderr
            self.assertIn(f"'mobilenet_v2': expected a backbone's file, or the name of one that is here (petite, {NAME}), got neither", said)
            self.assertIn("`pawprint backbone get mobilenet_v2`", said)
        self.assertIn("`pawprint backbone list`", self.run_here("backbone", "mobilenet", expect=1).stderr)

    def test_list_has_what_is_there_and_what_can_be_got(self):
        rows = self.run_here("backbone", "list").stdout.splitlines()
        self.assertEqual([row.split()[0] for row in rows], ["name", "petite", *export_backbone.NAMES])
        self.keep()
        (self.kept / "broken.pt").write_text("broken")
        rows = {row.split()[0]: row.split(maxsplit=4) for row in self.run_here("backbone", "list").stdout.splitlines()}
        self.assertEqual(set(rows), {"name", "petite", "broken", *export_backbone.NAMES})
        self.assertEqual((rows["petite"][1], rows["petite"][4]), ("512", "builtin"))
        size = (self.kept / f"{NAME}.pt").stat().st_size
        self.assertEqual((rows[NAME][1:3], rows[NAME][4]), (["512", f"{size / 1e6:.1f}"], f"'{self.kept / NAME}.pt'"))
        self.assertIn(f"SHA-256       {rows[NAME][3]}", self.run_here("backbone", NAME).stdout)
        self.assertEqual((rows["broken"][3], rows["resnet18"][4]), ("-", "pawprint backbone get resnet18"))
        self.assertIn("'" + str(self.kept / "broken.pt"), rows["broken"][4])

    def test_finetune_takes_a_name_and_recommends_a_larger_network(self):
        self.keep()
        for i in range(8):
            photo(self.folder / "photos" / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(self.folder / "photos" / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        line = ("finetune", "photos", "--image-size", 64, "--force", "--out", "run")
        self.assertNotIn("backbone get", self.run_here(*line, "--backbone", NAME).stderr)
        run = json.loads((self.folder / "run" / "metrics.json").read_text())
        self.assertEqual((run["options"]["backbone"], run["backbone"]["name"]), (NAME, NAME))
        self.assertIn("`pawprint backbone get mobilenet_v2`", self.run_here(*line).stderr)
        self.assertEqual(self.run_here(*line, "--quiet").stderr, "")

    @needs_shared
    def test_real_weights_from_the_mirror_teach_cats_and_dogs(self):
        serve(self.server, "mobilenet_v2", SHARED / "backbones" / "mobilenet_v2.pth")
        self.get("mobilenet_v2")
        for animal in ("cats", "dogs"):
            for path in sorted((SHARED / "pets" / animal).iterdir())[:40]:
                (self.folder / "pets" / animal).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, self.folder / "pets" / animal)
        self.run_here("finetune", "pets", "--backbone", "mobilenet_v2", "--out", "taught")
        run = json.loads((self.folder / "taught" / "metrics.json").read_text())
        self.assertGreater(run["accuracy"], 0.9)


if __name__ == "__main__":
    unittest.main()
