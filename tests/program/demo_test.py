"""./bootstrap demo, made small, and the page it leaves: valid, one file, true to the run, played in a real browser."""
import base64
import csv
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import needs_browser, open_browser  # noqa: E402
from program import PROGRAM, PYTHON, SOURCE  # noqa: E402

try:
    from selenium.webdriver import Keys
except ImportError:
    pass

SMALL = """#!/bin/bash
arguments=" $* "
arguments=${arguments/ --count 1500 / --count 120 }
arguments=${arguments/ --epochs 24 / --epochs 1 }
exec 'PROGRAM' $arguments
"""
PHONE, DESKTOP = 390, 1280
FOLDER = None   # with bootstrap, and demo as it leaves it, for all tests here
PRINTED = None  # by bootstrap


def setUpModule():
    global FOLDER, PRINTED
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="pawprint-demo-"))
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    shutil.copy(SOURCE / "bootstrap", FOLDER)
    for name in ("app", "models"):
        (FOLDER / name).symlink_to(SOURCE / name)
    small = FOLDER / "pawprint"
    small.write_text(SMALL.replace("PROGRAM", PROGRAM))
    small.chmod(0o755)
    done = subprocess.run(["./bootstrap", "--no-install", "demo"], cwd=FOLDER, capture_output=True, text=True,
                          env={**os.environ, "PAWPRINT": "./pawprint", "XDG_CACHE_HOME": str(FOLDER)})
    assert done.returncode == 0, done.stdout + done.stderr
    PRINTED = done.stdout


class DemoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = FOLDER / "demo"
        cls.path = cls.demo / "index.html"
        cls.page = cls.path.read_text(encoding="utf-8")
        cls.steps = [line.split("\t") for line in (cls.demo / "steps.tsv").read_text().splitlines()]

    def make_page(self, expect=0):
        done = subprocess.run([PYTHON, "app/demo/make_page.py", "demo"], cwd=FOLDER, capture_output=True, text=True)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stderr

    def assert_shown(self, words):
        self.assertTrue(words in self.page, words)  # the page itself is too long to be printed

    def rows(self):
        with open(self.demo / "rows.csv", newline="") as file:
            return list(csv.DictReader(file))

    def twelve(self):
        """The challenge's rows: the pictures on the page, as it is now, are known by their content."""
        rows = {(FOLDER / row["path"]).read_bytes(): row for row in self.rows()}
        tiles = re.findall(r'aria-pressed="false"><img src="data:image/jpeg;base64,([^"]*)"', self.path.read_text(encoding="utf-8"))
        return [rows[base64.b64decode(tile)] for tile in tiles]


