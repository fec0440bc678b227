"""pawprint faces serve: the page, in a real browser."""
import base64
import io
import pathlib
import shutil
import statistics
import sys
import tempfile
import time
import unittest

from PIL import Image, ImageChops

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import Server, group_photo, needs_browser, open_browser, prepare, wait_for
from program import needs_shared

try:
    from selenium.webdriver import ActionChains, Keys
    from selenium.webdriver.common.by import By
except ImportError:
    pass

FOLDER = None  # with faces.pt and pictures, for all tests here
BAD = {}       # photos that cannot be used: name -> (bytes, status)


def setUpModule():
    global FOLDER
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="pawprint-serve-"))
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    BAD.update(prepare(FOLDER))


class BrowserTest(unittest.TestCase):
    MODEL = None  # the builtin one

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.MODEL and FOLDER / cls.MODEL)
        cls.addClassCleanup(cls.server.stop)
        cls.downloads = FOLDER / "downloads"
        cls.browser = open_browser(cls.downloads)
        cls.addClassCleanup(cls.browser.quit)

    def setUp(self):
        self.browser.get("about:blank")
        self.browser.get_log("browser")
        self.browser.get(self.server.address)
        wait_for(lambda: self.frames(), "a first picture")
        self.first = self.pixels()

    def tearDown(self):
        if self._testMethodName != "test_bad_photos_leave_the_face_and_say_why":  # Chromium logs every refusal
            self.assertEqual(self.browser.get_log("browser"), [])

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def pixels(self):
        # Read from a copy: a canvas that is read twice is drawn in another way, with other pixels.
        return self.browser.execute_script("""
            const pen = new OffscreenCanvas(96, 96).getContext('2d', {willReadFrequently: true});
            pen.drawImage(document.getElementById('picture'), 0, 0, 96, 96);
            return pen.getImageData(0, 0, 96, 96).data.reduce((hash, byte) => (hash * 31 + byte) | 0, 7);""")

    def frames(self):
        return self.browser.execute_script("return performance.getEntriesByName('frame').map((f) => f.duration)")

    def wait_for_pixels(self, expected, what):
        wait_for(lambda: self.pixels() == expected, what)

    def wait_for_change(self, since, what):
        wait_for(lambda: self.pixels() != since, what)

    def mouse(self, what, x, y):
        """chromedriver's own moves between two commands have no button pressed, and so drag nothing."""
        self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": what, "x": x, "y": y, "button": "left",
                                                                  "buttons": 1, "clickCount": 1})

    def press(self, *keys, on=None):
        (on or self.browser.switch_to.active_element).send_keys(*keys)

    def value(self, name):
        return float(self.find(f"input[name={name}]").get_attribute("value"))

    def saved(self, pattern):
        def whole():  # Chromium makes the name before it has written the file
            try:
                return next(((path, Image.open(path).convert("RGB")) for path in self.downloads.glob(pattern)), None)
            except OSError:
                return None
        path, picture = wait_for(whole, f"a file {pattern}")
        path.unlink()
        return picture

    def upload(self, name):
        self.find("#file").send_keys(str(FOLDER / name))


