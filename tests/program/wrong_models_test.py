"""Models whose checksum is right and whose contents are not, made from a good one by a grammar of faults."""
import concurrent.futures
import copy
import hashlib
import io
import json
import math
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile
import threading
import time
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import PROGRAM, SOURCE, THOROUGH, ProgramTest, photo  # noqa: E402

SECONDS, BYTES = 5, 1 << 30
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")

# Put in the place of any value of the metadata.
VALUES = {"null": None, "true": True, "text": "x", "empty text": "", "negative": -1, "zero": 0, "half": 0.5, "tiny": 5e-324, "huge": 1e308,
          "2^63": 1 << 63, "-2^63": -(1 << 63), "empty list": [], "empty object": {}, "lists": [[[]]], "numbers": [1, 2, 3],
          "control characters": "a\x1b[31mb\x07\r\x00c", "long text": "x" * 1_000_000}
NAMES = {"NUL": "ca\x00t", "escape": "\x1b]0;cat\x07", "line break": "ca\nt", "carriage return": "ca\rt", "path": "../cat", "absolute": "/cat",
         "dot": ".", "dots": "..", "empty": "", "long": "c" * 300, "override": "\u202etac", "delete": "c\x7fat", "C1": "c\x9bat"}


def sealed(module, metadata, entry="pawprint.json"):
    """The file as pawprint writes it: see models/ for what the end record's comment holds."""
    out = io.BytesIO()
    text = metadata if isinstance(metadata, str) else json.dumps(metadata)
    torch.jit.save(module, out, _extra_files={entry: text})
    whole = out.getvalue()
    end = whole.rindex(b"PK\5\6")
    comment = b"pawprint seal 1 sha256:" + hashlib.sha256(whole[:end]).hexdigest().encode()
    return whole[:end + 20] + len(comment).to_bytes(2, "little") + comment