class Page(DemoTest):
    def test_page_is_valid_and_one_file(self):
        self.assertLess(len(self.page), 6_000_000)
        self.assertIsNone(re.search(r"""<link|@import|url\((?!data:)|src=(?!"data:)|https?:""", self.page))
        links = set(re.findall(r'href="([^"]*)"', self.page))
        for link in links:
            self.assertTrue(f'id="{link[1:]}"' in self.page if link[0] == "#" else (self.demo / link).is_file(), link)
        self.assertLess({"check/check.html", "neurons/index.html", "run/report.html", "explain/index.html"}, links)
        self.assertEqual(re.findall(r"<img (?![^>]* alt=\"[^\"])[^>]{0,80}", self.page), [])
        if shutil.which("tidy"):
            said = subprocess.run(["tidy", "-e", "-q", "-utf8", self.path], capture_output=True, text=True)
            self.assertEqual((said.returncode, said.stderr), (0, ""))

    def test_every_step_has_its_command_and_what_it_said(self):
        story, yours = self.page.split('<section id="yours">')
        shown = [html.unescape(re.sub(r"<.*?>", "", code))
                 for code in re.findall(r'<div class="command"><code>(.*?)</code>', story)]
        self.assertEqual(sorted(shown), sorted(command for _, _, command in self.steps))
        for _, _, command in self.steps:
            self.assertIn(f"\n{command}", PRINTED)
        self.assertEqual(len(re.findall(r"<code>\./pawprint (?:finetune|classify|faces edit|faces serve)", yours)), 4)
        self.assertIn("held-out faces are reconstructed with", story)
        self.assertNotIn("epoch 1 of 1", story)  # no progress
        self.assertIn(self.path.as_uri(), PRINTED)

    def test_numbers_are_those_of_the_run(self):
        metrics = json.loads((self.demo / "run" / "metrics.json").read_text())
        self.assert_shown(f"<b>{100 * metrics['accuracy']:.1f}\u00a0%</b> right, of {metrics['n_val']} pictures")
        right = sum(row["class"] in row["path"] and not row["note"] for row in self.rows())
        self.assert_shown(f"<b>{right} of 240</b>")
        stages = json.loads((self.demo / "neurons" / "neurons.json").read_text())["stages"]
        for gallery, count in (("stages", len(stages)), ("pairs", 6), ("sampled", 40)):
            shown = self.page.split(f'<div class="gallery {gallery}">')[1].split("</div>")[0]
            self.assertEqual(shown.count('<img src="data:image/'), count)
        self.assertEqual(self.page.count('<span class="face"'), 2 * 7 + 6 + 6)  # 7 faces are held out
        checked = (self.demo / "said" / "check.txt").read_text()
        for name in ("unreadable", "poor quality", "duplicates", "near duplicates", "doubtful labels"):
            self.assert_shown(f"<li><b>{re.search(rf'^{name} {{2,}}([0-9]+)', checked, re.MULTILINE)[1]}</b> {name}</li>")
        seconds = sum(int(milliseconds) for _, milliseconds, _ in self.steps) / 1000
        self.assert_shown(f"all in {seconds:.1f} s, on" if seconds < 59.5 else " min ")

    def test_teaching_is_told_as_it_was(self):
        rows = json.loads((self.demo / "taught" / "taught.json").read_text())["rows"]
        self.assertEqual([row["shown"] for row in rows], [12, 12])
        shown = self.page.split('<div class="gallery taught">')[1].split("</div>")[0]
        self.assertEqual(shown.count('<img src="data:image/jpeg'), 2)
        for row in rows:
            self.assert_shown(f"<b>{100 * row['right'] / row['others']:.1f}\u00a0%</b> of the {row['others']:,} others")
        self.assertTrue((self.demo / "taught" / "model.pt").is_file())

    def test_challenge_is_fair_and_gives_nothing_away(self):
        twelve = self.twelve()
        self.assertEqual(len({row["path"] for row in twelve}), 12)
        self.assertIn(sum("/cats/" in row["path"] for row in twelve), range(4, 9))
        tiles = re.search(r'<ol class="twelve">.*?</ol>', self.page, re.DOTALL)[0]
        tiles = re.sub(r"base64,[^\"]*", "", tiles)
        self.assertEqual(re.findall(r' alt="(.*?)"', tiles), [f"picture {i}" for i in range(1, 13)])
        self.assertIsNone(re.search("cat|dog", tiles))
        self.make_page()
        self.assertEqual(self.path.read_text(encoding="utf-8"), self.page)  # always the same

    def test_challenge_has_hard_pictures_and_more_of_them(self):
        told = json.loads(re.search(r'id="answers">(.*?)</script>', self.page, re.DOTALL)[1])["pictures"]
        self.assertEqual((len(told), sum(picture["hard"] for picture in told[:12]), sum(picture["hard"] for picture in told)), (60, 3, 16))
        of_truth = [picture["probability"] * (1 if picture["said"] == picture["truth"] else -1) for picture in told]
        hard = [p for p, picture in zip(of_truth, told) if picture["hard"]]
        self.assertLessEqual(max(hard), min(p for p, picture in zip(of_truth, told) if not picture["hard"]))
        self.assertEqual(["src" in picture for picture in told], [False] * 12 + [True] * 48)
        self.assertEqual(len({picture["src"] for picture in told[12:]}), 48)

    def test_missing_input_is_one_clear_message(self):
        for name in ("steps.tsv", "rows.csv", "said/classify.txt", "check/check.html", "neurons/neurons.json",
                     "run/metrics.json", "run/report.html", "explain/explain.json", "faces/attributes.csv",
                     "faces-reconstructions.png", "smile.png", "sampled", "sorted/cats", "new/cats"):
            with self.subTest(name):
                (self.demo / name).rename(FOLDER / "away")
                try:
                    message = self.make_page(expect=1)
                finally:
                    (FOLDER / "away").rename(self.demo / name)
                self.assertRegex(message, rf"\A'demo/{name}.*': expected .*; run \./bootstrap demo.*\n\Z")
        self.assertEqual(self.path.read_text(encoding="utf-8"), self.page)

    def test_step_that_is_missing_is_named(self):
        steps = self.demo / "steps.tsv"
        before = steps.read_text()
        self.addCleanup(steps.write_text, before)
        steps.write_text(before.replace("explain\t", "explained\t"))
        (self.demo / "said" / "explained.txt").touch()
        self.assertIn("expected the steps explain, got none", self.make_page(expect=1))


