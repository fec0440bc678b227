#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/unpack_photos_test.py"""

import contextlib
import io
import os
import pathlib
import random
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile
from unittest import mock

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models"))
import unpack_photos  # noqa: E402
from cli import Error  # noqa: E402

GOOD = {"PetImages/Cat/0.jpg": b"a cat", "PetImages/Cat/666.jpg": b"", "PetImages/Dog/0.jpg": b"a dog" * 1000,
        "PetImages/Dog/12499.jpg": b"another"}


class Unpack(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.archive, self.out = self.folder / "a.zip", self.folder / "photos"
        self.err = self.enterContext(contextlib.redirect_stderr(io.StringIO()))

    def write(self, members, method=zipfile.ZIP_DEFLATED):
        """members: (name or ZipInfo, contents)"""
        with zipfile.ZipFile(self.archive, "w", method) as archive:
            for name, contents in members:
                archive.writestr(name, contents)

    def write_raw(self, name):
        """Good photos, and one of a name that zipfile would not write."""
        stand_in = "x" * len(name)
        self.write([*GOOD.items(), (stand_in, b"evil")])
        self.archive.write_bytes(self.archive.read_bytes().replace(stand_in.encode(), name.encode()))

    def unpack(self):
        return unpack_photos.unpack(str(self.archive), str(self.out))

    def unpacked(self):
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*")
                if path.is_file() and path != self.archive}

    def assert_refused(self, *words):
        with self.assertRaises(Error) as raised:
            self.unpack()
        for word in (str(self.archive), "expected", *words):
            self.assertIn(word, str(raised.exception))
        self.assertEqual(os.listdir(self.folder), ["a.zip"])

    def test_photos_are_unpacked_and_the_rest_is_left_out(self):
        for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            with self.subTest(method):
                self.write([("PetImages/", b""), ("PetImages/Cat/", b""), *GOOD.items(), ("PetImages/Cat/Thumbs.db", b"db"),
                            ("readme[1].txt", b"read me"), ("MSR-LA - 3467.docx", b"may I?"), ("PetImages/Bird/1.jpg", b"no"),
                            ("PetImages/Cat/more/1.jpg", b"no"), ("PetImages/Cat/1.jpg.exe", b"no"),
                            ("PetImages/Cat/\u0661.jpg", b"no"), ("other/PetImages/Cat/0.jpg", b"no")], method)
                self.assertEqual(self.unpack(), {"Cat": 2, "Dog": 2, "left out": 8})
                self.assertEqual(self.unpacked(), {name.replace("PetImages", "photos"): contents
                                                   for name, contents in GOOD.items()})
                for folder in ("Cat", "Dog"):
                    for name in os.listdir(self.out / folder):
                        os.remove(self.out / folder / name)
                    os.rmdir(self.out / folder)
                os.rmdir(self.out)

    def test_what_a_broken_off_run_left_is_removed(self):
        self.write(GOOD.items())
        left = self.folder / "photos.part" / "Cat" / "9.jpg"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half")
        self.unpack()
        self.assertNotIn("photos/Cat/9.jpg", self.unpacked())
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.zip", "photos"])

    def test_paths_that_lead_out(self):
        for name in ("/tmp/evil.jpg", "../evil.jpg", "PetImages/Cat/../../../evil.jpg", "PetImages/..", "C:/evil.jpg",
                     "C:evil.jpg", "//host/share/evil.jpg"):
            with self.subTest(name):
                self.write_raw(name)
                self.assert_refused("stays in the folder", name)

    def test_names_of_other_systems(self):
        for name in ("PetImages\\Cat\\1.jpg", "..\\evil.jpg", "PetImages/Cat/1.jpg\0.exe", "PetImages/Cat/1\n.jpg", "\x1b[2J"):
            with self.subTest(name):
                self.write_raw(name)
                self.assert_refused("control characters and backslashes")

    def test_links_and_devices(self):
        for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK):
            with self.subTest(kind):
                member = zipfile.ZipInfo("PetImages/Cat/1.jpg")
                member.external_attr = (kind | 0o777) << 16
                self.write([*GOOD.items(), (member, "/etc/passwd")])
                self.assert_refused("no link or device", "PetImages/Cat/1.jpg")

    def test_password(self):
        self.write(GOOD.items())
        contents = bytearray(self.archive.read_bytes())
        contents[contents.index(b"PK\1\2") + 8] |= 1
        self.archive.write_bytes(contents)
        self.assert_refused("without password")

    def test_methods_that_need_much_memory(self):
        self.write(GOOD.items(), zipfile.ZIP_LZMA)
        self.assert_refused("stored or deflated")

    def test_names_that_differ_in_case_only(self):
        for other in ("petimages/CAT/0.JPG", "PetImages/Cat/0.jpg"):
            with self.subTest(other), self.assertWarns(UserWarning) if other in GOOD else contextlib.nullcontext():
                self.write([*GOOD.items(), (other, b"other")])
                self.assert_refused("differ in more than case", "petimages/cat/0.jpg")

    def test_bombs(self):
        self.write([*GOOD.items(), ("PetImages/Cat/1.jpg", bytes(20_000_000))])
        self.assert_refused("100 times", "PetImages/Cat/1.jpg")
        with mock.patch.object(unpack_photos, "MOST_MEMBER_BYTES", 4999):
            self.write(GOOD.items())
            self.assert_refused("at most 4999 bytes", "PetImages/Dog/0.jpg")
        with mock.patch.object(unpack_photos, "MOST_BYTES", 5011):
            self.assert_refused("at most 5011 bytes unpacked", "5012")
        with mock.patch.object(unpack_photos, "MOST_MEMBERS", 3):
            self.assert_refused("at most 3 members", "4")

    def test_members_that_overlap(self):
        noise = random.Random(1).randbytes(3000)
        self.write([*GOOD.items(), ("PetImages/Cat/1.jpg", noise)])
        with zipfile.ZipFile(self.archive, "a") as archive:  # nine more names for the same bytes
            for number in range(2, 11):
                again = zipfile.ZipInfo(f"PetImages/Cat/{number}.jpg")
                one = archive.getinfo("PetImages/Cat/1.jpg")
                for key in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
                    setattr(again, key, getattr(one, key))
                archive.filelist.append(again)
            archive._didModify = True
        self.assert_refused("overlap")

    def test_size_that_is_a_lie(self):
        self.write([("PetImages/Cat/0.jpg", bytes(range(256)) * 200), ("PetImages/Dog/0.jpg", b"dog")])
        contents = self.archive.read_bytes()
        lie = contents.replace((51200).to_bytes(4, "little"), (100).to_bytes(4, "little"))
        self.assertNotEqual(lie, contents)
        self.archive.write_bytes(lie)
        self.assert_refused("CRC")

    def test_damaged_member(self):
        self.write(GOOD.items(), zipfile.ZIP_STORED)
        self.archive.write_bytes(self.archive.read_bytes().replace(b"another", b"anothes"))
        self.assert_refused("CRC", "12499.jpg")

    def test_nothing_to_learn_from(self):
        self.write([("PetImages/Cat/0.jpg", b"cat"), ("train/dog.0.jpg", b"dog")])
        self.assert_refused("got 1 and 0")
        self.write([])
        self.assert_refused("got 0 and 0")

    def test_no_room(self):
        self.write(GOOD.items())
        with mock.patch("shutil.disk_usage", return_value=mock.Mock(free=5011)), self.assertRaisesRegex(Error, "room for 5012"):
            self.unpack()

    @mock.patch("os.sync")  # slow where others write much
    def test_any_damage_is_an_error_of_one_line_or_harmless(self, _):
        self.write([*GOOD.items(), ("PetImages/Cat/7.jpg", random.Random(2).randbytes(500))])
        whole = self.archive.read_bytes()
        draw = random.Random(3)
        for i in range(300):
            damaged = bytearray(whole)
            if i % 3 == 0:
                del damaged[draw.randrange(len(whole)):]
            else:
                damaged[draw.randrange(len(whole))] = draw.randrange(256)
            self.archive.write_bytes(damaged)
            try:
                self.unpack()
                subprocess.run(["rm", "-r", self.out], check=True)
            except Error as error:
                self.assertIn("expected", str(error))
            self.assertEqual(os.listdir(self.folder), ["a.zip"])

    def test_what_takes_too_much_memory_is_refused(self):
        self.write(GOOD.items())
        with mock.patch("zipfile.ZipFile.infolist", side_effect=MemoryError):
            self.assert_refused("MemoryError")

    def test_many_members_are_refused_by_their_number(self):
        count = 60_000
        self.write([(f"{i}", b"") for i in range(count)], zipfile.ZIP_STORED)
        script = [sys.executable, ROOT / "models" / "unpack_photos.py", self.archive, self.out]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"at most 50000 members, got {count}", done.stderr)

    def test_command(self):
        self.write(GOOD.items())
        script = [sys.executable, ROOT / "models" / "unpack_photos.py", self.archive, self.out]
        done = subprocess.run(script, capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, f"{self.out}: Cat 2, Dog 2, left out 0\n")
        for arguments, exit_code in ((script, 1), (script[:2], 2)):  # it is there; no archive is named
            done = subprocess.run(arguments, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (exit_code, "", 1))


if __name__ == "__main__":
    unittest.main()