@needs_browser
class PageTest(BrowserTest):
    MODEL = "faces.pt"

    def edit(self):
        """Smiling + 1; the pixels of that."""
        slider = self.find("input[name=Smiling]")
        self.press(*[Keys.ARROW_RIGHT] * 20, on=slider)
        frames = len(self.frames())
        wait_for(lambda: len(self.frames()) >= min(frames, 3), "frames")
        self.wait_for_change(self.first, "another picture")
        last, since = self.pixels(), time.monotonic()
        while time.monotonic() - since < 0.5:  # until nothing changes any more
            now = self.pixels()
            last, since = now, (since if now == last else time.monotonic())
        return last

    def test_dragging_a_slider_changes_the_picture_before_it_is_let_go(self):
        box = self.find("input[name=Smiling]").rect
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.mouse("mousePressed", x, y)
        last = self.first
        for step in range(1, 4):
            self.mouse("mouseMoved", x + 15 * step, y)
            self.wait_for_change(last, "another picture while dragging")
            last = self.pixels()
        for step in range(60):
            self.mouse("mouseMoved", x + 45 + (step if step < 30 else 60 - step), y)
        self.mouse("mouseReleased", x + 45, y)
        self.assertAlmostEqual(self.value("Smiling"), 4 * 45 / (box["width"] - 20), delta=0.1)
        times = self.frames()
        print(f"\nframes: {len(times)}, median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")

    def test_pressing_the_face_or_b_shows_it_as_it_was(self):
        after = self.edit()
        holds = [(lambda a: a.click_and_hold(self.find("#face")), lambda a: a.release()),
                 (lambda a: a.click_and_hold(self.find("#before")), lambda a: a.release()),
                 (lambda a: a.key_down("b"), lambda a: a.key_up("b"))]
        for hold, release in holds:
            hold(ActionChains(self.browser)).perform()
            self.wait_for_pixels(self.first, "the face as it was")
            self.assertTrue(self.find("#badge").is_displayed())
            release(ActionChains(self.browser)).perform()
            self.wait_for_pixels(after, "the changed face")
        self.find("#reset").click()
        self.wait_for_pixels(self.first, "the face as it was")
        self.assertEqual(self.value("Smiling"), 0)

    def test_everything_can_be_reached_with_the_keyboard(self):
        reached = set()
        for _ in range(40):
            ActionChains(self.browser).send_keys(Keys.TAB).perform()
            reached.add(self.browser.execute_script(
                "const e = document.activeElement; return e.id || e.name || e.tagName"))
        self.assertLessEqual({"face", "before", "download", "Smiling", "pad", "x", "y", "strip-of", "strip", "file"},
                             reached | {"download"})
        self.press(Keys.ARROW_RIGHT, on=self.find("input[value=g0]"))
        self.assertTrue(self.find("input[value=g1]").is_selected())
        self.wait_for_change(self.first, "another face")

    def test_the_plane_moves_two_attributes(self):
        x, y = (self.find(f"#{axis}").get_attribute("value") for axis in "xy")
        pad = self.find("#pad")
        ActionChains(self.browser).move_to_element_with_offset(pad, pad.size["width"] // 4,
                                                               -pad.size["height"] // 4).click().perform()
        self.wait_for_change(self.first, "another picture")
        self.assertAlmostEqual(self.value(x), 0.625, delta=0.05)
        self.assertAlmostEqual(self.value(y), 0.625, delta=0.05)
        before = self.value(x)
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, on=pad)
        self.assertAlmostEqual(self.value(x), before + 0.2, delta=0.01)
        self.assertIn(self.find("#x option:checked").text, pad.get_attribute("aria-valuetext"))
        self.press(Keys.HOME, on=pad)
        self.wait_for_pixels(self.first, "the face as it was")

    def test_the_picture_and_a_strip_are_saved(self):
        self.edit()
        self.find("#download").click()
        self.assertEqual(self.saved("face-edited.png").size, (256, 256))
        self.assertEqual(self.find("#strip-of").get_attribute("value"), "Smiling")
        self.find("#strip").click()
        self.assertEqual(self.saved("face-Smiling.png").size, (9 * 165 + 5, 170 + 26))

    def drop(self, name):
        data = {"items": [], "files": [str(FOLDER / name)], "dragOperationsMask": 1}
        for what in ("dragEnter", "dragOver"):
            self.browser.execute_cdp_cmd("Input.dispatchDragEvent", {"type": what, "x": 200, "y": 200, "data": data})
        wait_for(lambda: self.find("#drop-here").is_displayed(), "the sign to drop it here")
        self.browser.execute_cdp_cmd("Input.dispatchDragEvent", {"type": "drop", "x": 200, "y": 200, "data": data})
        self.assertFalse(self.find("#drop-here").is_displayed())

    def test_a_photo_is_taken_changed_and_saved(self):
        self.take_change_and_save(self.upload)

    def test_a_photo_dropped_on_the_page_is_taken_changed_and_saved(self):
        self.take_change_and_save(self.drop)

    def take_change_and_save(self, give):
        give("photo.png")
        photos = lambda: self.browser.find_elements(By.CSS_SELECTOR, ".photo")
        if wait_for(lambda: photos() or self.offer(), "the photo's face") is True:  # no face is found in a drawing: it offers to take it as it is
            self.find("#message-act").click()
            wait_for(photos, "the photo's face")
        self.wait_for_change(self.first, "the photo's face")
        self.first = self.pixels()
        self.edit()
        self.find("#download").click()
        self.assertEqual(self.saved("photo-edited.png").size, (128, 128))
        self.browser.get_log("browser")  # a refusal of the first try

    def offer(self):
        return self.find("#message-act").is_displayed()

    def test_bad_photos_leave_the_face_and_say_why(self):
        said = {}
        for name in BAD:
            self.upload(name)
            wait_for(lambda: self.find("#message").is_displayed(), f"a message about {name}")
            said[name] = self.find("#message-text").text
            self.assertEqual(self.pixels(), self.first)
            self.find("#message-close").click()
        self.assertEqual(len(set(said.values())), len(BAD), said)
        self.assertIn("11.0 MB", said["eleven-megabytes.jpg"])
        self.assertIn("25", said["bomb.png"])

    def test_the_address_without_its_token_says_what_to_do(self):
        self.browser.execute_script("sessionStorage.clear()")
        self.browser.get(self.server.address.split("#")[0] + "?")
        wait_for(lambda: self.find("#message").is_displayed(), "a message")
        self.assertIn("open the address that pawprint printed", self.find("#message-text").text)
        self.browser.get_log("browser")  # the refusal


