"""What ./bootstrap demo left behind: its steps, and the files they wrote."""

import csv
import io
import re
import shlex
from pathlib import Path
from typing import Dict, List, NamedTuple

from cli import Error

PROGRESS = re.compile(r"^\S[^/]* \d+/\d+ [a-z]+")  # a line now and then of what is under way


class Step(NamedTuple):
    milliseconds: int
    command: str
    said: str

    def option(self, name: str) -> str:
        words = shlex.split(self.command)
        if name not in words[:-1]:
            raise Error(f"{self.command!r}: expected the option {name}, got none; run ./bootstrap demo again")
        return words[words.index(name) + 1]

    def out(self) -> Path:
        return Path(self.option("--out"))


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Error(f"{str(path)!r}: expected what ./bootstrap demo leaves there, got no such file; "
                    "run ./bootstrap demo") from None


def text(path: Path) -> str:
    return content(path).decode("utf-8", "replace")


def table(path: Path) -> List[Dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(path))))


def found(pattern: str, path: Path, what: str) -> re.Match:
    match = re.search(pattern, text(path), re.DOTALL)
    if match is None:
        raise Error(f"{str(path)!r}: expected {what}, got none; run ./bootstrap demo again")
    return match


def pictures_in(folder: Path, extension: str) -> List[Path]:
    """cat.9.jpg before cat.10.jpg; at least one."""
    paths = sorted(folder.glob(f"*{extension}"), key=lambda path: (len(path.name), path.name))
    if not paths:
        raise Error(f"{str(folder)!r}: expected pictures, got none; run ./bootstrap demo again")
    return paths


def read_steps(demo: Path, names: List[str]) -> Dict[str, Step]:
    steps = {}
    for line in text(demo / "steps.tsv").splitlines():
        name, milliseconds, command = line.split("\t")
        said = [line for line in text(demo / "said" / f"{name}.txt").splitlines() if not PROGRESS.match(line)]
        steps[name] = Step(int(milliseconds), command, "\n".join(said).strip())
    missing = [name for name in names if name not in steps]
    if missing:
        raise Error(f"{str(demo / 'steps.tsv')!r}: expected the steps {', '.join(missing)}, got none; "
                    "run ./bootstrap demo again")
    return steps
