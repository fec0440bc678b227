"""What the tests of pages that can be corrected share: photos of which some are in the wrong folder, a page in a browser, its list."""
import csv
import json
import os
import shutil

from page import open_browser, wait_for
from program import ProgramTest, export, photo

try:
    from selenium.webdriver.common.by import By
except ImportError:
    pass


def rows_of(path):
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.DictReader(file))


class CorrectionsTest(ProgramTest):
    """Red and blue photos; twelve red ones are filed as blue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.net = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "data"
        for i in range(40):
            photo(cls.data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        for i in range(12):
            photo(cls.data / "blue" / f"wrong{i}.jpg", (200, 60, 60), seed=200 + i)

    def finetune(self, out, *options, data=None, expect=0):
        done = self.run_program("finetune", data or self.data, "--backbone", self.net, "--out", self.folder / out, "--image-size", 64,
                                "--precision", "fp32", *options, expect=expect)
        metrics = self.folder / out / "metrics.json"
        return done, json.loads(metrics.read_text()) if metrics.is_file() else None

    def written(self, name, *rows):
        path = self.folder / name
        path.write_text("\n".join(["path,answer,label", *rows, ""]))
        return path

    def in_data(self, path):
        return os.path.relpath(path, self.data)

    # ---- the page in a browser

    def open(self, page):
        self.downloads = self.folder / "downloads"
        self.browser = open_browser(self.downloads)
        self.addCleanup(self.browser.quit)
        self.browser.get(page.as_uri())

    def find(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def focused(self):
        return self.browser.execute_script("return document.activeElement.dataset.path")

    def focus(self, figure):
        self.browser.execute_script("arguments[0].focus()", figure)

    def click(self, element):
        """In the middle of the screen: the bar may hide what is at its end."""
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def answers(self):
        """Of all photos on the page that have one."""
        return dict(self.browser.execute_script(
            "return [...document.querySelectorAll('figure[data-answer]')].filter((f) => f.dataset.answer)"
            ".map((f) => [f.dataset.path, f.dataset.answer])"))

    def counter(self):
        return self.find("#corrections [role=status]")[0].text

    def save(self):
        """The list as the page saves it."""
        shutil.rmtree(self.downloads, ignore_errors=True)
        self.find("#corrections .strong")[0].click()
        path = self.downloads / "corrections.csv"
        wait_for(path.exists, "corrections.csv", 20)
        self.assertEqual([entry for entry in self.browser.get_log("browser")], [])
        return path
