"""./bootstrap real as users run it, against a mirror on loopback: a small archive in the layout of Microsoft's."""
import fcntl
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest
import zipfile

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "models"))
import export_backbone  # noqa: E402
import fetch  # noqa: E402
from tests.support.file_server import FileServer  # noqa: E402
from tests.support.program import PROGRAM, SOURCE, ProgramTest, export  # noqa: E402

ARCHIVE, WEIGHTS = fetch.CATS_AND_DOGS.name, fetch.source_called("squeezenet1_1").name
PHOTOS = 120
EVERYTHING = 1 << 40


def zip_pets(path, pets, more=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for class_name, folder in (("Cat", "cats"), ("Dog", "dogs")):
            for number, photo in enumerate(sorted((pets / folder).iterdir())):
                archive.write(photo, f"PetImages/{class_name}/{number}.jpg")
            archive.writestr(f"PetImages/{class_name}/Thumbs.db", b"thumbnails")
        archive.writestr("PetImages/Cat/666.jpg", b"")
        archive.writestr("PetImages/Dog/11702.jpg", b"")
        archive.writestr("readme[1].txt", b"read me")
        for name, contents in more:
            archive.writestr(name, contents)


class Real(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pets = cls.folder / "pets"
        subprocess.run([PROGRAM, "draw", "pets", "--count", str(PHOTOS), "--out", cls.pets, "--quiet"], check=True)
        cls.files = {}
        zip_pets(cls.folder / ARCHIVE, cls.pets)
        with torch.no_grad():
            torch.save(export_backbone.random_model("squeezenet1_1", 1)[0].state_dict(), cls.folder / WEIGHTS)
        for name in (ARCHIVE, WEIGHTS):
            cls.files[name] = (cls.folder / name).read_bytes()

    def setUp(self):
        self.server = self.enterContext(FileServer())
        self.serve(self.files)
        self.out = self.folder / self.id().rpartition(".")[2]

    def serve(self, files):
        sums = "".join(f"{hashlib.sha256(contents).hexdigest()}  {name}\n" for name, contents in files.items())
        self.server.files = {**files, "SHA256SUMS": sums.encode()}

    def start(self, *options, **environment):
        environment = {**os.environ, "PAWPRINT": PROGRAM, "PAWPRINT_MIRROR": self.server.url, "no_proxy": "127.0.0.1",
                       **environment}
        arguments = [SOURCE / "bootstrap", "--no-install", "real", "--out", self.out, *options]
        return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                cwd=self.folder, start_new_session=True)

    def real(self, *options, expect=0, **environment):
        started = self.start(*options, **environment)
        out, err = started.communicate(timeout=300)
        self.assertEqual(started.returncode, expect, out + err)
        return out, err

    def metrics(self, name):
        return json.loads((self.out / name / "metrics.json").read_text())

    def test_from_nothing_to_the_report(self):
        half = len(self.files[ARCHIVE]) // 2
        self.kill_when_downloaded(half)
        self.server.break_after = [EVERYTHING, 1000]  # the checksums, the archive
        out, _ = self.real("--backbone", "squeezenet1_1")
        self.assertEqual(self.server.requests[2:], [
            ("SHA256SUMS", None, 200), (ARCHIVE, f"bytes={half}-", 206), (ARCHIVE, f"bytes={half + 1000}-", 206),
            (WEIGHTS, None, 200)])
        self.assertEqual(self.server.bytes_sent,  # of the files each byte once
                         sum(map(len, self.server.files.values())) + len(self.server.files["SHA256SUMS"]))
        self.assertIn("Cat 61, Dog 61, left out 3", out)
        run, test = self.metrics("run"), self.metrics("test")
        self.assertEqual(run["n_train"] + run["n_val"] + run["test"]["n_test"], PHOTOS)  # each on one side
        self.assertEqual((test["n_val"], run["unreadable"], test["unreadable"], run["classes"]), (24, 2, 0, ["Cat", "Dog"]))
        for key in ("accuracy", "confusion"):
            self.assertEqual(run["test"][key], test[key])
        print(f"accuracy {test['accuracy']}")
        self.assertGreater(test["accuracy"], 0.6)  # random weights
        for name in ("run", "test"):
            self.assertIn((self.out / name / "report.html").as_uri(), out)
            self.assertTrue((self.out / name / "report.html").is_file())
        self.check_again(run, test)

    def kill_when_downloaded(self, size):
        self.server.silent_after = {ARCHIVE: size}
        started = self.start("--backbone", "squeezenet1_1")
        self.assertTrue(self.server.silent.wait(60))
        part = self.out / "downloads" / (ARCHIVE + ".part")
        while not part.exists() or part.stat().st_size < size:  # sent, and on its way to the disk
            self.assertIsNone(started.poll())
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()
        self.assertEqual(len(self.server.requests), 2)

    def check_again(self, run, test):
        """A second run fetches nothing and gives the same."""
        self.server.requests.clear()
        self.real("--backbone", "squeezenet1_1")
        self.assertEqual(self.server.requests, [])
        for before, after in ((run, self.metrics("run")), (test, self.metrics("test"))):
            for key in ("accuracy", "log_loss", "confusion"):
                self.assertEqual(before[key], after[key])

    def test_own_photos_and_backbone_need_no_network(self):
        export("squeezenet1_1", self.folder / "own.pt", "--random", "1")
        self.real("--data", "pets", "--backbone", "own.pt")  # both from the caller's folder on
        self.assertEqual(self.server.requests, [])
        self.assertEqual(self.metrics("test")["classes"], ["cats", "dogs"])
        self.assertFalse((self.out / "downloads").exists())

    def test_hostile_archive_leaves_nothing_behind(self):
        hostile = self.folder / "hostile.zip"
        zip_pets(hostile, self.pets, [("../../evil.jpg", b"evil")])
        self.serve({**self.files, ARCHIVE: hostile.read_bytes()})
        _, err = self.real("--backbone", "squeezenet1_1", expect=1)
        self.assertIn("expected a path that stays in the folder, got '../../evil.jpg'", err)
        self.assertEqual(sorted(os.listdir(self.out)), ["downloads", "lock"])
        self.assertEqual(list(self.folder.rglob("evil*")), [])

    def test_damaged_archive_is_not_kept(self):
        damaged = bytearray(self.files[ARCHIVE])
        damaged[len(damaged) // 2] ^= 1
        self.server.files[ARCHIVE] = bytes(damaged)
        _, err = self.real("--backbone", "squeezenet1_1", expect=1)
        self.assertIn("SHA-256", err)
        self.assertEqual(os.listdir(self.out / "downloads"), [])

    def test_without_a_network_it_says_what_to_do_by_hand(self):
        nobody = "http://127.0.0.1:9"  # the port of `discard`
        out, err = self.real(expect=1, PAWPRINT_MIRROR="", https_proxy=nobody, HTTPS_PROXY=nobody)
        for word in (fetch.CATS_AND_DOGS.url, fetch.CATS_AND_DOGS.sha256, "mobilenet_v2-b0353104.pth", "By hand",
                     str(self.out / "downloads"), "PAWPRINT_MIRROR", "--data DIR"):
            self.assertIn(word, err)
        self.assertEqual(err.count("expected"), 1)
        self.assertNotIn("Traceback", err)
        self.assertNotIn("Unpacking", out)

    def test_two_at_once_do_not_mix(self):
        self.out.mkdir()
        with open(self.out / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("expected no other", self.real(expect=1)[1])
        self.assertEqual(self.server.requests, [])

    def test_wrong_command_lines(self):
        for options, word in ((("--data",), "--data"), (("--data", ""), "--data"), (("demo",), "usage"),
                              (("--backbone", "foo"), "mobilenet_v2")):
            self.assertIn(word, self.real(*options, expect=2)[1])
        self.assertIn("expected a folder", self.real("--data", "none", expect=1)[1])
        done = subprocess.run([SOURCE / "bootstrap", "demo", "--data", "x"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, "--data" in done.stderr), (2, True))


if __name__ == "__main__":
    unittest.main()
