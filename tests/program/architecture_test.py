"""Which folder includes which: docs/architecture.md says it, the sources keep to it."""

import collections
import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("PAWPRINT_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
PROGRAMS = {"app"}  # launcher.cpp and main.cpp: no source includes them


def arrows():
    """folder -> all that it may include"""
    table = (SOURCE / "docs/architecture.md").read_text().partition("## Arrows")[2].split("```")[1]
    direct = {folder.strip(): names.split() for folder, _, names in
              (line.partition(":") for line in table.strip().splitlines())}

    def reachable(folder):
        return set(direct[folder]).union(*(reachable(name) for name in direct[folder]))

    return {folder: reachable(folder) for folder in direct}


def sources():
    return [path for top in ("app", "models") for path in (SOURCE / top).rglob("*") if path.suffix in (".cpp", ".h")]


def included_headers(path):
    return re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE)


class Architecture(unittest.TestCase):
    def test_every_folder_is_in_the_table(self):
        folders = {str(path.parent.relative_to(SOURCE)) for path in sources()}
        self.assertEqual(folders - PROGRAMS, set(arrows()))

    def test_folders_include_only_what_the_table_allows(self):
        allowed, strange = arrows(), []
        for path in sources():
            folder = str(path.parent.relative_to(SOURCE))
            for header in included_headers(path):
                other = os.path.dirname(header)
                is_options = header.endswith("/options.h") and folder.startswith("app/") and other.startswith("app/")
                if other != folder and folder not in PROGRAMS and other not in allowed[folder] and not is_options:
                    strange.append(f"{path.relative_to(SOURCE)} includes {header}")
        self.assertEqual(strange, [], "see the arrows in docs/architecture.md")

    def test_options_need_no_library(self):
        for path in SOURCE.glob("app/*/options.*"):
            for header in included_headers(path):
                with self.subTest(f"{path.relative_to(SOURCE)} includes {header}"):
                    self.assertTrue(header.endswith("options.h") or os.path.dirname(header) in ("app/base", "app/cli", "models/base"))

    def test_a_type_is_defined_once(self):
        """Two of one name, in sources that know only one of them each, compile and crash: what -Wodr finds, without the build."""
        defined = collections.defaultdict(list)
        for path in sources():
            if path.suffix == ".h":
                text = path.read_text()
                for name in re.findall(r"^(?:struct|class|enum class|union) (\w+)[^;]*?\{", text, re.MULTILINE):
                    defined[re.findall(r"^namespace (\S+) \{", text, re.MULTILINE)[0], name].append(str(path.relative_to(SOURCE)))
        self.assertEqual({name: paths for name, paths in defined.items() if len(paths) > 1}, {})

    def test_libraries_stay_where_they_belong(self):
        places = collections.defaultdict(set)
        for path in sources():
            for library, pattern in (("cxxopts", "<cxxopts"), ("httpd", "<microhttpd"), ("seccomp", "<seccomp"), ("opencv", "<opencv2/"), ("torch", "<(torch|ATen|c10)/")):
                if re.search(f"#include {pattern}", path.read_text()):
                    places[library].add(str(path.parent.relative_to(SOURCE)))
        self.assertEqual(places["cxxopts"], {"app/cli"})
        self.assertEqual(places["httpd"], {"app/web"})
        self.assertEqual(places["seccomp"], {"app/sandbox"})
        self.assertFalse(places["opencv"] & {"models", "models/base", "app/base", "app/cli"})
        self.assertFalse(places["torch"] & {"models/base", "app/base", "app/cli", "app/evaluation", "app/data", "app/drawing", "app/report"})


if __name__ == "__main__":
    unittest.main()
