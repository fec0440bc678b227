#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/fetch_test.py"""

import contextlib
import hashlib
import io
import os
import pathlib
import re
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]
import download  # noqa: E402
import export_backbone  # noqa: E402
import fetch  # noqa: E402
from cli import Error, UsageError  # noqa: E402
from tests.support.file_server import FileServer  # noqa: E402

ARCHIVE, WEIGHTS = "kagglecatsanddogs_5340.zip", "mobilenet_v2-b0353104.pth"


def sha256(contents):
    return hashlib.sha256(contents).hexdigest()


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.into = self.folder / "downloads"
        self.enterContext(mock.patch.object(download, "WAITS_S", (0, 0, 0)))
        self.enterContext(mock.patch.dict(os.environ, {"no_proxy": "*"}))
        os.environ.pop("PAWPRINT_MIRROR", None)
        self.err = self.enterContext(contextlib.redirect_stderr(io.StringIO()))

    def fetch(self, *names):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            fetch.main([*names, "--into", str(self.into)])
        return out.getvalue().splitlines()

    def assert_refused(self, *words, names=("cats_and_dogs",), error=Error):
        with self.assertRaises(error) as raised:
            self.fetch(*names)
        for word in words:
            self.assertIn(word, str(raised.exception))

    def known(self, contents):
        """As if the archive had these contents."""
        source = download.Source(fetch.CATS_AND_DOGS.url, sha256(contents))
        return mock.patch.object(fetch, "CATS_AND_DOGS", source)


class Sources(unittest.TestCase):
    def test_every_network_has_an_address_and_the_first_digits_of_its_checksum(self):
        for name in export_backbone.NAMES:
            with self.subTest(name):
                source = fetch.source_called(name)
                self.assertTrue(source.url.startswith("https://download.pytorch.org/models/"))
                self.assertRegex(source.sha256, "^[0-9a-f]{8}$")
                self.assertTrue(source.name.endswith(f"-{source.sha256}.pth"))
        self.assertEqual(fetch.source_called("mobilenet_v2").name, WEIGHTS)

    def test_archive(self):
        self.assertEqual(fetch.source_called("cats_and_dogs").name, ARCHIVE)
        self.assertRegex(fetch.CATS_AND_DOGS.sha256, "^[0-9a-f]{64}$")

    def test_unknown_names_are_a_wrong_command_line(self):
        for name in ("foo", "alexnet", "nets/none.pt", ""):
            with self.assertRaisesRegex(UsageError, f"--backbone: .*mobilenet_v2.*got {name!r}"):
                fetch.source_called(name)

    def test_checksums_are_read_as_sha256sum_writes_them(self):
        digest = "0123456789abcdef" * 4
        text = f"{digest}  a.zip\n{digest.upper()} *b c.pth\r\n{digest[1:]}  short\nSHA256 (x) = {digest}\n\n# {digest}  no\n"
        self.assertEqual(fetch.parse_checksums(text), {"a.zip": digest, "b c.pth": digest})


