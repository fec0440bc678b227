"""Downloads a file of a known SHA-256 with curl: resumable, and whole or not at all."""

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
from typing import BinaryIO, Optional, Tuple

from cli import Error, Progress

MOST_BYTES = 2 << 30  # of a file
TIMEOUT_S = 30  # without an answer, or without a byte
WAITS_S = (1, 2, 4)  # after tries in a row that brought nothing new; then it gives up
NO_RANGES = 33  # an exit code of curl
FINAL = {1, 3, 47, 60, 63, 77} | set(range(400, 500)) - {408, 429}  # of curl, and HTTP: another try is of no use


class DownloadError(Error):
    """A file cannot be had from its source; somebody may bring it by hand."""


@dataclasses.dataclass
class Source:
    url: str
    sha256: str  # or its first digits
    size: int = 0  # where it is known: a larger file is then refused before it has come

    @property
    def name(self) -> str:
        return urllib.parse.unquote(urllib.parse.urlsplit(self.url).path).rpartition("/")[2]


def sha256_of(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def ask(url: str, part: BinaryIO, max_bytes: int, timeout_s: int, progress: Optional[Progress] = None) -> Tuple[int, str]:
    """One request for what `part` is short of. -> 0, a status of HTTP or an exit code of curl; that in words"""
    redirects = "=https" if urllib.parse.urlsplit(url).scheme == "https" else "=http,https"
    command = ["curl", "--disable", "--silent", "--no-buffer", "--globoff", "--fail", "--location", "--max-redirs", "10",
               "--proto", "=http,https", "--proto-redir", redirects, "--connect-timeout", str(timeout_s),
               "--speed-limit", "1", "--speed-time", str(timeout_s), "--max-filesize", str(max(1, max_bytes - part.tell())),
               "--continue-at", str(part.tell()), "--write-out", "%{stderr}%{http_code} %{errormsg}", url]
    too_large = f"more than {max_bytes} bytes"
    if not shutil.which("curl"):
        raise Error("curl: expected this program to download with, got none; install it (Debian: apt install curl)")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as curl:
        while chunk := curl.stdout.read1(1 << 18):
            if part.tell() + len(chunk) > max_bytes:  # curl sees that only where it is told the size beforehand
                curl.kill()
                return 63, too_large
            try:
                while chunk:  # a disk that is nearly full takes a bit of it
                    chunk = chunk[part.write(chunk):]
            except OSError as error:
                raise Error(f"{part.name!r}: expected to write it, got: {error.strerror}; make that possible") from error
            if progress:
                progress.report(part.tell() / 1e6)
        status, _, problem = curl.stderr.read().decode(errors="replace").partition(" ")
    if curl.returncode == 22:
        return (0 if status == "416" else int(status)), f"HTTP status {status}"  # 416: there is no more to be had
    words = {1: "a redirect to what is not https", 18: "the connection broke off", 28: "a time-out", 63: too_large}
    return curl.returncode, words.get(curl.returncode) or problem or f"exit code {curl.returncode} of curl"


def receive_all(source: Source, part: BinaryIO, timeout_s: int) -> str:
    """Asks until `part` is the file; gives up when several requests in a row bring nothing new. -> its SHA-256"""
    most, fruitless = part.tell(), 0
    while True:
        begin = part.tell()
        progress = Progress(source.name, "MB", source.size / 1e6, begin / 1e6)
        code, problem = ask(source.url, part, source.size or MOST_BYTES, timeout_s, progress)
        if part.tell() > begin:
            progress.end(part.tell() / 1e6)
        if part.tell() > most:
            most, fruitless = part.tell(), 0
        if code == 0:
            digest = sha256_of(part.name)
            if digest.startswith(source.sha256) or begin == 0:
                return digest
        if code in (0, NO_RANGES):  # its beginning is of another file, or cannot be continued
            part.seek(0)
            part.truncate()
            continue
        if code in FINAL or fruitless == len(WAITS_S):
            raise DownloadError(f"{source.url}: expected to download it, got: {problem}; {part.tell()} bytes are kept")
        print(f"{source.name}: {problem} at {part.tell()} bytes; again in {WAITS_S[fruitless]} s", file=sys.stderr)
        time.sleep(WAITS_S[fruitless])
        fruitless += 1


def download(source: Source, folder: str, timeout_s: int = TIMEOUT_S) -> str:
    """Gets the file; what has come of it is in NAME.part until then. -> its SHA-256"""
    path = os.path.join(folder, source.name)
    with open(path + ".part", "ab", buffering=0) as part:
        digest = receive_all(source, part, timeout_s)
        os.fsync(part.fileno())
    if digest.startswith(source.sha256):
        os.replace(part.name, path)
        return digest
    with open(part.name, "rb") as file:
        web_page = file.read(1) == b"<"
    os.remove(part.name)
    raise DownloadError(f"{source.url}: expected SHA-256 {source.sha256}, got {digest}; " +
                        ("does the network want a log-in?" if web_page else "it is damaged or another file"))
