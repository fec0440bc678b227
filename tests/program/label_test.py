"""pawprint label: the page, its server, and what is left when it is killed."""
import json
import pathlib
import random
import shlex
import shutil
import signal
import sys
import threading
import time
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import PageServer, needs_browser, open_browser, wait_for
from program import ProgramTest

try:
    from selenium.webdriver import Keys
    from selenium.webdriver.common.by import By
except ImportError:
    pass

ROW = 12


class Session(PageServer):
    """`pawprint label`, and what its page asks it."""

    def __init__(self, data, out, *options):
        super().__init__("label", data, "--out", out, "--quiet", *options)

    def get(self, path, request=None):
        status, _, body = self.ask(path, request)
        answer = json.loads(body)
        if status != 200:
            raise AssertionError(f"{path}: {status}, {answer}")
        return answer

    def state(self):
        return self.get("/api/state")

    def wait_for_all(self):
        return wait_for(lambda: (state := self.state())["photos"] == state["total"] and state, "all photos")

    def row(self, page="page"):
        return self.get("/api/row", {"page": page})["photos"]

    def answer(self, photos, page="page"):
        return self.get("/api/answers", {"page": page, "answers": [
            {"id": photo["id"], "answer": "class", "class": kind(photo["name"])} for photo in photos]})["photos"]


def kind(name):
    return pathlib.PurePath(name).parts[-2]


def flat_copy(data, folder):
    """The photos in one folder, as a camera leaves them; {name: class}."""
    folder.mkdir()
    truth = {}
    for photo in data.glob("*/*"):
        name = f"{len(truth):04}{photo.suffix}"
        shutil.copy(photo, folder / name)
        truth[name] = photo.parent.name
    return truth