def places(value, path=()):
    """The path of each value in the metadata; of lists, the first one's."""
    yield path
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from places(inside, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def with_value(metadata, path, value):
    metadata = copy.deepcopy(metadata)
    inside = metadata
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return metadata


def without(metadata, path):
    metadata = copy.deepcopy(metadata)
    inside = metadata
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    return metadata


BACKBONES = {  # what a network may return instead of features [N,D]
    "no features": "return torch.zeros([x.size(0), 0])",
    "a number": "return torch.zeros([])",
    "one row": "return torch.zeros([1, {dim}])",
    "three rows a photo": "return torch.zeros([3 * x.size(0), {dim}])",
    "whole numbers": "return torch.zeros([x.size(0), {dim}], dtype=torch.long)",
    "complex numbers": "return torch.zeros([x.size(0), {dim}], dtype=torch.complex64)",
    "truths": "return torch.zeros([x.size(0), {dim}], dtype=torch.bool)",
    "sparse": "return torch.zeros([x.size(0), {dim}]).to_sparse()",
    "not numbers": "return torch.zeros([x.size(0), {dim}]) / 0",
    "infinite": "return torch.ones([x.size(0), {dim}]) / 0",
    "a list": "return [torch.zeros([x.size(0), {dim}])]",
    "nothing": "return None",
    "a text": "return 'features'",
    "an error": "raise RuntimeError('\\x1b[31mno')",
    "five dimensions": "return torch.zeros([x.size(0), {dim}, 1, 1, 1])",
    "too much memory": "return torch.zeros([x.size(0), 1 << 40])",
    "words": "print('\\x1b[31mred')\n        warnings.warn('\\x1b[31mred')\n        return torch.zeros([x.size(0), {dim}])",
    "no end": "while x.size(0) > 0:\n            x = x + 0\n        return x",
    "much memory in between": "return torch.ones([x.size(0), {dim}]) * torch.zeros([1 << 38]).sum()",
}


def opened(contents, entry="pawprint.json"):
    extra = {entry: ""}
    return torch.jit.load(io.BytesIO(contents), _extra_files=extra), json.loads(extra[entry])


def with_wrong_metadata(module, metadata, entry, every, count):
    """name -> function that makes the file: of every value below the names `every`, and of one elsewhere, so many drawn."""
    models = {}
    for number, path in enumerate(path for path in places(metadata) if path):
        values = list(VALUES.items()) if path[0] in every and len(path) < 3 else [list(VALUES.items())[number % len(VALUES)]]
        for name, value in values:
            models[f"{path} = {name}"] = lambda path=path, value=value: sealed(module, with_value(metadata, path, value), entry)
        if number % 3 == 0:
            models[f"{path} missing"] = lambda path=path: sealed(module, without(metadata, path), entry)
    names = list(models) if THOROUGH else random.Random(1).sample(list(models), count)
    return {name: models[name] for name in names}


class WrongModels(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.photos = [photo(cls.folder / "photos" / color / f"{i}.jpg", rgb, seed=i) for i in range(10)
                      for color, rgb in (("blue", (60, 60, 200)), ("red", (200, 60, 60)))]
        cls().run_program("finetune", cls.folder / "photos", "--image-size", 64, "--out", cls.folder / "run")
        cls.good = (cls.folder / "run" / "model.pt").read_bytes()
        cls.metadata = opened(cls.good, "pawprint.json")[1]
        cls.classify = ("classify", *cls.photos[:2], "--format", "jsonl", "--sort-into", "OUT", "--threads", 1, "--timeout", SECONDS, "--model",
                        "MODEL")

    def module(self):
        return opened(self.good)[0]

    def outcome(self, name, contents, line=()):
        """What is wrong about how the program takes this file; None where nothing is.   line: MODEL and OUT stand for paths"""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            model, out = pathlib.Path(folder) / "model.pt", pathlib.Path(folder) / "out"
            model.write_bytes(contents)
            line = [str({"MODEL": model, "OUT": out}.get(word, word)) for word in line or self.classify]
            begin, process_out, process_err = time.monotonic(), pathlib.Path(folder) / "stdout", pathlib.Path(folder) / "stderr"
            with open(process_out, "wb") as stdout, open(process_err, "wb") as stderr:
                pid = os.posix_spawn(PROGRAM, [PROGRAM, *line], os.environ,
                                     file_actions=[(os.POSIX_SPAWN_DUP2, stdout.fileno(), 1), (os.POSIX_SPAWN_DUP2, stderr.fileno(), 2)])
                _, status, used = os.wait4(pid, 0)
            code, seconds = os.waitstatus_to_exitcode(status), time.monotonic() - begin
            rows, said = (path.read_text("utf-8", "surrogateescape") for path in (process_out, process_err))
        problems = []
        if code not in (0, 1, 3):
            problems.append(f"exit {code}")
        if code == 1 and sum(line.startswith("pawprint") for line in said.splitlines()) != 1:
            problems.append("not one message")
        if CONTROL.search(rows + said.replace("\r\x1b[K", "")):
            problems.append("control characters")
        if seconds > SECONDS * self.patience:
            problems.append(f"{seconds:.1f} s")
        if used.ru_maxrss * 1024 > BYTES:
            problems.append(f"{used.ru_maxrss >> 10} MB")
        for row in rows.splitlines() if line[0] == "classify" else ():
            numbers = json.loads(row, parse_constant=lambda text: problems.append(text)).get("probabilities", {})
            problems += [f"{value}" for value in (numbers or {}).values() if value is None or not 0 <= value <= 1]
        return f"{name}: {', '.join(problems)}; {said[:300]}" if problems else None

    patience = 4  # the machine may be busy
    compiling = threading.Lock()

    def check(self, models, at_least, line=()):
        """models: name -> function that makes the file"""
        def one(name):
            return self.outcome(name, models[name](), line)
        self.assertGreaterEqual(len(models), at_least)
        models = models if THOROUGH else dict(list(models.items())[::2])
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            found = [problem for problem in threads.map(one, models) if problem]
        self.assertEqual(found, [], f"{len(found)} of {len(models)}:\n" + "\n".join(found))

    def test_the_good_one_is_taken(self):
        self.assertIsNone(self.outcome("good", sealed(self.module(), self.metadata)))

    def test_metadata(self):
        module = self.module()
        models = with_wrong_metadata(self.module(), self.metadata, "pawprint.json",
                                     ("classes", "temperature", "preprocess", "backbone", "format", "head", "recipe", "ood", "abstention"), 80)
        for text, name in (("", "empty"), ("{", "cut"), ("[" * 100_000, "deep"), ('{"format":1,"a":' * 5000 + "1" + "}" * 5000, "deep objects"),
                           ('{"format":1e999}', "overflow"), ("\xff", "no UTF-8"), ('{"format":1}', "bare")):
            models[f"metadata {name}"] = lambda text=text: sealed(module, text)
        self.check(models, 86)

    def test_other_networks(self):
        module, models = self.module(), {}
        other = {key: self.metadata[key] for key in ("backbone", "preprocess", "recipe")}
        for name, value in VALUES.items():
            models[f"other_backbones = {name}"] = lambda value=value: sealed(module, {**self.metadata, "other_backbones": value})
            models[f"other_backbones[0] = {name}"] = lambda value=value: sealed(module, {**self.metadata, "other_backbones": [value]})
        models["a network that is not there"] = lambda: sealed(module, {**self.metadata, "other_backbones": [other]})
        self.check(models, 2 * len(VALUES) + 1)

    def test_class_names(self):
        module, models = self.module(), {}
        for name, value in NAMES.items():
            models[f"a class {name}"] = lambda value=value: sealed(module, with_value(self.metadata, ("classes", 0), value))
        for name, classes in (("equal", ["a", "a"]), ("one", ["a"]), ("three", ["a", "b", "c"]), ("unsorted", ["b", "a"]),
                              ("a million", [f"c{i}" for i in range(1_000_000)])):
            models[f"classes {name}"] = lambda classes=classes: sealed(module, {**self.metadata, "classes": classes})
        self.check(models, 18)

    def test_heads(self):
        weight, bias = self.module().head_0_weight, self.module().head_0_bias
        tensors = {"0-d": torch.tensor(1.0), "1-d": weight[0], "3-d": weight[None], "whole": weight.long(), "double": weight.double(),
                   "half": weight.half(), "complex": weight.to(torch.complex64), "nan": weight * math.nan, "infinite": weight * math.inf,
                   "empty": weight[:, :0], "no classes": weight[:0], "one class": weight[:1], "too wide": torch.cat([weight, weight], 1),
                   "sparse": weight.to_sparse(), "truths": weight > 0, "largest": weight * 0 + 3e38}
        biases = {"0-d": torch.tensor(1.0), "2-d": bias[None], "3": torch.zeros(3), "1": bias[:1], "empty": bias[:0], "whole": bias.long(),
                  "double": bias.double(), "nan": bias * math.nan, "infinite": torch.tensor([math.inf, -math.inf]), "truths": bias > 0}
        models = {}
        for attribute, values in (("head_0_weight", tensors), ("head_0_bias", biases)):
            for name, value in values.items():
                def make(attribute=attribute, value=value):
                    module = self.module()
                    setattr(module, attribute, value)
                    return sealed(module, self.metadata)
                models[f"{attribute} {name}"] = make
        self.check(models, 26)

    def test_networks(self):
        dim = self.metadata["backbone"]["feature_dim"]
        models = {}
        for name, body in BACKBONES.items():
            models[name] = lambda body=body: self.with_network(body.format(dim=dim))
        self.check(models, 16)

    def test_backbones(self):
        module, metadata = opened((SOURCE / "models" / "builtin" / "petite.pt").read_bytes(), "backbone.json")
        models = with_wrong_metadata(module, metadata, "backbone.json", ("format", "preprocess", "feature_dim", "golden", "name", "classes"), 60)
        self.check(models, 60, ("backbone", "MODEL"))
        self.check(dict(list(models.items())[::5]), 12,
                   ("finetune", self.folder / "photos", "--image-size", 64, "--no-cache", "--force", "--out", "OUT", "--backbone", "MODEL"))

    def test_faces(self):
        drawn, file = self.folder / "drawn", self.folder / "faces.pt"
        self.run_program("draw", "faces", "--count", 120, "--seed", 3, "--out", drawn)
        self.run_program("faces", "train", drawn, "--size", 32, "--latent-dim", 32, "--width", 16, "--epochs", 1, "--out", file)
        face = min((drawn / "images").iterdir())
        module, metadata = opened(file.read_bytes(), "faces.json")
        models = with_wrong_metadata(module, metadata, "faces.json", ("size", "codes", "width", "attributes", "alignment", "directions"), 45)
        for name in ("layer0_w", "judge_w", "judge_b"):
            weight = getattr(module, name)
            for what, value in {"nan": weight * math.nan, "whole": weight.long(), "cut": weight[:1], "0-d": torch.tensor(1.0)}.items():
                models[f"{name} {what}"] = lambda name=name, value=value: self.with_weight(file, name, value)
        self.check(models, 55, ("faces", "edit", face, "--aligned", "--attribute", metadata["directions"][0]["name"], "--strength", 1,
                                 "--model", "MODEL", "--out", "OUT"))

    def with_weight(self, file, name, value):
        module, metadata = opened(file.read_bytes(), "faces.json")
        setattr(module, name, value)
        return sealed(module, metadata, "faces.json")

    def with_network(self, body):
        """The good head on a network whose forward() is this body."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        source = folder / "wrong.py"  # TorchScript wants a file to read it from
        source.write_text("import warnings\n\nimport torch\n\nclass Backbone(torch.nn.Module):\n    def forward(self, x):\n        " + body + "\n\n"
                          "class Classifier(torch.nn.Module):\n    def __init__(self, backbone, weight, bias):\n        super().__init__()\n"
                          "        self.backbone = backbone\n        self.register_buffer('head_0_weight', weight)\n"
                          "        self.register_buffer('head_0_bias', bias)\n\n    def forward(self, x):\n"
                          "        return x\n")
        with self.compiling:  # there is one sys.modules
            sys.path.insert(0, str(folder))
            try:
                sys.modules.pop("wrong", None)
                import wrong
                good = self.module()
                module = torch.jit.script(wrong.Classifier(wrong.Backbone(), good.head_0_weight, good.head_0_bias).eval())
            finally:
                sys.path.remove(str(folder))
                shutil.rmtree(folder)
        return sealed(module, self.metadata)


if __name__ == "__main__":
    unittest.main()
