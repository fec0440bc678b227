"""The page of `pawprint label`, as a program sees it."""

import json
import re
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Callable, Dict, List, Optional


class LabelPage:
    def __init__(self, program: str, data: Path, classes: List[str], out: Path, *options: str):
        line = [program, "label", str(data), "--classes", ",".join(classes), "--out", str(out), "--port", "0", *options]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        address = self.process.stdout.readline().strip()
        match = re.fullmatch(r"(http://[^/]+/)#(\w+)", address)
        if match is None:
            raise RuntimeError(f"{' '.join(line)}: expected the address of a page, got {address!r}")
        self.root, self.token = match.groups()

    def bytes(self, path: str, request: Optional[Dict] = None) -> bytes:
        body = None if request is None else json.dumps(request).encode()
        with urllib.request.urlopen(urllib.request.Request(self.root + path, body, {"X-Pawprint-Token": self.token})) as reply:
            return reply.read()

    def ask(self, path: str, request: Optional[Dict] = None) -> Dict:
        return json.loads(self.bytes(path, request))

    def wait(self, condition: Callable[[Dict], bool]) -> Dict:
        """The state once it is so."""
        while not condition(state := self.ask("api/state")):
            if state["problem"]:
                raise RuntimeError(state["problem"])
            time.sleep(0.05)
        return state

    def wait_for_all(self) -> Dict:
        return self.wait(lambda state: state["photos"] + len(state["skipped"]) == state["total"])

    def row(self) -> List[Dict]:
        return self.ask("api/row", {"page": "program"})["photos"]

    def answer(self, photos: List[Dict], classes: List[str]) -> List[Dict]:
        """classes: of each photo. The next row."""
        answers = [{"id": photo["id"], "answer": "class", "class": name} for photo, name in zip(photos, classes)]
        return self.ask("api/answers", {"page": "program", "answers": answers})["photos"]

    def unasked(self, classes: List[str]) -> List[Dict]:
        """The photos without an answer, with what they are believed to be."""
        photos = []
        for name in classes:
            begin = 0
            while part := self.ask("api/review", {"class": name, "begin": begin, "count": 200})["photos"]:
                begin += len(part)
                photos += [photo for photo in part if "answer" not in photo]
        return photos

    def finish(self) -> Dict:
        self.ask("api/finish", {})
        state = self.wait(lambda state: not state["finish"].get("busy"))["finish"]
        if "problem" in state:
            raise RuntimeError(state["problem"])
        return state["result"]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
