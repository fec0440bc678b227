"""What the tests of pages share: a server as a user starts it, a model of faces, a real browser without a window."""
import csv
import http.client
import io
import json
import os
import re
import signal
import subprocess
import time
import unittest

import numpy
from PIL import Image

from program import PROGRAM, SHARED

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None


def prepare(folder):
    """Fills the folder with faces.pt, photo.png and photos that cannot be used; of these, {name: (bytes, status)}."""
    for arguments in (["draw", "faces", "--count", "240", "--out", folder / "drawn"],
                      ["faces", "train", folder / "drawn", "--method", "mean", "--out", folder / "faces.pt", "--size", "32",
                       "--latent-dim", "32", "--width", "16", "--epochs", "2", "--quiet"]):
        subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True)
    Image.open(min((folder / "drawn" / "images").iterdir())).convert("RGB").save(folder / "photo.png")
    photo = Image.open(folder / "photo.png")
    jpeg = io.BytesIO()
    photo.resize((600, 600)).save(jpeg, "JPEG")
    bomb = io.BytesIO()
    Image.new("1", (6000, 5000)).save(bomb, "PNG")  # 30 megapixels in 4 kB
    noise = io.BytesIO()
    Image.fromarray(numpy.random.default_rng(1).integers(0, 256, (300, 400, 3), numpy.uint8)).save(noise, "PNG")
    bad = {"text.png": (b"this is no picture", 422), "truncated.jpg": (jpeg.getvalue()[:9000], 422),
           "eleven-megabytes.jpg": (jpeg.getvalue() + bytes(11_000_000), 413), "bomb.png": (bomb.getvalue(), 422),
           "nobody.png": (noise.getvalue(), 422)}
    for name, (content, _) in bad.items():
        (folder / name).write_bytes(content)
    return bad


def group_photo():
    """Two who do not smile and one who does, side by side, from the shared faces: 1200 x 500."""
    with open(SHARED / "faces" / "attributes.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    serious, smiling = ([row["file"] for row in rows if row["Smiling"] == value] for value in "01")
    photo = Image.new("RGB", (1200, 500), (128, 128, 128))
    for i, file in enumerate((serious[3], smiling[2], serious[10])):
        face = Image.open(SHARED / "faces" / "images" / file).convert("RGB").resize((267, 327), Image.LANCZOS)
        photo.paste(face, (80 + 390 * i, 90))
    return photo


class PageServer:
    """`pawprint LINE` on a free port."""

    def __init__(self, *line):
        self.process = subprocess.Popen([PROGRAM, *map(str, line), "--port", "0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()  # comes once the page can be opened
        match = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/#([0-9a-f]{32})", self.address)
        if match is None:
            raise RuntimeError(f"{self.address!r}: {self.process.communicate(timeout=60)[1]}")
        self.port, self.token = int(match[1]), match[2]

    def ask(self, path, body=None, method=None, **headers):
        """(status, headers, body); a token of None sends none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        token = headers.pop("token", self.token)
        if token is not None:
            headers["X-Pawprint-Token"] = token
        if isinstance(body, dict):
            body = json.dumps(body)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.stop()

    def stop(self, how=signal.SIGINT):
        """What it printed to stderr; the exit code is in process.returncode."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.communicate(timeout=60)[1]


class Server(PageServer):
    """`pawprint faces serve`; without a model, of the builtin one."""

    def __init__(self, model=None, *options):
        super().__init__("faces", "serve", *([] if model is None else ["--model", model]), *options)


def needs_browser(test):
    if webdriver and os.path.exists("/usr/bin/chromedriver"):
        return test
    return unittest.skip("needs Debian's chromium, chromium-driver and python3-selenium")(test)


def open_browser(downloads, *more):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking",
                     "--disable-component-update", "--no-first-run", "--window-size=1280,900",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", *more):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def views(test, page):
    """A browser that shows the page, on a phone and on a desk: it fits, all its pictures are whole, nothing is fetched."""
    browser = open_browser(page.parent)
    test.addCleanup(browser.quit)
    for width in (360, 1280):
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        browser.get(page.as_uri())
        sizes = "const e = document.documentElement; return [e.scrollWidth, e.clientWidth]"
        test.assertLessEqual(*browser.execute_script(sizes))
        test.assertTrue(browser.execute_script("return document.images.length"))
        test.assertTrue(browser.execute_script("return Promise.all([...document.images].map((i) => i.decode())).then(() => true)"))
        test.assertEqual(browser.find_elements("css selector", "script:not(main + script), [onerror]"), [])  # none made by a file's name
        test.assertEqual(browser.execute_script("return performance.getEntriesByType('resource').map((r) => r.name)"
                                                ".filter((name) => !name.startsWith('data:'))"), [])
        yield browser
        test.assertEqual(browser.get_log("browser"), [])


def wait_for(condition, what, seconds=60):
    """The first true value of condition()."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"after {seconds} s: expected {what}")