@needs_browser
class Played(DemoTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = open_browser(FOLDER / "downloads")
        cls.addClassCleanup(cls.browser.quit)

    def show(self, width=DESKTOP, scheme="light"):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                     {"features": [{"name": name, "value": value} for name, value in features.items()]})
        self.browser.get(self.path.as_uri())

    def tearDown(self):
        self.assertEqual(self.browser.get_log("browser"), [])

    def tiles(self):
        return self.browser.find_elements("css selector", ".twelve button")

    def result(self):
        return self.browser.find_element("id", "result").text

    def fits(self):
        sizes = "const e = document.documentElement; return [e.scrollWidth, e.clientWidth]"
        self.assertLessEqual(*self.browser.execute_script(sizes))

    def test_fits_phones_and_desks_light_and_dark(self):
        papers = set()
        for width in (PHONE, DESKTOP):
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.show(width, scheme)
                    opened = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
                    self.browser.execute_script(opened)
                    self.fits()
                    decoded = "return Promise.all([...document.images].map((i) => i.decode())).then((a) => a.length)"
                    self.assertGreater(self.browser.execute_script(decoded), 100)
                    fetched = ("return performance.getEntriesByType('resource').map((r) => r.name)"
                               ".filter((name) => !name.startsWith('data:'))")
                    self.assertEqual(self.browser.execute_script(fetched), [])
                    papers.add(self.browser.execute_script("return getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(papers), 2)

    def check_verdicts(self, twelve):
        """The machine's on each tile is that of rows.csv; the ring says whether the player is right."""
        for tile, row in zip(self.tiles(), twelve):
            right = row["class"] in row["path"]
            player_is_right = (tile.get_attribute("aria-pressed") == "true") == ("/cats/" in row["path"])
            self.assertEqual(tile.get_attribute("class"), "right" if player_is_right else "wrong")
            said = tile.find_element("xpath", "following-sibling::p").text.splitlines()
            self.assertEqual(said[1], f"machine: {row['class'][:-1]} {'✓' if right else '✗'}")
            probability = float(row["probability"])
            self.assertEqual(said[2], "> 99.9 %" if probability >= 0.9995 else f"{100 * probability:.1f} %")
        right = sum(row["class"] in row["path"] for row in twelve)
        self.assertIn(f"The machine: {right} of 12 in ", self.result())
        self.assertIn("It passes for a human, too." if right == 12 else "It gave itself away.", self.result())

    def test_all_right_by_click(self):
        self.show(PHONE)
        twelve = self.twelve()
        done = self.browser.find_element("id", "done")
        self.assertFalse(done.is_enabled())
        for tile, row in zip(self.tiles(), twelve):
            if "/cats/" in row["path"]:
                tile.click()
                self.assertEqual(tile.get_attribute("aria-pressed"), "true")
        self.assertEqual(self.result(), "")
        done.click()
        self.assertRegex(self.result(), r"\AYou: 12 of 12 in \d+\.\d s\. You pass for a human\.")
        self.check_verdicts(twelve)
        self.fits()
        shown = "return [...document.querySelectorAll('.twelve img')].map((i) => i.src)"
        first = self.browser.execute_script(shown)
        done.click()  # again
        self.assertEqual(self.result(), "")
        second = self.browser.execute_script(shown)
        self.assertEqual(len({*first, *second}), 24)  # twelve others
        self.assertEqual({tile.get_attribute("aria-pressed") for tile in self.tiles()}, {"false"})
        by_content = {base64.b64encode((FOLDER / row["path"]).read_bytes()).decode(): row for row in self.rows()}
        twelve = [by_content[src.split("base64,")[1]] for src in second]
        self.assertIn(sum("/cats/" in row["path"] for row in twelve), range(4, 9))
        self.tiles()[0].click()
        done.click()
        self.check_verdicts(twelve)
        self.assertRegex(self.result(), r"\nAfter 2 rounds: you \d+, the machine \d+ of 24\.\n")

    def test_one_wrong_by_keyboard(self):
        self.show()
        twelve = self.twelve()
        dog = [("/cats/" in row["path"]) for row in twelve].index(False)
        self.tiles()[0].send_keys("")  # focus
        for i, row in enumerate(twelve):
            focused = self.browser.switch_to.active_element
            self.assertEqual(focused, self.tiles()[i])
            if i > 0:  # by the keyboard
                outline = self.browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
                self.assertEqual(outline, "solid")
            if "/cats/" in row["path"] or i == dog:
                focused.send_keys(Keys.SPACE)
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
        self.browser.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertRegex(self.result(), r"\AYou: 11 of 12 in \d+\.\d s\. Asirra would have taken you for a machine\.")
        self.check_verdicts(twelve)

    def test_machine_that_is_wrong_is_found_out(self):
        rows, before = self.demo / "rows.csv", (self.demo / "rows.csv").read_text()
        self.addCleanup(self.path.write_text, self.page)
        self.addCleanup(rows.write_text, before)
        other = {"cats": "dogs", "dogs": "cats"}
        rows.write_text(re.sub(r"(?m)^([^,]+),(cats|dogs),", lambda m: f"{m[1]},{other[m[2]]},", before))
        self.make_page()
        self.show()
        self.tiles()[0].click()
        self.browser.find_element("id", "done").click()
        self.check_verdicts(self.twelve())

    def test_copies_the_command(self):
        self.show()
        allowed = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
        self.browser.execute_cdp_cmd("Browser.grantPermissions", allowed)
        button = self.browser.find_element("css selector", "#neurons .copy")
        button.click()
        copied = self.browser.execute_script("return navigator.clipboard.readText()")
        self.assertIn(copied, [command for _, _, command in self.steps])
        self.assertEqual(button.text, "Copied")


if __name__ == "__main__":
    unittest.main()