@needs_browser
@needs_shared
class GroupPageTest(BrowserTest):
    """A photo of three, of whom the second smiles."""

    def setUp(self):
        super().setUp()
        self.photo = group_photo()
        self.photo.save(FOLDER / "group.png")
        self.upload("group.png")
        self.faces = wait_for(lambda: self.browser.find_elements(By.CSS_SELECTOR, ".photo input"), "the photo's faces")
        self.wait_for_change(self.first, "the photo")

    def areas(self, picture):
        """Whether each face differs from the photo as it was, by more than JPEG does."""
        change = ImageChops.difference(self.photo, picture).convert("L").point(lambda value: 255 if value > 30 else 0)
        return [change.crop((120 + 390 * i, 130, 307 + 390 * i, 387)).getbbox() is not None for i in range(3)]

    def on_stage(self):
        shown = self.browser.execute_script("return document.getElementById('picture').toDataURL('image/png')")
        return Image.open(io.BytesIO(base64.b64decode(shown.split(",")[1]))).convert("RGB")

    def strengthen(self, name, steps):
        self.press(*[Keys.ARROW_RIGHT] * steps, on=self.find(f"input[name={name}]"))

    def pick(self, i):
        self.browser.find_elements(By.CSS_SELECTOR, ".spot")[i].click()
        wait_for(self.faces[i].is_selected, f"face {i + 1}")

    def test_the_whole_photo_is_shown_and_each_face_keeps_its_changes(self):
        self.assertEqual(self.on_stage().size, self.photo.size)
        self.assertEqual(len(self.browser.find_elements(By.CSS_SELECTOR, ".spot")), 3)
        self.strengthen("Smiling", 16)
        wait_for(lambda: self.areas(self.on_stage()) == [True, False, False], "a change of the first face")
        self.pick(2)
        self.assertEqual(self.value("Smiling"), 0)
        self.strengthen("Eyeglasses", 20)
        wait_for(lambda: self.areas(self.on_stage()) == [True, False, True], "a change of the third face, too")
        self.find("#download").click()
        self.assertEqual(self.areas(self.saved("group-edited.png")), [True, False, True])
        self.pick(0)
        self.assertAlmostEqual(self.value("Smiling"), 0.8)
        self.assertEqual(self.faces[0].get_attribute("aria-label").split(", ")[-1], "changed")
        self.find("#reset").click()
        wait_for(lambda: self.areas(self.on_stage()) == [False, False, True], "the first face as it was")

    def test_what_is_there_already_is_said(self):
        notes = self.browser.find_elements(By.CSS_SELECTOR, "#sliders small")
        told = lambda: [note.text for note in notes if note.is_displayed()]
        self.strengthen("Smiling", 2)
        self.assertEqual(told(), [])
        self.pick(1)
        self.strengthen("Smiling", 2)
        self.assertEqual(told(), ["there already"])
        self.assertIn("there already", self.find("input[name=Smiling]").get_attribute("aria-valuetext"))

    def test_a_face_can_be_seen_closer(self):
        self.find("#closer").click()
        wait_for(lambda: self.on_stage().size == (768, 768), "the face alone")
        self.assertEqual(self.find("#closer").get_attribute("aria-pressed"), "true")
        self.press(Keys.ARROW_RIGHT, on=self.faces[0])  # the list still picks
        self.assertTrue(self.faces[1].is_selected())
        self.find("#closer").click()
        wait_for(lambda: self.on_stage().size == self.photo.size, "the whole photo")


if __name__ == "__main__":
    unittest.main()
