#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/download_test.py"""

import contextlib
import hashlib
import io
import os
import pathlib
import random
import resource
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "models")]
import download  # noqa: E402
from cli import Error  # noqa: E402
from tests.support.file_server import FileServer  # noqa: E402

CONTENTS = random.Random(1).randbytes(3_000_000)
OTHER = random.Random(2).randbytes(3_000_000)
HALF = len(CONTENTS) // 2


class Downloads(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(FileServer())
        self.server.files["file"] = CONTENTS
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.part = self.folder / "file.part"
        self.enterContext(mock.patch.object(download, "WAITS_S", (0, 0, 0)))
        self.enterContext(mock.patch.dict(os.environ, {"no_proxy": "*"}))
        self.err = self.enterContext(contextlib.redirect_stderr(io.StringIO()))

    def source(self, contents=CONTENTS, size=0):
        return download.Source(self.server.url + "/file", hashlib.sha256(contents).hexdigest(), size)

    def download(self, contents=CONTENTS, **options):
        digest = download.download(self.source(contents), self.folder, **options)
        self.assertEqual(digest, hashlib.sha256(contents).hexdigest())
        self.assertEqual((self.folder / "file").read_bytes(), contents)
        self.assertEqual(os.listdir(self.folder), ["file"])

    def refuse(self, *words, size=0):
        with self.assertRaises(Error) as raised:
            download.download(self.source(size=size), self.folder)
        for word in words:
            self.assertIn(word, str(raised.exception))
        self.assertFalse((self.folder / "file").exists())

    def statuses(self):
        return [status for _, _, status in self.server.requests]

    def test_whole_file_in_one_request(self):
        self.download()
        self.assertEqual(self.server.requests, [("file", None, 200)])

    def test_broken_off_is_taken_up_where_it_ended(self):
        self.server.break_after = [HALF, 1000]
        self.download()
        self.assertEqual(self.server.requests, [("file", None, 200), ("file", f"bytes={HALF}-", 206),
                                                ("file", f"bytes={HALF + 1000}-", 206)])
        self.assertEqual(self.server.bytes_sent, len(CONTENTS))

    def test_next_run_takes_up_what_the_last_one_left(self):
        self.server.break_after = [HALF, 0, 0, 0]
        self.refuse("broke off", f"{HALF} bytes are kept")
        self.download()
        self.assertEqual(self.server.bytes_sent, len(CONTENTS))

    def test_tries_are_counted_anew_when_something_came(self):
        self.server.break_after = [0, 0, 0, 1000, 0, 0, 1000, 0, 0]
        self.download()
        self.assertEqual(self.server.bytes_sent, len(CONTENTS))

    def test_server_without_ranges(self):
        self.server.ranges = False
        self.part.write_bytes(CONTENTS[:HALF])
        self.download()
        self.assertEqual(self.statuses(), [200, 200])  # what does not continue the part is not taken

    def test_server_without_ranges_that_always_breaks_off_is_given_up(self):
        self.server.ranges = False
        self.server.break_after = [HALF] * 100
        self.refuse("broke off")
        self.assertEqual(self.statuses(), [200] * 7)

    def test_part_of_another_file_is_fetched_anew(self):
        self.part.write_bytes(OTHER[:HALF])
        self.download()
        self.assertEqual(self.statuses(), [206, 200])

    def test_file_that_changes_under_way_is_fetched_anew(self):
        self.server.break_after = [HALF]
        self.enterContext(mock.patch("time.sleep", lambda _: self.server.files.update(file=OTHER)))
        self.download(OTHER)
        self.assertEqual(self.statuses(), [200, 206, 200])

    def test_part_that_is_whole_needs_no_more(self):
        for ranges, status in ((True, 416), (False, 200)):
            with self.subTest(ranges=ranges):
                self.server.ranges, self.server.requests = ranges, []
                self.part.write_bytes(CONTENTS)
                self.download()
                self.assertEqual(self.statuses(), [status])

    def test_part_that_is_longer_than_the_file_is_fetched_anew(self):
        self.part.write_bytes(CONTENTS + b"more")
        self.download()
        self.assertEqual(self.statuses(), [416, 200])

    def test_damaged_bytes_are_found_and_not_kept(self):
        damaged = bytearray(CONTENTS)
        damaged[HALF] ^= 1
        self.server.files["file"] = bytes(damaged)
        self.refuse("SHA-256", self.source().sha256, hashlib.sha256(damaged).hexdigest(), "damaged")
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(self.statuses(), [200])

    def test_damaged_bytes_on_a_bad_network_come_to_an_end(self):
        self.server.files["file"] = OTHER
        self.server.break_after = [HALF, len(OTHER)] * 100
        self.refuse("broke off")
        self.assertLess(self.server.bytes_sent, 5 * len(OTHER))

    def test_login_page_is_not_the_file(self):
        self.server.files["file"] = b"<!DOCTYPE html><title>Log in</title>"
        self.refuse("SHA-256", "log-in?")

    def test_too_large(self):
        for lengths, kept in ((True, 0), (False, len(CONTENTS) - 1)):  # known beforehand, or found out
            for most, size in ((len(CONTENTS) - 1, 0), (1 << 30, len(CONTENTS) - 1)):
                with self.subTest(lengths=lengths, size=size), mock.patch.object(download, "MOST_BYTES", most):
                    self.server.lengths, self.server.requests = lengths, []
                    self.part.unlink(missing_ok=True)
                    self.refuse("more than 2999999 bytes", size=size)
                    self.assertEqual(self.statuses(), [200])
                    self.assertLessEqual(self.part.stat().st_size, kept)

    def test_of_the_largest_size(self):
        for lengths in (True, False):
            self.server.lengths = lengths
            with mock.patch.object(download, "MOST_BYTES", len(CONTENTS)):
                self.download()
            os.remove(self.folder / "file")

    def test_disk_full_is_no_reason_to_try_again(self):
        self.part.symlink_to("/dev/full")
        self.refuse("file.part", "No space left")
        self.assertEqual(self.statuses(), [200])

    def test_disk_that_takes_all_but_the_last_byte(self):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, limits)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENTS) - 1, limits[1]))
        self.refuse("file.part", "File too large")
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.download()
        self.assertEqual(self.server.requests[1:], [("file", f"bytes={len(CONTENTS) - 1}-", 206)])

    def test_refusals(self):
        for status, tries in ((404, 1), (403, 1), (410, 1), (500, 4), (503, 4), (429, 4), (408, 4)):
            with self.subTest(status):
                self.server.requests.clear()
                self.server.refuse_with = [status] * 10
                self.refuse(f"HTTP status {status}", "/file")
                self.assertEqual(self.statuses(), [status] * tries)

    def test_refused_for_a_while(self):
        self.server.refuse_with = [500, 0, 503, 503, 0]
        self.server.break_after = [HALF]
        self.download()
        self.assertEqual(self.statuses(), [500, 200, 503, 503, 206])

    def test_silence_is_broken_off(self):
        self.part.write_bytes(CONTENTS[:HALF])
        self.server.silent_after = {"file": 0}
        begun = time.monotonic()
        self.download(timeout_s=1)
        self.assertLess(time.monotonic() - begun, 15)
        self.assertEqual(self.statuses(), [206, 206])
        self.assertIn(f"a time-out at {HALF} bytes", self.err.getvalue())

    def test_redirects(self):
        self.server.redirect = {"/file": "/elsewhere"}
        self.server.files["elsewhere"] = CONTENTS
        self.download()
        os.remove(self.folder / "file")
        for to, word in (("file:///etc/passwd", "not https"), ("/file", "redirects")):
            self.server.redirect = {"/file": to}
            self.refuse(word)
        self.assertEqual(self.err.getvalue().count("again in"), 0)

    def test_https_is_not_left(self):
        with mock.patch("subprocess.Popen", side_effect=InterruptedError) as popen:
            for url, redirects in (("https://a.example/", "=https"), ("HTTPS://a.example/", "=https"),
                                   ("http://a.example/", "=http,https")):
                with self.assertRaises(InterruptedError):
                    download.ask(url, io.BytesIO(), 1, 1)
                command = popen.call_args.args[0]
                self.assertEqual(command[command.index("--proto-redir") + 1], redirects)

    def test_brackets_are_part_of_the_name(self):
        self.server.files["{a,b}[1]"] = b"contents"
        answer = io.BytesIO()
        self.assertEqual(download.ask(self.server.url + "/{a,b}[1]", answer, 100, 10)[0], 0)
        self.assertEqual(answer.getvalue(), b"contents")

    def test_nobody_there(self):
        self.server.shutdown()
        self.server.server_close()
        self.refuse("connect", self.server.url)
        self.assertEqual(self.err.getvalue().count("again in"), 3)

    def test_own_settings_of_curl_do_not_matter(self):
        (self.folder / ".curlrc").write_text("include\n")
        with mock.patch.dict(os.environ, {"CURL_HOME": str(self.folder), "HOME": str(self.folder)}):
            download.download(self.source(), self.folder)


if __name__ == "__main__":
    unittest.main()
