"""report.html of finetune and evaluate: valid, one file, and as a real browser shows it."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import needs_browser, open_browser
from program import PROGRAM, SHARED, ProgramTest, export, needs_shared, photo

PARTS = ["The test", "Some of its answers", "Confusion matrix: what it takes for what", "Each class, the worst first", "The worst mistakes", "Where it is least certain",
         "ROC and precision-recall curves: how well it tells the classes apart", "Reliability diagram: whether its probabilities can be believed", "Selective prediction: accuracy against coverage",
         "What the network sees best", "Learning curve: would more photos help?", "Regularization path: how strongly the head is held back", "How the perceptron learned", "Next", "Facts"]
HOSTILE = "<img src=x onerror=\"document.title='run'\">.jpg"
PHONE, DESKTOP = 390, 1280


class ReportTest(ProgramTest):
    def check_page(self, path, without=()):
        """Valid, of one file, with its parts in order; returns its text."""
        page = path.read_text(encoding="utf-8")
        metrics = json.loads(path.with_name("metrics.json").read_text())
        without = [*without, *(part for part, key in (("The test", "test"), ("What the network sees best", "input_choice"), ("Next", "options"))
                               if not metrics.get(key))]
        self.assertEqual(re.findall(r"<h2>(.*?)</h2>", page), [part for part in PARTS if part not in without])
        self.assertIsNone(re.search(r"(?:src|href)=\"(?!data:|#|validation\.csv\")|url\(|@import|<script[^>]|<link|http:|https:", page))
        self.assertEqual(page.count("<script>"), 1)  # our own, which the policy names
        self.assertIn("script-src &#39;sha256-", page)
        for image in re.findall(r"<img [^>]*>", page):
            self.assertRegex(image, r' alt="[^"]')
        for drawing in re.findall(r"<svg [^>]*>", page):
            self.assertRegex(drawing, r'role="img" aria-label="[^"]+"|aria-hidden="true"')
        self.assertIsNone(re.search(r"\bnan\b|\binf\b|-inf", re.sub(r"base64,[^\"]*", "", page)))
        if shutil.which("tidy"):
            said = subprocess.run(["tidy", "-e", "-q", "-utf8", path], capture_output=True, text=True)
            self.assertEqual((said.returncode, said.stderr), (0, ""))
        return page

    @classmethod
    def show(cls, path, width=DESKTOP, scheme="light"):
        """The page in a browser; {width, its own width, milliseconds to load}."""
        if not hasattr(cls, "browser"):
            cls.browser = open_browser(cls.folder / "downloads")
            cls.addClassCleanup(cls.browser.quit)
        cls.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        cls.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        cls.browser.get_log("browser")
        cls.browser.get(pathlib.Path(path).as_uri())
        return cls.browser.execute_script("""
            const timing = performance.getEntriesByType('navigation')[0];
            return {shown: document.documentElement.clientWidth, wide: document.documentElement.scrollWidth,
                    milliseconds: timing.loadEventStart - timing.startTime, title: document.title,
                    fetched: performance.getEntriesByType('resource').map((r) => r.name).filter((n) => !n.startsWith('data:')),
                    broken: [...document.images].filter((i) => i.naturalWidth === 0).length,
                    images: document.images.length, paper: getComputedStyle(document.body).backgroundColor};""")


class MadePhotos(ReportTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "my data"
        for i in range(60):
            photo(cls.data / "red <b>" / f"{i}.jpg", (132, 124, 124), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (124, 124, 132), seed=100 + i)
        for i in range(30):  # they will be taken for red
            photo(cls.data / "blue" / f"{i} {HOSTILE}", (132, 124, 124), seed=200 + i)
        cls.data.joinpath("blue", "cut <i>.jpg").write_bytes((cls.data / "blue" / "1.jpg").read_bytes()[:700])
        cls.done = cls.folder / "run"
        cls.printed = cls.run_command("finetune", "my data", "--backbone", "net.pt", "--out", "run", "--image-size", "64")

    @classmethod
    def run_command(cls, *arguments):
        done = subprocess.run([PROGRAM, *arguments], cwd=cls.folder, capture_output=True, text=True)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def test_finetune_writes_a_valid_page_and_says_where(self):
        page = self.check_page(self.done / "report.html", without=["How the perceptron learned"])
        self.assertIn("to look at: run/report.html", self.printed)
        self.assertTrue("pawprint finetune &#39;my data&#39; --backbone net.pt --image-size 64 --out run" in page)
        metrics = json.loads((self.done / "metrics.json").read_text())
        for value in (metrics["freeze"]["before"], metrics["backbone"]["id"], metrics["photos_sha256"]):
            self.assertTrue(value in page)
        self.assertTrue(f"{metrics['ece']:.4f}</b> after" in page)
        self.assertTrue("cut &lt;i&gt;.jpg" in page)
        self.assertFalse(str(self.folder) in page)
        model = (self.done / "model.pt").read_bytes()
        self.assertTrue(hashlib.sha256(model).hexdigest() in page)
        self.assertTrue("pawprint classify PHOTOS --model run/model.pt " in page)
        points = metrics["learning_curve"]["points"]
        self.assertEqual(points[-1]["photos"], metrics["n_train"])
        self.assertAlmostEqual(points[-1]["accuracy"], metrics["accuracy"])

    def test_names_of_files_are_no_html(self):
        page = self.check_page(self.done / "report.html", without=["How the perceptron learned"])
        self.assertTrue("&lt;img src=x onerror=&quot;" in page)
        self.assertFalse("<img src=x" in page)
        self.assertFalse("<b>red <b>" in page)

    @needs_browser
    def test_fits_phones_and_desks_light_and_dark(self):
        papers = set()
        for width in (PHONE, DESKTOP):
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    seen = self.show(self.done / "report.html", width, scheme)
                    self.assertLessEqual(seen["wide"], seen["shown"])  # nothing to scroll sideways
                    self.assertEqual((seen["fetched"], seen["broken"]), ([], 0))
                    self.assertGreaterEqual(seen["images"], 24)
                    self.assertEqual(seen["title"], "Telling apart blue and red <b> \u00b7 run")
                    self.assertEqual(self.browser.get_log("browser"), [])
                    papers.add(seen["paper"])
        self.assertEqual(len(papers), 2)

    @needs_browser
    def test_prints(self):
        self.show(self.done / "report.html")
        self.assertTrue(base64.b64decode(self.browser.print_page()).startswith(b"%PDF"))

    def test_perceptrons_show_their_loss(self):
        self.run_command("finetune", "my data", "--backbone", "net.pt", "--out", "mlp", "--image-size", "64", "--head", "mlp",
                         "--epochs", "4", "--test-fraction", "0.2")
        page = self.check_page(self.folder / "mlp" / "report.html", without=["Regularization path: how strongly the head is held back"])
        self.assertTrue("Logistic heads take the place of the one that was trained" in page)
        self.assertTrue("<h2>The test</h2>" in page)

    def test_more_classes(self):
        data = self.folder / "seven"
        for c in range(7):
            for i in range(8):
                photo(data / f"class {c}" / f"{i}.jpg", (110 + 5 * c, 130, 140 - 5 * c), seed=50 * c + i)
        self.run_command("finetune", "seven", "--backbone", "net.pt", "--out", "run7", "--image-size", "64", "--l2", "0.1")
        page = self.check_page(self.folder / "run7" / "report.html", without=["How the perceptron learned"])
        self.assertTrue("mean of 7 classes, AUC" in page)
        self.assertTrue("The penalty was not chosen by cross-validation: l2 = 0.1" in page)

    @needs_browser
    def test_ten_thousand_photos_open_within_a_second(self):
        for name in ("red <b>", "blue"):
            many = self.folder / "many" / name
            many.mkdir(parents=True)
            for i in range(5000):
                os.link(self.data / name / f"{i % 60}.jpg", many / f"{i}.jpg")
        self.run_command("evaluate", "many", "--model", "run/model.pt", "--out", "evaluated")
        path = self.folder / "evaluated" / "report.html"
        page = self.check_page(path, without=["How the perceptron learned"])
        self.assertTrue("</b> accuracy on 10,000 photos" in page)
        self.assertTrue(hashlib.sha256((self.done / "model.pt").read_bytes()).hexdigest() in page)
        self.assertLess(path.stat().st_size, 1_500_000)
        milliseconds = min(self.show(path)["milliseconds"] for _ in range(3))
        print(f"{path.stat().st_size / 1000:.0f} kB, {milliseconds:.0f} ms")
        self.assertLess(milliseconds, 1000)


@needs_shared
class RealPhotos(ReportTest):
    def test_shows_cats_and_dogs(self):
        backbone = export("squeezenet1_1", self.folder / "net.pt", "--weights", SHARED / "backbones" / "squeezenet1_1.pth")
        run = self.folder / "run"
        self.run_program("finetune", SHARED / "pets", "--backbone", backbone, "--out", run, "--limit", 200)
        page = self.check_page(run / "report.html", without=["How the perceptron learned"])
        self.assertGreaterEqual(page.count("data:image/jpeg;base64,"), 15)
        seconds = json.loads((run / "metrics.json").read_text())["seconds"]
        print(f"{len(page) / 1000:.0f} kB, learning curve {seconds['learning_curve']:.2f} s of {seconds['total']:.1f} s")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    unittest.main()
