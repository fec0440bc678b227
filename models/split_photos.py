#!/usr/bin/python3
"""Lists photos in train.csv and test.csv, for --labels of finetune and evaluate (docs/real.md).

Drawn by content: the same picture under two names stands on one side only, in whichever class it lies.
"""

import csv
import hashlib
import os
import sys
from typing import Dict, List, Tuple

from script import ArgumentParser, Error, Progress, run

EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".tif", ".tiff")
TEST_SHARE = 0.2

Row = Tuple[str, str, str]  # path from the folder on, class, SHA-256 of the content


def class_names(data: str) -> List[str]:
    with os.scandir(data) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    if {"train", "val"} <= set(names):
        raise Error(f"{data!r}: expected a folder per class, got train/ and val/; give them to `pawprint finetune`")
    if len(names) < 2:
        raise Error(f"{data!r}: expected a folder for each of 2 classes or more, got {len(names)}; see docs/data.md")
    return names


def photos_in(data: str, class_name: str) -> List[str]:
    """Paths from `data` on."""
    paths = []
    for folder, folders, files in os.walk(os.path.join(data, class_name)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        candidates = (os.path.join(folder, name) for name in files
                      if not name.startswith(".") and name.lower().endswith(EXTENSIONS))
        paths += [os.path.relpath(path, data) for path in candidates if os.path.isfile(path)]
    if not paths:
        raise Error(f"{os.path.join(data, class_name)!r}: expected photos, got none; remove the folder, or fill it")
    return sorted(paths)


def read_rows(data: str) -> List[Row]:
    paths = [(path, name) for name in class_names(data) for path in photos_in(data, name)]
    progress = Progress("list", "photos", len(paths))
    rows = []
    for path, name in paths:
        with open(os.path.join(data, path), "rb") as file:
            rows.append((path, name, hashlib.file_digest(file, "sha256").hexdigest()))
        progress.report(len(rows))
    progress.end(len(rows))
    return rows


def drawn(rows: List[Row], share: float) -> set:
    """The contents to test on: of each class its share, at least one."""
    contents: Dict[str, set] = {}
    for _, name, digest in rows:
        contents.setdefault(name, set()).add(digest)
    test = set()
    for digests in contents.values():  # hashed again, so that this draw has nothing to do with finetune's own
        in_order = sorted(digests, key=lambda digest: hashlib.sha256(b"test " + digest.encode()).digest())
        test.update(in_order[:max(1, round(share * len(in_order)))])
    return test


def write_list(path: str, rows: List[Row]) -> None:
    with open(path + ".part", "w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "label"))
        writer.writerows(row[:2] for row in rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".part", path)


def main(arguments: List[str]) -> None:
    parser = ArgumentParser(prog="split_photos.py", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("data", metavar="DATA", help="a folder per class")
    parser.add_argument("--into", metavar="DIR", required=True, help="gets train.csv and test.csv")
    args = parser.parse_args(arguments)
    rows = read_rows(args.data)
    test = drawn(rows, TEST_SHARE)
    parts = {"train": [row for row in rows if row[2] not in test], "test": [row for row in rows if row[2] in test]}
    os.makedirs(args.into, exist_ok=True)
    for name, part in parts.items():
        write_list(os.path.join(args.into, f"{name}.csv"), part)
    print(f"{args.data}: {len(parts['train'])} photos to learn from, {len(parts['test'])} kept for the test")


if __name__ == "__main__":
    sys.exit(run(main))