class Label(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pets = cls.folder / "pets"
        cls.run_any("draw", "pets", "--count", 300, "--seed", 3, "--out", cls.pets)
        cls.classes = ",".join(sorted(folder.name for folder in cls.pets.iterdir() if folder.is_dir()))

    def session(self, name, *options):
        session = Session(self.pets, self.folder / name, "--classes", self.classes, *options)
        self.addCleanup(session.stop)
        return session

    def test_two_pages_are_shown_different_photos(self):
        session = self.session("pages")
        session.wait_for_all()
        a, b = ({photo["id"] for photo in session.row(page)} for page in "ab")
        self.assertEqual((len(a), len(b), a & b), (ROW, ROW, set()))

    def test_a_photo_is_shown_to_those_who_know_the_token(self):
        session = self.session("photos")
        session.wait_for_all()
        status, headers, body = session.ask(f"/api/photo/{session.row()[0]['id']}")
        self.assertEqual((status, headers["Content-Type"], body[:2]), (200, "image/jpeg", b"\xff\xd8"))
        self.assertEqual(session.ask("/api/photo/0", token=None)[0], 403)
        for path in ("/api/photo/", "/api/photo/x", "/api/photo/../0", "/api/photo/99999999999"):
            self.assertIn(session.ask(path)[0], (400, 404), path)
        self.assertEqual(session.ask("/api/photo/100000")[0], 400)

    def test_wrong_requests_are_refused_and_change_nothing(self):
        session = self.session("wrong")
        session.wait_for_all()
        photo = session.row()[0]["id"]
        for path, request in (("answers", {"answers": [{"id": photo, "answer": "class", "class": "fox"}]}),
                              ("answers", {"answers": [{"id": photo, "answer": "perhaps"}]}),
                              ("answers", {"answers": [{"id": 10**9, "answer": "none"}]}), ("answers", {"answers": "all"}),
                              ("answers", {"answers": [{"id": "x", "answer": "none"}]}), ("answers", {"answers": [3]}),
                              ("classes", {"add": ""}), ("classes", {"add": "a/b"}), ("classes", {"rename": "fox", "to": "cat"}),
                              ("classes", {"add": 7}), ("row", {"page": 7}), ("review", {"class": "fox"})):
            with self.subTest(path=path, request=request):
                status, _, body = session.ask(f"/api/{path}", request)
                self.assertEqual(status, 400, body)
                self.assertIn("expected", json.loads(body)["error"])
        self.assertEqual(session.ask("/api/answers", "no JSON", "POST")[0], 400)
        self.assertEqual(session.state()["answered"], 0)

    def test_killed_at_any_moment_it_loses_no_acknowledged_answer(self):
        rolls, acknowledged, out = random.Random(5), {}, self.folder / "killed"
        for _ in range(6):
            session = self.session("killed")
            session.wait_for_all()
            killer = threading.Timer(rolls.uniform(0.05, 0.6), session.process.kill)
            killer.start()
            try:
                photos = session.row()
                while photos:
                    following = session.answer(photos)
                    acknowledged.update({photo["name"]: kind(photo["name"]) for photo in photos})
                    photos = following
            except (OSError, AssertionError, ValueError):
                pass  # killed
            killer.join()
            session.process.wait()
        self.assertGreater(len(acknowledged), 3 * ROW)
        said = {}
        for line in (out / "labels.jsonl").read_text().splitlines():
            try:
                answer = json.loads(line)
            except ValueError:
                continue  # cut off: never acknowledged
            said[answer["path"]] = answer["class"]
        self.assertEqual({name: said.get(name) for name in acknowledged}, acknowledged)
        session = self.session("killed")
        self.assertEqual(session.wait_for_all()["answered"], len(said))

    def test_finishing_is_finetune_with_the_table(self):
        session = self.session("finished", "--seed", 7, "--max-megapixels", 30)
        session.wait_for_all()
        photos = session.row()
        for _ in range(6):
            photos = session.answer(photos)
        session.get("/api/finish", {})
        self.assertEqual(session.ask("/api/finish", {})[0], 409)
        state = wait_for(lambda: not (state := session.state())["finish"].get("busy") and state["finish"], "a model", 120)
        out, result = self.folder / "finished", state["result"]
        self.assertGreater(result["accuracy"], 0.6)
        words = shlex.split(result["command"])
        self.assertEqual(words[:2], ["pawprint", "finetune"])
        again = self.folder / "again"
        words[words.index("--out") + 1] = again
        self.run_program(*words[1:])
        one, other = (torch.jit.load(str(folder / "model.pt")).state_dict() for folder in (out, again))
        self.assertEqual(set(one), set(other))
        self.assertTrue(all(torch.equal(one[name], other[name]) for name in one))
        figures = [json.loads((folder / "metrics.json").read_text())["log_loss"] for folder in (out, again)]
        self.assertEqual(*figures)
        self.assertTrue((out / "report.html").is_file())

    def test_a_signal_ends_it_at_once_and_is_no_failure(self):
        for how in (signal.SIGINT, signal.SIGTERM):
            session = self.session(f"signal-{how}", "--no-cache")  # photos are still being looked at
            begun = time.monotonic()
            session.stop(how)
            self.assertEqual(session.process.returncode, 0)
            self.assertLess(time.monotonic() - begun, 3)  # the machine may be busy

    def test_finishing_waits_for_all_photos_and_leaves_out_what_it_must(self):
        session = self.session("early", "--no-cache")
        wait_for(lambda: session.state()["photos"], "photos")
        photos = session.row()
        session.get("/api/classes", {"add": "bird"})
        for _ in range(3):
            bird, rest = photos[:1], photos[1:]
            following = session.answer(rest)
            if "bird" in {each["name"] for each in session.state()["classes"] if each["count"] > 0}:
                following = session.answer(bird)
            else:
                session.get("/api/answers", {"page": "page", "answers": [{"id": bird[0]["id"], "answer": "class", "class": "bird"}]})
                following = session.row()
            photos = following
        session.get("/api/finish", {})
        result = wait_for(lambda: session.state()["finish"].get("result"), "a model", 120)
        self.assertEqual(result["left_out"], ["bird: 1 photo, where two are needed"])
        self.assertEqual(session.state()["seen"], session.state()["total"])
        self.assertNotIn("bird", (self.folder / "early" / "labels.csv").read_text())

    def test_odd_names_and_photos_that_have_gone(self):
        data = self.folder / "odd"
        for i, photo in enumerate(sorted(self.pets.glob("*/*"))[::6]):
            kinds = data / photo.parent.name
            kinds.mkdir(parents=True, exist_ok=True)
            name = [" blank first.jpg", "\u00a0nbsp.jpg", 'quote".jpg', "comma,.jpg", "line\nbreak.jpg"][i] if i < 5 else photo.name
            shutil.copy(photo, (data if i < 2 else kinds) / name)
        session = Session(data, self.folder / "odd-run", "--classes", self.classes)
        self.addCleanup(session.stop)
        session.wait_for_all()
        while photos := session.row():
            session.get("/api/answers", {"page": "page", "answers": [
                {"id": photo["id"], "answer": "class", "class": "cats" if photo["id"] % 2 else "dogs"} for photo in photos]})
        gone = sorted(data.glob("dogs/*.jpg"))[-1]
        gone.unlink()
        session.get("/api/finish", {})
        finish = wait_for(lambda: not (state := session.state())["finish"].get("busy") and state["finish"], "a model", 120)
        self.assertEqual(finish["result"]["left_out"], [f"{gone.relative_to(data)}: no such file any more"])

    def test_only_one_at_a_time_has_the_journal(self):
        session = self.session("locked")
        session.wait_for_all()
        session.answer(session.row())
        second = self.run_any("label", self.pets, "--classes", self.classes, "--out", self.folder / "locked", "--port", 0)
        self.assertEqual(second.returncode, 1)
        self.assertIn("expected no other `pawprint label` at work", second.stderr)

    def test_a_page_that_is_loaded_anew_shows_its_row_and_others_get_the_last(self):
        few = self.folder / "few"
        (few / "cats").mkdir(parents=True)
        for photo in sorted((self.pets / "cats").iterdir())[:9]:
            shutil.copy(photo, few / "cats")
        session = Session(few, self.folder / "few-run", "--classes", self.classes)
        self.addCleanup(session.stop)
        session.wait_for_all()
        ids = lambda page: sorted(photo["id"] for photo in session.row(page))
        first, others = ids("a"), ids("b")
        self.assertEqual(sorted({*first, *others}), list(range(9)))
        self.assertEqual(ids("a"), first)
        self.assertTrue(ids("c"))  # there are no others

    def test_labels_that_are_known_are_not_asked_for(self):
        table = self.folder / "known.csv"
        cats = sorted((self.pets / "cats").iterdir())[:40]
        dogs = sorted((self.pets / "dogs").iterdir())[:40]
        table.write_text("path,label\n" + "".join(f"{photo.relative_to(self.pets)},{photo.parent.name}\n" for photo in cats + dogs))
        session = self.session("known", "--labels", table)
        self.assertEqual(session.wait_for_all()["answered"], 80)
        known = {str(photo.relative_to(self.pets)) for photo in cats + dogs}
        self.assertEqual([photo["name"] for photo in session.row() if photo["name"] in known], [])

    def test_a_wrong_line_is_refused(self):
        for line, expected in ((("--classes", "cat"), "--classes: expected two or more"),
                               (("--classes", "cat,a/b"), "--classes"), (("--port", 70000), "--port"),
                               (("--classes", "cat,Cat"), "classes"), (("--classes", "cat,cat"), "--classes: expected each class once")):
            with self.subTest(line=line):
                run = self.run_any("label", self.pets, "--out", self.folder / "refused", *line)
                self.assertIn(run.returncode, (1, 2))
                self.assertIn(expected, run.stderr)
                self.assertEqual(run.stderr.count("\n"), 1, run.stderr)


@needs_browser
class LabelPage(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drawn = cls.folder / "drawn"
        cls.run_any("draw", "pets", "--count", 200, "--seed", 4, "--out", drawn)
        cls.photos = cls.folder / "photos"
        cls.truth = flat_copy(drawn, cls.photos)
        cls.browser = open_browser(cls.folder)
        cls.addClassCleanup(cls.browser.quit)

    def open(self, out, width, *line):
        session = Session(*line) if line else Session(self.photos, self.folder / out, "--classes", "cats,dogs")
        self.addCleanup(session.stop)
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500})
        self.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": width < 500})
        self.browser.get("about:blank")
        self.browser.get_log("browser")
        self.browser.get(session.address)
        wait_for(lambda: len(self.tiles()) >= ROW, "a first row")
        return session

    def tearDown(self):
        self.assertEqual(self.browser.get_log("browser"), [])

    def tiles(self):
        return self.browser.execute_script("return [...document.querySelectorAll('.tile')].map((t) => t.title)")

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.browser.execute_script("return document.querySelector(arguments[0]).textContent", selector)

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def next_row(self, before, how):
        how()
        wait_for(lambda: self.tiles() != before, "another row")

    def check_model(self, out):
        wait_for(lambda: "Done" in self.text("#made"), "a model", 120)
        run = self.run_program("classify", self.photos, "--model", self.folder / out)
        rows = [line.split(",") for line in run.stdout.splitlines()[1:]]
        right = sum(self.truth[pathlib.Path(row[0]).name] in row for row in rows)
        self.assertGreater(right, 0.9 * len(self.truth))

    def test_by_keyboard_alone(self):
        self.open("keyboard", 1280)
        for row in range(3):
            names = self.tiles()
            self.press(Keys.ARROW_RIGHT if row == 0 else Keys.ARROW_LEFT)  # to the first photo
            for i, name in enumerate(names):
                if i % 2 == 0:
                    self.press("1" if self.truth[name] == "cats" else "2")  # goes on by itself
                else:
                    if self.truth[name] == "cats":
                        self.press(Keys.SPACE)
                    self.press(Keys.ARROW_RIGHT)
            self.next_row(names, lambda: self.press(Keys.ENTER))
        wait_for(lambda: "36 answers" in self.text("#right"), "36 answers")
        button = self.find("#finish")
        for _ in range(40):
            if self.browser.switch_to.active_element == button:
                break
            self.press(Keys.TAB)
        self.press(Keys.ENTER)
        self.check_model("keyboard")

    def test_by_touch_on_a_phone(self):
        self.open("touch", 390)
        self.assertLessEqual(*self.browser.execute_script("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]"))
        for _ in range(3):
            names = self.tiles()
            for name in names:
                if self.truth[name] == "cats":
                    self.tap(f'.tile[title="{name}"]')
            self.next_row(names, lambda: self.tap("#next"))
        wait_for(lambda: "36 answers" in self.text("#right"), "36 answers")
        self.tap("#finish")
        self.check_model("touch")

    def tap(self, selector):
        x, y = self.browser.execute_script("""
            const element = document.querySelector(arguments[0]);
            element.scrollIntoView({block: 'center', behavior: 'instant'});
            const box = element.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];""", selector)
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def test_undo_back_and_accept(self):
        session = self.open("undo", 1280)
        names = self.tiles()
        pressed = lambda: self.browser.execute_script("return document.querySelectorAll('.tile[aria-pressed=true]').length")
        self.find(f'.tile[title="{names[0]}"]').click()
        self.find(f'.tile[title="{names[1]}"]').click()
        self.assertEqual(pressed(), 2)
        self.find("#undo").click()
        self.assertEqual(pressed(), 1)
        for name in names[1:]:
            if self.truth[name] == "cats":
                self.find(f'.tile[title="{name}"]').click()
        self.next_row(names, self.find("#next").click)
        self.find("#back").click()
        self.assertEqual(self.tiles(), names)
        self.assertEqual(pressed(), ROW)  # what was said of each
        if self.truth[names[0]] != "cats":
            self.find(f'.tile[title="{names[0]}"]').send_keys("2")
        self.next_row(names, self.find("#next").click)
        wait_for(lambda: session.state()["answered"] == ROW, "twelve answers")
        by_class = {each["name"]: each["count"] for each in session.state()["classes"]}
        self.assertEqual(by_class["cats"], sum(self.truth[name] == "cats" for name in names))
        second = self.tiles()
        for name in second:
            if self.truth[name] == "cats":
                self.find(f'.tile[title="{name}"]').click()
        self.next_row(second, self.find("#next").click)
        third = self.tiles()
        wait_for(lambda: self.find("#accept").is_displayed() or self.next_row(self.tiles(), self.find("#next").click), "suggestions")
        self.find("#accept").click()
        self.assertGreater(pressed(), 0, third)

    def test_classes_are_added_and_renamed(self):
        session = self.open("classes", 1280)
        self.find("#add").click()
        self.find("#name").send_keys("rabbits", Keys.ENTER)
        wait_for(lambda: "rabbits" in self.text("#counts"), "a third class")
        self.assertIn("rabbits", self.text("#brushes"))
        self.browser.find_elements(By.CSS_SELECTOR, "#counts button")[2].click()
        self.find("#name").send_keys(Keys.CONTROL + "a")
        self.find("#name").send_keys("hares", Keys.ENTER)
        wait_for(lambda: "hares" in self.text("#counts"), "another name")
        self.assertEqual([each["name"] for each in session.state()["classes"]], ["cats", "dogs", "hares"])
        names = self.tiles()
        self.find("#next").click()
        wait_for(lambda: "no answer yet" in self.text("#message-text"), "a message")
        self.assertEqual(self.tiles(), names)

    def test_a_dataset_begins_with_its_doubtful_labels(self):
        data = self.folder / "dataset"
        for name, label in self.truth.items():
            (data / label).mkdir(parents=True, exist_ok=True)
            shutil.copy(self.photos / name, data / label / name)
        cats = [name for name, label in self.truth.items() if label == "cats"]
        for name in cats[:8]:
            shutil.move(data / "cats" / name, data / "dogs" / name)
        session = Session(data, self.folder / "reviewed")
        self.addCleanup(session.stop)
        self.browser.get("about:blank")
        self.browser.get_log("browser")
        self.browser.get(session.address)
        wait_for(lambda: self.find("#review-view").get_attribute("aria-pressed") == "true" and self.tiles(), "doubtful labels")
        session.wait_for_all()
        found = lambda: {pathlib.PurePath(name).name for name in self.tiles()} & set(cats[:8])
        wait_for(lambda: len(found()) >= 7, "most of the wrong labels")
        doubtful = session.state()["doubtful"]
        first = next(name for name in self.tiles() if pathlib.PurePath(name).name in cats[:8])
        self.browser.execute_script("document.querySelector(arguments[0]).click()", f'.tile[title="{first}"]')  # looks like a cat
        wait_for(lambda: session.state()["doubtful"] < doubtful, "one doubt less")
        line = json.loads((self.folder / "reviewed" / "labels.jsonl").read_text().splitlines()[-1])
        self.assertEqual((line["path"], line["class"], line["shown"]), (first, "cats", "review"))

    def test_every_button_has_a_name_and_says_its_state(self):
        self.open("names", 390)
        unnamed = self.browser.execute_script("""
            return [...document.querySelectorAll('button, input, a')].filter((e) => e.offsetParent !== null &&
                !(e.getAttribute('aria-label') || e.textContent.trim() || e.getAttribute('aria-labelledby'))).length""")
        self.assertEqual(unnamed, 0)
        small = self.browser.execute_script("""
            return [...document.querySelectorAll('button')].filter((e) => e.offsetParent !== null &&
                (e.offsetWidth < 24 || e.offsetHeight < 24)).map((e) => e.outerHTML)""")
        self.assertEqual(small, [])  # WCAG 2.2, 2.5.8


if __name__ == "__main__":
    unittest.main()
