"""classify as users run it: good and bad files, formats, streams, signals."""
import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, ProgramTest, export, photo  # noqa: E402


class Classify(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        data = cls.folder / "data"
        for i in range(12):
            photo(data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        cls.model = cls.folder / "run" / "model.pt"
        subprocess.run([PROGRAM, "finetune", data, "--backbone", backbone, "--out", cls.folder / "run", "--image-size", "64"],
                       check=True, capture_output=True)
        cls.new = cls.folder / "new"
        for i in range(21):
            photo(cls.new / "a" / f"{i}.jpg", (200, 60, 60) if i % 2 else (60, 60, 200), seed=500 + i)
        cls.bad = cls.folder / "bad"
        good = photo(cls.bad / "good.jpg", (200, 60, 60), seed=900).read_bytes()
        (cls.bad / "empty.jpg").touch()
        (cls.bad / "cut.jpg").write_bytes(good[:len(good) // 2])
        (cls.bad / "really_a_jpeg.png").write_bytes(good)
        (cls.bad / "no_extension").write_bytes(good)
        (cls.bad / "text.jpg").write_text("hello")
        (cls.bad / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(20))
        (cls.bad / "Thumbs.db").write_bytes(b"junk")
        os.mkfifo(cls.bad / "fifo")

    def classify(self, *arguments, expect=0, **options):
        return self.run_program("classify", *arguments, "--model", self.model, expect=expect, **options)

    def rows(self, *arguments, **options):
        return list(csv.DictReader(io.StringIO(self.classify(*arguments, **options).stdout)))

    def test_bad_files_get_rows_with_reasons_and_exit_code_3(self):
        rows = {pathlib.Path(row["path"]).name: row for row in self.rows(self.bad, expect=3)}
        self.assertEqual(sorted(rows), ["cut.jpg", "empty.jpg", "good.jpg", "no_extension", "phone.heic", "really_a_jpeg.png",
                                        "text.jpg"])
        for name in ("good.jpg", "really_a_jpeg.png", "no_extension"):
            self.assertEqual((rows[name]["status"], rows[name]["class"]), ("ok", "red"))
        self.assertEqual(rows["cut.jpg"]["status"], "JPEG cut short")
        self.assertEqual(rows["empty.jpg"]["status"], "empty file")
        self.assertIn("HEIC", rows["phone.heic"]["status"])
        self.assertIn("not an image", rows["text.jpg"]["status"])
        self.assertEqual((rows["cut.jpg"]["class"], rows["cut.jpg"]["red"]), ("", ""))

    def test_accept_truncated(self):
        row, = self.rows(self.bad / "cut.jpg", "--accept-truncated")
        self.assertEqual(row["status"], "ok")

    def test_named_files_always_count(self):
        rows = self.rows(self.bad / "Thumbs.db", self.bad / "missing.jpg", self.bad / "fifo", expect=3)
        self.assertEqual([row["status"] for row in rows],
                         ["not an image of a format that pawprint reads", "no such file", "not a regular file"])

    def test_rows_do_not_depend_on_batch_threads_or_company(self):
        text = self.classify(self.new).stdout
        for options in (("--batch", 1), ("--batch", 5, "--threads", 3), ("--threads", 1), ("--batch", 64)):
            self.assertEqual(self.classify(self.new, *options).stdout, text, options)
        lines = text.splitlines()
        reverse = [line.split(",")[0] for line in lines[:0:-1]]
        self.assertEqual(self.classify(*reverse).stdout.splitlines(), lines[:1] + lines[:0:-1])
        self.assertEqual(self.classify(reverse[0]).stdout.splitlines(), [lines[0], lines[-1]])

    def test_tta_changes_probabilities_a_little(self):
        plain, averaged = self.rows(self.new), self.rows(self.new, "--tta")
        self.assertNotEqual(plain, averaged)
        self.assertEqual([r["class"] for r in plain], [r["class"] for r in averaged])

    def test_paths_from_stdin(self):
        names = [str(self.new / "a" / f"{i}.jpg") for i in (3, 1, 2)]
        lines = self.classify("-", input="\n".join(names)).stdout.splitlines()
        self.assertEqual([line.split(",")[0] for line in lines[1:]], names)
        self.assertEqual(self.classify("-", input="\0".join(names) + "\0").stdout.splitlines(), lines)
        self.assertEqual(self.classify("-", input="\r\n".join(names) + "\r\n").stdout.splitlines(), lines)
        self.assertEqual(self.classify("-", input="").stdout.splitlines(), lines[:1])

    def test_odd_names_survive(self):
        odd = self.folder / "odd"
        names = [b"=cmd.jpg", b'a "b", c.jpg', b"line\nbreak.jpg", b"latin-\xe9.jpg", "snow-\u2603.jpg".encode()]
        good = (self.bad / "good.jpg").read_bytes()
        odd.mkdir()
        for name in names:
            (odd / os.fsdecode(name)).write_bytes(good)
        out = self.folder / "odd.jsonl"
        self.classify(odd, "--format", "jsonl", "--out", out)
        found = [os.fsencode(os.path.basename(json.loads(line)["path"])) for line in out.read_text("ascii", "surrogateescape")
                 .encode("ascii", "surrogateescape").decode().splitlines()]
        self.assertEqual(sorted(found), sorted(names))
        rows = self.run_program("classify", "=cmd.jpg", "--model", self.model, cwd=odd).stdout
        self.assertTrue(rows.splitlines()[1].startswith("'=cmd.jpg,"))

    def test_formats(self):
        photos = [self.new / "a" / "1.jpg", self.new / "a" / "2.jpg"]
        self.assertEqual(self.classify(*photos, "--format", "kaggle").stdout, "id,label\n1,1\n2,0\n")
        redux = self.classify(*photos, "--format", "kaggle-redux").stdout.splitlines()
        self.assertGreater(float(redux[1].split(",")[1]), 0.5)
        top = self.rows(*photos, "--top-k", 2)
        self.assertEqual(list(top[0]), ["path", "class", "probability", "class_2", "probability_2", "note", "status"])
        line = json.loads(self.classify(photos[0], "--format", "jsonl", "--top-k", 1).stdout)
        self.assertEqual((line["class"], len(line["top"]), line["status"]), ("red", 1, "ok"))

    def test_sort_into_copies_and_never_overwrites(self):
        out = self.folder / "sorted"
        for _ in range(2):
            self.classify(self.new, "--sort-into", out)
            self.assertEqual((len(list((out / "red").iterdir())), len(list((out / "blue").iterdir()))), (10, 11))
        self.assertEqual((out / "red" / "1.jpg").read_bytes(), (self.new / "a" / "1.jpg").read_bytes())
        photo(self.folder / "other" / "1.jpg", (200, 60, 60), seed=77)
        self.classify(self.folder / "other", "--sort-into", out, "--link")
        self.assertTrue((out / "red" / "1-2.jpg").is_symlink())

    def test_out_is_whole_or_not_there(self):
        out = self.folder / "rows.csv"
        out.write_text("old")
        process = subprocess.Popen([PROGRAM, "classify", self.new, "-", "--model", self.model, "--out", out],
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with process:
            while process.poll() is None and not self.has_unnamed_file(process.pid):  # it has begun to write
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            process.wait(60)
            process.stdin.close()
        self.assertEqual(process.returncode, 130)
        self.assertEqual(out.read_text(), "old")
        self.assertEqual([p.name for p in self.folder.glob("*") if p.name.startswith((".pawprint", "rows.csv"))], ["rows.csv"])

    def has_unnamed_file(self, pid):
        links = [os.path.realpath(file) for file in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
        return any(link.startswith(str(self.folder)) and link.endswith("(deleted)") for link in links)

    def test_terminated_while_working(self):
        many = "\n".join([str(self.new / "a" / "1.jpg")] * 200_000)
        process = subprocess.Popen([PROGRAM, "classify", "-", "--model", self.model], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        feeder = threading.Thread(target=self.feed, args=(process.stdin, many))
        feeder.start()
        with process:
            self.assertTrue(process.stdout.readline().startswith("path,"))
            self.assertIn("1.jpg", process.stdout.readline())
            process.terminate()
            rest = process.stdout.read()
        feeder.join()
        self.assertEqual(process.returncode, 143)
        self.assertTrue(rest.endswith("ok\n"))

    @staticmethod
    def feed(pipe, text):
        try:
            pipe.write(text)
            pipe.close()
        except BrokenPipeError:
            pass

    def test_wrong_command_lines(self):
        for options in ((), ("x.jpg", "--format", "xml"), ("x.jpg", "--batch", "2.5"), ("x.jpg", "--top-k", "0"),
                        ("x.jpg", "--link"), ("x.jpg", "--quiet=no"), ("x.jpg", "--nonsense"), ("x.jpg", "--threads", "2", "--threads", "3")):
            self.classify(*options, expect=2)
        self.run_program("classify", self.new, expect=2)
        self.run_program("nonsense", expect=2)

    def test_other_files_are_no_models(self):
        for name in ("net.pt", "bad/good.jpg", "missing.pt"):
            self.run_program("classify", self.new, "--model", self.folder / name, expect=1)

    def test_help_has_an_example(self):
        for command in ("finetune", "evaluate", "classify", "backbone", "draw"):
            self.assertRegex(self.run_program(command, "--help").stdout, rf"examples?:\s+pawprint {command} ")
        self.assertIn("usage:", self.run_program("--help").stdout)
        self.assertRegex(self.run_program("--version").stdout, r"^pawprint \d+\.\d+\.\d+ \([\w./-]+\)\nreads JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC, AVIF, JPEG XL, raw photos\n$")


if __name__ == "__main__":
    unittest.main()