class Downloads(FetchTest):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(FileServer())
        os.environ["PAWPRINT_MIRROR"] = self.server.url + "/data/"
        self.server.files["data/" + ARCHIVE] = self.contents = b"photos" * 1000

    def asked_for(self):
        return [name for name, _, _ in self.server.requests if not name.endswith("SHA256SUMS")]

    def test_mirror_is_held_to_the_known_checksum(self):
        with self.known(self.contents):
            self.assertEqual(self.fetch("cats_and_dogs"), [str(self.into / ARCHIVE)])
            self.server.files["data/" + ARCHIVE] = b"other" * 1000
            os.remove(self.into / ARCHIVE)
            self.assert_refused("SHA-256", sha256(b"other" * 1000))

    def test_first_digits_are_enough_and_all_are_recorded(self):
        self.server.files["data/net-" + sha256(b"weights")[:8] + ".pth"] = b"weights"
        with mock.patch.object(fetch, "CATS_AND_DOGS", download.Source(
                f"https://example.org/net-{sha256(b'weights')[:8]}.pth", sha256(b"weights")[:8])):
            path, = self.fetch("cats_and_dogs")
        self.assertEqual((self.into / "SHA256SUMS").read_text(), f"{sha256(b'weights')}  {os.path.basename(path)}\n")

    def test_recorded_digits_hold_where_few_are_known(self):
        other = next(text for text in map(b"%d".__mod__, range(1000)) if sha256(text)[0] == sha256(self.contents)[0])
        with mock.patch.object(fetch, "CATS_AND_DOGS", download.Source(fetch.CATS_AND_DOGS.url, sha256(other)[0])):
            self.fetch("cats_and_dogs")
            os.remove(self.into / ARCHIVE)
            self.server.files["data/" + ARCHIVE] = other
            self.assert_refused("SHA-256", sha256(self.contents), sha256(other))

    def test_larger_archive_is_refused_before_it_has_come(self):
        with self.known(self.contents):
            fetch.CATS_AND_DOGS.size = len(self.contents) - 1
            self.assert_refused("more than 5999 bytes", "By hand")
        self.assertEqual(os.path.getsize(self.into / (ARCHIVE + ".part")), 0)

    def test_checksums_of_the_mirror_outweigh_the_known_one(self):
        self.server.files["data/SHA256SUMS"] = f"{sha256(self.contents)}  {ARCHIVE}\n".encode()
        self.fetch("cats_and_dogs")
        self.assertIn("not the original", self.err.getvalue())
        os.remove(self.into / ARCHIVE)
        self.server.files["data/" + ARCHIVE] = self.contents[:-1] + b"!"
        self.assert_refused("SHA-256", sha256(self.contents))

    def test_what_is_there_is_not_fetched_again(self):
        with self.known(self.contents):
            self.fetch("cats_and_dogs")
            self.fetch("cats_and_dogs")
            self.assertEqual(self.asked_for(), ["data/" + ARCHIVE])
            os.environ.pop("PAWPRINT_MIRROR")
            self.fetch("cats_and_dogs")
        self.fetch("cats_and_dogs")  # no longer the known one: as recorded

    def test_file_brought_by_hand(self):
        self.into.mkdir()
        (self.into / ARCHIVE).write_bytes(self.contents)
        os.environ.pop("PAWPRINT_MIRROR")
        self.assert_refused("remove it", "SHA-256", sha256(self.contents))
        self.assertTrue((self.into / ARCHIVE).exists())
        with self.known(self.contents):
            self.assertEqual(self.fetch("cats_and_dogs"), [str(self.into / ARCHIVE)])
        self.assertIn(sha256(self.contents), (self.into / "SHA256SUMS").read_text())

    def test_file_that_rots_is_found(self):
        with self.known(self.contents):
            self.fetch("cats_and_dogs")
            (self.into / ARCHIVE).write_bytes(self.contents[:-1])
            self.assert_refused("remove it", ARCHIVE)

    def test_checksums_that_break_off_are_not_believed(self):
        self.server.files["data/SHA256SUMS"] = f"{sha256(self.contents)}  {ARCHIVE}\n".encode() * 2
        self.server.break_after = [90]
        self.assert_refused("SHA256SUMS", "broke off", "correct or unset PAWPRINT_MIRROR", "By hand")

    def test_failure_tells_how_to_do_it_by_hand(self):
        for name in ("data/" + ARCHIVE, "data/SHA256SUMS"):
            with self.subTest(name):
                self.server.refuse_with = [500] * 9 if name.endswith("SUMS") else [404, 404]
                self.assert_refused("By hand", fetch.CATS_AND_DOGS.url, fetch.CATS_AND_DOGS.sha256, WEIGHTS, "b0353104",
                                    str(self.into), "PAWPRINT_MIRROR", "--data", "--backbone",
                                    names=("cats_and_dogs", "mobilenet_v2"))

    def test_only_what_is_missing_is_to_be_brought_by_hand(self):
        with self.known(self.contents), self.assertRaises(Error) as raised:
            self.fetch("cats_and_dogs", "mobilenet_v2")
        self.assertEqual(re.findall(r"https://\S+", str(raised.exception)),
                         ["https://download.pytorch.org/models/" + WEIGHTS])


class Folders(FetchTest):
    def setUp(self):
        super().setUp()
        self.mirror = self.folder / "my mirror"
        self.mirror.mkdir()
        (self.mirror / ARCHIVE).write_bytes(b"photos")

    def test_files_are_used_where_they_are(self):
        for place in (str(self.mirror), self.mirror.as_uri(), self.mirror.as_uri() + "/"):
            with self.subTest(place), self.known(b"photos"):
                os.environ["PAWPRINT_MIRROR"] = place
                path, = self.fetch("cats_and_dogs")
                self.assertTrue(os.path.samefile(path, self.mirror / ARCHIVE))
                self.assertEqual(os.listdir(self.into), [])

    def test_checksums_hold(self):
        os.environ["PAWPRINT_MIRROR"] = str(self.mirror)
        self.assert_refused("SHA-256", fetch.CATS_AND_DOGS.sha256, "SHA256SUMS")
        (self.mirror / "SHA256SUMS").write_text(f"{sha256(b'photos')}  {ARCHIVE}\n")
        self.fetch("cats_and_dogs")
        (self.mirror / ARCHIVE).write_bytes(b"photo!")
        self.assert_refused(sha256(b"photos"), sha256(b"photo!"))
        os.remove(self.mirror / ARCHIVE)
        self.assert_refused("got none", str(self.mirror / ARCHIVE))

    def test_places_that_are_no_mirror(self):
        for place in (str(self.folder / "none"), "ftp://example.org", "file:///nonesuch", str(self.mirror / ARCHIVE)):
            with self.subTest(place):
                os.environ["PAWPRINT_MIRROR"] = place
                self.assert_refused("PAWPRINT_MIRROR", repr(place), error=UsageError)


if __name__ == "__main__":
    unittest.main()
