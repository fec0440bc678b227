#!/usr/bin/python3
"""Unpacks PetImages/Cat and PetImages/Dog from Microsoft's ZIP archive, of which nothing is believed (docs/real.md).

Anything that such an archive has no use for (a path that leads out, a link, a password, a bomb) refuses it as a whole.
"""

import collections
import os
import re
import resource
import shutil
import stat
import struct
import sys
import zipfile
import zlib
from typing import Dict, List

from cli import ArgumentParser, Error, Progress, run

CLASSES = ("Cat", "Dog")
PHOTO = re.compile(r"PetImages/(Cat|Dog)/([0-9]{1,9}\.jpg)")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_MEMBERS = 50_000  # the archive has 25,000 photos and a few others
MOST_MEMBER_BYTES = 64_000_000  # as much as pawprint reads
MOST_BYTES = 4 << 30
MOST_RATIO = 100  # of unpacked to packed bytes; photos have 1
MOST_MEMORY = 1 << 30  # for what a bad archive makes zipfile do; a good one needs a tenth


def problem_of(member: zipfile.ZipInfo) -> str:
    """What no member may be, photo or not; empty if it may stay."""
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)  # of archives made on Unix; others have 0
    if not name or not name.isprintable() or "\\" in name:
        return "a name without control characters and backslashes"
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        return "a path that stays in the folder"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a file or folder and no link or device"
    if member.flag_bits & 0x1:
        return "a member without password"
    if member.compress_type not in METHODS:
        return "a member stored or deflated"
    if member.file_size > MOST_MEMBER_BYTES:
        return f"at most {MOST_MEMBER_BYTES} bytes"
    if member.file_size > MOST_RATIO * (member.compress_size + 1000):
        return f"at most {MOST_RATIO} times the packed bytes"
    return ""


def check(archive: str, members: List[zipfile.ZipInfo], packed_bytes: int) -> None:
    def refuse(expected: str, got: str):
        raise Error(f"{archive!r}: expected {expected}, got {got}; get the archive from another source")

    if len(members) > MOST_MEMBERS:
        refuse(f"at most {MOST_MEMBERS} members", str(len(members)))
    for member in members:
        if expected := problem_of(member):
            refuse(expected, repr(member.orig_filename))
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        refuse(f"at most {MOST_BYTES} bytes unpacked", str(total))
    if sum(member.compress_size for member in members) > packed_bytes:
        refuse("members side by side", "members that overlap")
    if not all(0 <= member.header_offset < packed_bytes for member in members):
        refuse("members inside the file", "one outside")
    for name, count in collections.Counter(member.orig_filename.lower() for member in members).most_common(1):
        if count > 1:
            refuse("names that differ in more than case", f"{name!r} {count} times")


def write_photos(archive: zipfile.ZipFile, photos: List[zipfile.ZipInfo], folder: str) -> None:
    for name in CLASSES:
        os.makedirs(os.path.join(folder, name))
    progress = Progress("unpack", "photos", len(photos))
    for done, member in enumerate(photos, 1):
        class_name, file_name = PHOTO.fullmatch(member.orig_filename).groups()
        with archive.open(member) as source, open(os.path.join(folder, class_name, file_name), "xb") as target:
            shutil.copyfileobj(source, target, 1 << 20)  # at most file_size bytes; checks the CRC at their end
        progress.report(done)
    progress.end(len(photos))


def unpack(path: str, folder: str) -> Dict[str, int]:
    """The photos as folder/Cat and folder/Dog, all or none. -> counts of photos, and of members left out"""
    temporary = folder + ".part"
    shutil.rmtree(temporary, ignore_errors=True)  # of a run that was broken off
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check(path, members, os.path.getsize(path))
            photos = [member for member in members if PHOTO.fullmatch(member.orig_filename)]
            of_class = collections.Counter(PHOTO.fullmatch(member.orig_filename)[1] for member in photos)
            if len(of_class) < len(CLASSES):
                raise Error(f"{path!r}: expected photos as PetImages/Cat/1.jpg and PetImages/Dog/1.jpg, got "
                            f"{of_class['Cat']} and {of_class['Dog']}; get the archive from another source")
            check_room(folder, sum(member.file_size for member in photos))
            write_photos(archive, photos, temporary)
        os.sync()  # once, instead of 25,000 times
        os.rename(temporary, folder)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, MemoryError) as error:
        raise Error(f"{path!r}: expected a whole ZIP archive, got: {str(error) or type(error).__name__}; "
                    "remove it, and get it again") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return {**of_class, "left out": sum(not member.is_dir() for member in members) - len(photos)}


def check_room(folder: str, needed: int) -> None:
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(folder))).free
    if needed > free:
        raise Error(f"{folder!r}: expected room for {needed} bytes, got {free}; make room, and run again")


def main(arguments: List[str]) -> None:
    parser = ArgumentParser(prog="unpack_photos.py", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("archive", metavar="ARCHIVE")
    parser.add_argument("folder", metavar="DIR", help="gets Cat/ and Dog/; must not exist")
    args = parser.parse_args(arguments)
    if os.path.exists(args.folder):
        raise Error(f"{args.folder!r}: expected a new folder, got one that is there; remove it, or use it as it is")
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    counts = unpack(args.archive, args.folder)
    print(f"{args.folder}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))


if __name__ == "__main__":
    sys.exit(run(main))
