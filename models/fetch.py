#!/usr/bin/python3
"""Gets Microsoft's photos of cats and dogs (docs/real.md) and torchvision's weights, for ./bootstrap real and the exporter.

PAWPRINT_MIRROR, a folder or a URL, takes the place of their sources.
"""

import contextlib
import dataclasses
import io
import os
import re
import sys
import urllib.parse
import urllib.request
from typing import Dict, List, Optional

from download import DownloadError, Source, TIMEOUT_S, ask, download, sha256_of
from cli import ArgumentParser, Error, UsageError, run

CHECKSUMS = "SHA256SUMS"  # in the form of sha256sum

# The checksum is not from Microsoft: it is the one that gomlx's example checks this file by.
CATS_AND_DOGS = Source("https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                       "kagglecatsanddogs_5340.zip", "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
                       824_887_076)


def weights_source(url: str) -> Source:
    digits = re.search(r"-([0-9a-f]{8,64})\.pth$", url)  # how torch.hub names files
    if not digits:
        raise Error(f"{url}: expected a name with the first digits of the file's SHA-256; give --backbone a file")
    return Source(url, digits[1])


def source_called(name: str) -> Source:
    if name == "cats_and_dogs":
        return CATS_AND_DOGS
    import export_backbone  # takes a second or two, for it loads torch
    if name not in export_backbone.NAMES:
        raise UsageError(f"--backbone: expected a file that exists or one of {', '.join(export_backbone.NAMES)}, "
                         f"got {name!r}; choose one of them")
    return weights_source(export_backbone.weights_url(name))


def parse_checksums(text: str) -> Dict[str, str]:
    """name -> SHA-256, of lines as sha256sum writes them; others are passed over."""
    lines = re.findall(r"^([0-9A-Fa-f]{64}) [ *](.+?)\r?$", text, re.MULTILINE)
    return {name: digest.lower() for digest, name in lines}


def read_checksums(path: str) -> Dict[str, str]:
    with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8", errors="replace") as file:
        return parse_checksums(file.read())
    return {}


def record_checksum(folder: str, name: str, digest: str) -> None:
    path = os.path.join(folder, CHECKSUMS)
    recorded = read_checksums(path)
    if recorded.get(name) == digest:
        return
    recorded[name] = digest
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.writelines(f"{digest}  {name}\n" for name, digest in sorted(recorded.items()))
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".part", path)


class Mirror:
    """A folder or URL where files lie under their names. A SHA256SUMS there outweighs what is known here."""

    def __init__(self, place: str):
        self.place = place
        parts = urllib.parse.urlsplit(place)
        self.folder = urllib.request.url2pathname(parts.path) if parts.scheme == "file" else place
        self.is_url = parts.scheme in ("http", "https")
        if not self.is_url and not os.path.isdir(self.folder):
            raise UsageError("PAWPRINT_MIRROR: expected a folder that exists, or a URL of http, https or file, "
                             f"got {place!r}; correct or unset it")
        self.checksums = self.fetch_checksums() if self.is_url else read_checksums(self.path(CHECKSUMS))

    def url(self, name: str) -> str:
        return f"{self.place.rstrip('/')}/{urllib.parse.quote(name)}"

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def fetch_checksums(self) -> Dict[str, str]:
        text = io.BytesIO()
        code, problem = ask(self.url(CHECKSUMS), text, 1 << 20, TIMEOUT_S)
        if code and not 400 <= code < 500:  # where it is one of these, the mirror has none
            raise DownloadError(f"{self.url(CHECKSUMS)}: expected an answer, got: {problem}; "
                                "correct or unset PAWPRINT_MIRROR")
        return parse_checksums(text.getvalue().decode("utf-8", "replace"))

    def source(self, original: Source) -> Source:
        digest = self.checksums.get(original.name, original.sha256)
        if not digest.startswith(original.sha256):
            print(f"{original.name}: not the original, but what {CHECKSUMS} of {self.place} lists", file=sys.stderr)
            return Source(self.url(original.name), digest)
        return Source(self.url(original.name), digest, original.size)


def given_mirror() -> Optional[Mirror]:
    place = os.environ.get("PAWPRINT_MIRROR")
    return Mirror(place) if place else None


def check_file(path: str, sha256: str, advice: str) -> str:
    """-> its SHA-256"""
    digest = sha256_of(path)
    if not digest.startswith(sha256):
        raise Error(f"{path!r}: expected SHA-256 {sha256}, got {digest}; {advice}")
    return digest


def obtain(source: Source, folder: str, mirror: Optional[Mirror]) -> str:
    """-> the path of the file, which is in `folder` afterwards, or where a mirror that is a folder has it."""
    if mirror:
        source = mirror.source(source)
    if mirror and not mirror.is_url:
        path = mirror.path(source.name)
        if not os.path.isfile(path):
            raise DownloadError(f"{path!r}: expected this file in the mirror, got none; put it there")
        check_file(path, source.sha256, f"replace it, or list it in {CHECKSUMS} beside it if it is the right one")
        return path
    path = os.path.join(folder, source.name)
    recorded = read_checksums(os.path.join(folder, CHECKSUMS)).get(source.name, source.sha256)
    if os.path.exists(path):
        digest = check_file(path, recorded, "remove it, and run again")
    else:
        if recorded.startswith(source.sha256):  # all its digits
            source = dataclasses.replace(source, sha256=recorded)
        digest = download(source, folder)
    record_checksum(folder, source.name, digest)
    return path


def by_hand(sources: List[Source], folder: str) -> str:
    missing = [source for source in sources if not os.path.exists(os.path.join(folder, source.name))]
    return "\n".join(["By hand: get these files some other way",
                      *(f"  {source.url}\n    SHA-256 {source.sha256:.<64}" for source in missing),
                      f"into {folder}, and run this again; or have them in a folder and set PAWPRINT_MIRROR to it.",
                      "With photos of your own: ./bootstrap real --data DIR; with a backbone: --backbone FILE."])


def parse(arguments: List[str]):
    parser = ArgumentParser(prog="fetch.py", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("names", metavar="NAME", nargs="+", help="cats_and_dogs, or a network of export_backbone.py")
    parser.add_argument("--into", metavar="DIR", required=True, help="where files are kept")
    return parser.parse_args(arguments)


def main(arguments: List[str]) -> None:
    """Prints the path of each file."""
    args = parse(arguments)
    sources = [source_called(name) for name in args.names]
    os.makedirs(args.into, exist_ok=True)
    try:
        mirror = given_mirror()
        for source in sources:
            print(obtain(source, args.into, mirror))
    except DownloadError as error:
        raise Error(f"{error}\n{by_hand(sources, args.into)}") from error


if __name__ == "__main__":
    sys.exit(run(main))
