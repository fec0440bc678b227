"""explain as users run it: pictures, the page in a real browser, the check on real photos."""
import csv
import html
import io
import json
import math
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time
import unittest

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from tests.support.models import finetuned  # noqa: E402
from tests.support.program import PROGRAM, SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402
from page import needs_browser, views  # noqa: E402

EVIL = "<img onerror=alert(1) src=x>&amp; 50%#?\".jpg"


def read_json(out):
    return json.loads((out / "explain.json").read_text())


class ExplainTest(ProgramTest):
    def explain(self, *arguments, out, expect=0, model=None, **options):
        shutil.rmtree(self.folder / out, ignore_errors=True)
        done = self.run_program("explain", *arguments, "--model", model or self.model, "--out", self.folder / out, "--quiet",
                                expect=expect, **options)
        return self.folder / out, done


class Explain(ExplainTest):
    """With random weights, on made photos."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        data = cls.folder / "data"
        for i in range(12):
            photo(data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(data / "blue, dark" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        for run, more in (("run", ()), ("mlp", ("--head", "mlp", "--hidden", "8"))):
            subprocess.run([PROGRAM, "finetune", data, "--backbone", backbone, "--out", cls.folder / run, "--image-size", "96",
                            *more], check=True, capture_output=True)
        cls.model = cls.folder / "run" / "model.pt"
        cls.new = cls.folder / "new"
        for i, name in enumerate(("1.jpg", "1.png", "sub/1.jpg", EVIL)):
            photo(cls.new / name, (200, 60, 60) if i % 2 else (60, 60, 200), size=((64, 48), (30, 90))[i % 2], seed=500 + i)

    def test_each_photo_has_a_picture_under_its_name(self):
        out, done = self.explain(self.new, out="names")
        names = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
        self.assertEqual(names, sorted(["explain.json", "index.html", "photos/1.jpg.png", "photos/1.png.png",
                                        f"photos/{EVIL}.png", "photos/sub/1.jpg.png"]))
        self.assertIn("4 photos explained; see", done.stdout)
        self.assertIn("Covering the most salient tenth", done.stdout)
        said = {row["path"]: row for row in csv.DictReader(io.StringIO(
            self.run_program("classify", self.new, "--model", self.model).stdout))}
        for entry in read_json(out)["photos"]:
            row = said[entry["path"]]
            self.assertEqual((entry["class"], f"{entry['probability']:.6f}"), (row["class"], row["probability"]))
            self.assertEqual(len(entry["maps"]), 1)
            with Image.open(out / entry["file"]) as picture:
                width, height = picture.size
            upright = "1.png" in entry["file"] or "onerror" in entry["file"]
            self.assertEqual((width, height), (2 * 250 + 36, 480 + 50 + 24) if upright else (2 * 480 + 36, 360 + 50 + 24))

    def test_of_three_classes_a_map_is_against_the_most_probable_other(self):
        model = finetuned(type(self), 3)
        said = {row["path"]: row for row in csv.DictReader(io.StringIO(
            self.run_program("classify", self.new, "--model", model).stdout))}
        for options, asked in ((("--check", 0), None), (("--check", 0, "--class", "green"), "green")):
            out, _ = self.explain(self.new, *options, out="three", model=model)
            for entry in read_json(out)["photos"]:
                p = {name: float(said[entry["path"]][name]) for name in ("blue", "green", "red")}
                shown, = entry["maps"]
                self.assertEqual(shown["class"], asked or max(p, key=p.get))
                del p[shown["class"]]
                self.assertGreaterEqual(p[shown["against"]] + 1e-5, max(p.values()))  # of six decimals
                if p[shown["against"]] > 0.01 and shown["probability"] > 0.01:  # six decimals are enough then
                    self.assertAlmostEqual(shown["log_odds"], math.log(shown["probability"] / p[shown["against"]]), delta=0.01)
                if asked is None:
                    self.assertGreaterEqual(shown["log_odds"], 0)
            self.assertIn(", against ", (out / "index.html").read_text())

    def test_names_that_meet_get_numbers(self):
        out, _ = self.explain(self.new / "1.jpg", self.new / "sub", self.new / "1.jpg", "--check", 0, out="numbers")
        self.assertEqual([entry["file"] for entry in read_json(out)["photos"]],
                         ["photos/1.jpg.png", "photos/1.jpg-2.png", "photos/1.jpg-3.png"])
        self.assertIsNone(read_json(out)["check"])

    def test_results_do_not_depend_on_threads_or_company(self):
        one, _ = self.explain(self.new, "--threads", 1, out="one")
        two, _ = self.explain(self.new, "--threads", 2, out="two")
        self.assertEqual(read_json(one), read_json(two))
        for entry in read_json(one)["photos"]:
            self.assertEqual((one / entry["file"]).read_bytes(), (two / entry["file"]).read_bytes())
        alone, _ = self.explain(self.new / "sub", out="alone")
        of_sub, = (entry for entry in read_json(one)["photos"] if "sub" in entry["path"])
        self.assertEqual(read_json(alone)["photos"], [{**of_sub, "file": "photos/1.jpg.png"}])

    def test_classes_side_by_side_are_each_others_negative(self):
        for model in ("run", "mlp"):
            out, _ = self.explain(self.new / "1.jpg", "--class", "red", out="red", model=self.folder / model / "model.pt")
            red, = read_json(out)["photos"]
            out, _ = self.explain(self.new / "1.jpg", "--class", "blue, dark", out="blue", model=self.folder / model / "model.pt")
            blue, = read_json(out)["photos"]
            self.assertEqual((red["maps"][0]["class"], blue["maps"][0]["class"]), ("red", "blue, dark"))
            self.assertAlmostEqual(red["maps"][0]["log_odds"], -blue["maps"][0]["log_odds"], places=9)
        self.assertIn("got 'dark'", self.explain(self.new, "--class", "red,dark", out="no", expect=2)[1].stderr)

    def test_limit_draws_by_the_seed(self):
        chosen = []
        for seed in (1, 1, 2, 3):
            out, _ = self.explain(self.new, "--limit", 2, "--seed", seed, "--check", 0, out="some")
            chosen.append([entry["path"] for entry in read_json(out)["photos"]])
        self.assertEqual({len(paths) for paths in chosen}, {2})
        self.assertEqual(chosen[0], chosen[1])
        self.assertGreater(len(set(map(tuple, chosen))), 1)

    def test_check_is_made_on_so_many_photos(self):
        out, _ = self.explain(self.new, "--check", 2, out="few")
        found = read_json(out)
        self.assertEqual((len(found["photos"]), found["check"]["photos"]), (4, 2))
        self.assertEqual(sum("salient_drop" in entry for entry in found["photos"]), 2)
        self.assertIn("means over 2 photos", (out / "index.html").read_text())
        for number, said in ((2, "the maps are checked on 2 of 4 photos"), (4, "")):
            told = self.run_program("explain", self.new, "--model", self.model, "--check", number, "--out", self.folder / f"told{number}").stderr
            self.assertIn(said, told)
            self.assertEqual("the maps are checked" in told, bool(said))

    def test_page_begins_with_the_least_certain(self):
        out, _ = self.explain(self.new, "--check", 0, out="order")
        certain = {entry["path"]: entry["probability"] for entry in read_json(out)["photos"]}
        shown = re.findall(r"<br>([^<]*)</figcaption>", (out / "index.html").read_text())
        self.assertEqual([certain[html.unescape(path)] for path in shown], sorted(certain.values()))
        self.assertGreater(len(set(certain.values())), 1)

    def test_bad_files_are_named_and_exit_code_is_3(self):
        bad = self.folder / "bad"
        photo(bad / "good.jpg", (200, 60, 60))
        (bad / "empty.jpg").touch()
        out, done = self.explain(bad, bad / "missing.jpg", out="bad-out", expect=3)
        self.assertIn("1 photo explained", done.stdout)
        self.assertIn("empty file", done.stderr)
        self.assertEqual([entry["reason"] for entry in read_json(out)["unreadable"]], ["empty file", "no such file"])
        self.assertIn("empty file", (out / "index.html").read_text())
        self.explain(bad / "empty.jpg", out="nothing", expect=3)

    def test_nothing_is_overwritten(self):
        kept = self.folder / "kept"
        kept.mkdir()
        (kept / "letter.txt").write_text("dear")
        done = self.run_program("explain", self.new, "--model", self.model, "--out", kept, expect=1)
        self.assertIn("expected a new or empty folder, got one that holds files", done.stderr)
        self.assertEqual([path.name for path in kept.iterdir()], ["letter.txt"])
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        self.assertIn("expected photos", self.explain(empty, out="none", expect=1)[1].stderr)
        self.assertFalse((self.folder / "none").exists())

    def test_networks_without_stages_say_what_is_missing(self):
        import torch
        plain = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 16, 16), torch.nn.AdaptiveAvgPool2d(1)).eval()
        torch.jit.script(plain).save(str(self.folder / "plain.pt"))
        self.run_program("finetune", self.folder / "data", "--backbone", self.folder / "plain.pt", "--out", self.folder / "plain")
        done = self.explain(self.new, out="plain-out", model=self.folder / "plain" / "model.pt", expect=1)[1]
        self.assertIn("expected a network with the method stages(), got one without", done.stderr)

    @unittest.skipUnless(shutil.which("tidy"), "needs Debian's tidy")
    def test_page_is_valid(self):
        for arguments in ((self.new,), (self.new, "--class", "red", "--check", 0)):
            out, _ = self.explain(*arguments, out="valid")
            done = subprocess.run(["tidy", "-e", "-q", out / "index.html"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_browser
    def test_page_in_a_browser(self):
        out, _ = self.explain(self.new, out="page")
        for browser in views(self, out / "index.html"):
            run = browser.execute_script
            self.assertEqual(run("return document.querySelectorAll('#photos figure img').length"), 4)
            self.assertTrue(any(EVIL in text for text in
                                run("return [...document.querySelectorAll('figcaption')].map((f) => f.innerText)")))
            charts = run("return [...document.querySelectorAll('#check .chart > svg')].map((s) => {"
                         "const r = s.getBoundingClientRect(); return [r.width, r.right, innerWidth]})")
            self.assertEqual(len(charts), 2)
            for wide, right, width in charts:
                self.assertGreater(wide, 250)
                self.assertLessEqual(right, width)
            for link in run("return [...document.querySelectorAll('#photos a')].map((a) => a.href)"):
                browser.get(link)
                self.assertGreater(run("return document.images[0].naturalWidth"), 500, link)


@needs_shared
class ExplainRealPhotos(ExplainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        backbone = export("mobilenet_v2", cls.folder / "net.pt", "--weights", SHARED / "backbones" / "mobilenet_v2.pth")
        for run, more in (("run", ()), ("mlp", ("--head", "mlp"))):  # the second finds the features in the cache
            subprocess.run([PROGRAM, "finetune", SHARED / "pets", "--backbone", backbone, "--out", cls.folder / run, "--limit",
                            "200", *more], check=True, capture_output=True)
        cls.model = cls.folder / "run" / "model.pt"

    def check(self, photos, model):
        begin = time.monotonic()
        out, _ = self.explain(SHARED / "pets", "--limit", photos, "--seed", 7, out="why", model=model)
        check = read_json(out)["check"]
        print(f"\n{photos} photos in {time.monotonic() - begin:.1f} s, "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3:.0f} MB; most salient tenth "
              f"{check['salient_drop']:.3f}, random {check['random_drop']:.3f}; areas: covering {check['deletion_area']:.3f}, "
              f"uncovering {check['insertion_area']:.3f}, random {check['random_area']:.3f}")
        self.assertEqual(check["photos"], photos)
        self.assertGreater(check["salient_drop"], 2 * check["random_drop"])
        self.assertLess(check["deletion_area"], check["random_area"])
        self.assertGreater(check["insertion_area"], check["random_area"])

    def test_covering_what_is_salient_tells(self):
        self.check(50, self.model)

    def test_covering_what_a_perceptron_finds_salient_tells(self):
        self.check(16, self.folder / "mlp" / "model.pt")


if __name__ == "__main__":
    unittest.main()
