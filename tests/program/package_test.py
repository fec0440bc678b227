"""`cpack -G DEB`: what is in the packages, and what they depend on."""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, ProgramTest  # noqa: E402

BUILD = pathlib.Path(PROGRAM).parent


def run(*line):
    done = subprocess.run([str(word) for word in line], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{line}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@unittest.skipUnless(shutil.which("dpkg-shlibdeps") and shutil.which("file"), "needs Debian's dpkg-dev and file")
class Package(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
        cls.packages = {path.name.partition("_")[0]: path for path in cls.folder.glob("*.deb")}

    def field(self, package, name):
        return run("dpkg-deb", "-f", self.packages[package], name).strip()

    def files(self, package):
        listed = run("dpkg-deb", "-c", self.packages[package]).splitlines()
        return {line.split()[-1].lstrip("."): line.split()[0] for line in listed if not line.startswith("d")}

    def test_there_are_two(self):
        self.assertEqual(sorted(self.packages), ["pawprint", "pawprint-dev"])
        version = re.match(r"pawprint (\S+) \(.+\)\n", run(PROGRAM, "--version"))[1]
        for package in self.packages:
            self.assertEqual(self.field(package, "Version"), f"{version}-1")
            self.assertRegex(self.field(package, "Description").splitlines()[0], r"^[a-z].{20,78}[a-z+]$")

    def test_the_programs_files(self):
        files = self.files("pawprint")
        for name in ("/usr/bin/pawprint", "/usr/libexec/pawprint/pawprint-bin", "/usr/share/man/man1/pawprint.1.gz",
                     "/usr/share/bash-completion/completions/pawprint", "/usr/share/zsh/vendor-completions/_pawprint",
                     "/usr/share/doc/pawprint/copyright", "/usr/share/doc/pawprint/changelog.Debian.gz",
                     "/usr/share/pawprint/export_backbone.py", "/usr/share/pawprint/to_onnx.py", "/usr/share/pawprint/fetch.py",
                     "/usr/share/pawprint/download.py", "/usr/share/pawprint/cli.py"):
            self.assertIn(name, files)
        for name, mode in files.items():
            self.assertTrue(name.startswith(("/usr/bin/", "/usr/libexec/", "/usr/share/")), name)
            self.assertIn(mode, ("-rw-r--r--", "-rwxr-xr-x"), name)

    def test_what_the_program_depends_on(self):
        depends = self.field("pawprint", "Depends")
        for name in ("libtorch", "libopencv-core", "libopencv-objdetect", "libmicrohttpd", "libjemalloc", "libssl", "libhwy",
                     "libseccomp", "libutf8proc"):
            self.assertRegex(depends, rf"(^|, ){name}[0-9.]+(t64)? \(>= ")  # found by dpkg-shlibdeps
        self.assertRegex(depends, r"\blibopenblas0-pthread\b")  # found by none
        self.assertRegex(depends, r"\bopencv-data\b")
        self.assertNotIn("-dev", depends)
        self.assertNotIn("python", depends)
        self.assertEqual(set(self.field("pawprint", "Recommends").split(", ")), {"python3-torchvision", "curl", "ca-certificates"})

    def test_the_developers_files(self):
        files = self.files("pawprint-dev")
        for name in ("/usr/include/pawprint/pawprint.h", "/usr/lib/cmake/pawprint/pawprint-config.cmake",
                     "/usr/lib/pawprint/libpawprint_models.a", "/usr/share/doc/pawprint-dev/copyright",
                     "/usr/share/doc/pawprint-dev/examples/classify_photo.cpp"):
            self.assertIn(name, files)
        self.assertEqual(set(files) & set(self.files("pawprint")), set())
        self.assertIn("libtorch-dev", self.field("pawprint-dev", "Depends"))

    def test_the_program_runs_as_packed(self):
        root = self.folder / "root"
        run("dpkg-deb", "-x", self.packages["pawprint"], root)
        run(root / "usr" / "bin" / "pawprint", "draw", "pets", "--count", 2, "--out", self.folder / "drawn")


if __name__ == "__main__":
    unittest.main()
