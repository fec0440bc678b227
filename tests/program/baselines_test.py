"""What users and their scripts hold on to, as files: help, the manual page, the keys of metrics.json, a report's outline.

A change of these is meant, or it is a mistake: the difference is printed. To accept it, with the release build:
PAWPRINT_UPDATE_BASELINES=1 /usr/bin/python3 tests/program/baselines_test.py"""
import difflib
import html.parser
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import SOURCE, ProgramTest

BASELINES = SOURCE / "tests" / "baselines"
UPDATE = os.environ.get("PAWPRINT_UPDATE_BASELINES", "") not in ("", "0")


def key_types(value, path=""):
    """{"groups.largest[]": "string", ...}: the paths of all that is no object or list, with their types."""
    if isinstance(value, dict) and value:
        lines = [key_types(part, f"{path}.{key}" if path else key) for key, part in value.items()]
    elif isinstance(value, list) and value:
        lines = [key_types(part, f"{path}[]") for part in value]
    else:
        name = {dict: "{}", list: "[]", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
        return {path: {name[type(value)]}}
    merged = {}
    for part in lines:
        for key, types in part.items():
            merged.setdefault(key, set()).update(types)
    return merged


class Outline(html.parser.HTMLParser):
    """A page's headings and tables' headers, a line each, figures left out. Charts have their titles as headings."""

    SHOWN = {"h1": "# {}", "h2": "## {}", "h3": "### {}", "th": "  | {}"}

    def __init__(self, page):
        super().__init__()
        self.lines, self.tag, self.text = [], None, ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag in self.SHOWN:
            self.tag, self.text = tag, ""

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == self.tag:
            self.lines.append(self.SHOWN[tag].format(re.sub(r"(?<![\w-])\d+([.,]\d+)*", "0", " ".join(self.text.split()))).rstrip())
            self.tag = None


class BaselineTest(ProgramTest):
    def compare(self, name, text):
        path = BASELINES / name
        if UPDATE:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return
        expected = path.read_text() if path.exists() else ""
        difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), f"tests/baselines/{name}", "the program now",
                                          lineterm="")
        if expected != text:
            self.fail("\n".join(("", *difference, "", f"If that is meant: PAWPRINT_UPDATE_BASELINES=1 {sys.executable} "
                                 "tests/program/baselines_test.py, and commit tests/baselines.")))


class Words(BaselineTest):
    def commands(self):
        """As `pawprint --help` lists them, and what is before the first space of some: `faces`."""
        listed = self.run_program("--help").stdout.split("\n\n")[2]
        names = re.findall(r"^  (\S+(?: \S+)?)  ", listed, re.MULTILINE)
        return names + sorted({name.split()[0] for name in names if " " in name})

    def test_help(self):
        names = self.commands()
        self.compare("help/pawprint.txt", self.run_program("--help").stdout)
        for name in names:
            with self.subTest(name):
                self.compare(f"help/{name.replace(' ', '-')}.txt", self.run_program(*name.split(), "--help").stdout)
        known = {"pawprint.txt", *(f"{name.replace(' ', '-')}.txt" for name in names)}
        for path in (BASELINES / "help").iterdir():
            if UPDATE and path.name not in known:
                path.unlink()
        self.assertEqual({path.name for path in (BASELINES / "help").iterdir()} - known, set(), "of commands that are no more")

    def test_manual_page(self):
        page = self.run_program("generate", "man", env={"SOURCE_DATE_EPOCH": "86400"}).stdout
        self.compare("pawprint.1", re.sub(r'(?m)^(\.TH PAWPRINT 1 \S+ "pawprint) [^"]+"', r'\1 VERSION"', page))


class Files(BaselineTest):
    """Of drawn pets. Some are in the wrong folder, so that every part of the report has something to show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data, cls.trained, cls.judged = cls.folder / "pets", cls.folder / "run", cls.folder / "judged"
        test = cls()
        test.run_program("draw", "pets", "--count", 60, "--seed", 1, "--out", data)
        cats, dogs = (sorted((data / name).iterdir()) for name in ("cats", "dogs"))
        for cat, dog in zip(cats[::3], dogs[::3]):
            cat.rename(data / "dogs" / f"swapped-{cat.name}")
            dog.rename(data / "cats" / f"swapped-{dog.name}")
        same = ("--precision", "fp32", "--threads", 2)
        test.run_program("finetune", data, "--backbone", "petite", "--image-size", 64, "--test-fraction", 0.2,
                         "--out", cls.trained, *same)
        test.run_program("evaluate", data, "--model", cls.trained / "model.pt", "--out", cls.judged, *same)

    def check_folder(self, folder, name):
        keys = key_types(json.loads((folder / "metrics.json").read_text()))
        self.compare(f"{name}-metrics.txt", "".join(f"{key}: {' or '.join(sorted(types))}\n" for key, types in sorted(keys.items())))
        self.compare(f"{name}-report.txt", "\n".join(Outline((folder / "report.html").read_text()).lines) + "\n")

    def test_finetune(self):
        self.check_folder(self.trained, "finetune")

    def test_evaluate(self):
        self.check_folder(self.judged, "evaluate")


if __name__ == "__main__":
    unittest.main()
