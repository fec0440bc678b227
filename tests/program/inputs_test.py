"""What networks are shown, chosen by trial; several networks in one model; several views of a photo."""
import csv
import json
import pathlib
import random
import sys
import unittest

import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest, export  # noqa: E402


def metrics_of(run):
    return json.loads((run / "metrics.json").read_text())


def at_the_edge(source, target):
    """Each picture at one end of a canvas three times as wide as high."""
    draw = random.Random(1)
    for path in sorted(source.rglob("*.jpg")):
        with Image.open(path) as picture:
            side = picture.height
            canvas = Image.new("RGB", (3 * side, side), tuple(draw.randrange(60, 200) for _ in range(3)))
            canvas.paste(picture.resize((side, side)), (draw.choice((0, 2 * side)), 0))
        out = target / path.relative_to(source)
        out.parent.mkdir(parents=True, exist_ok=True)
        canvas.save(out)


class Inputs(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pets, cls.edge = cls.folder / "pets", cls.folder / "edge"
        cls.run_any("draw", "pets", "--count", 320, "--seed", 5, "--out", cls.pets)
        at_the_edge(cls.pets, cls.edge)
        cls.other = export("squeezenet1_1", cls.folder / "other.pt", "--random", "1", "--no-logits")

    def finetune(self, out, data, *options, **how):
        self.run_program("finetune", data, "--out", self.folder / out, "--quiet", "--force", *options, **how)
        return metrics_of(self.folder / out)

    def trained_on_two(self):
        if not (self.folder / "two").exists():
            self.finetune("two", self.pets, "--limit", 120, "--backbone", f"petite,{self.other}", "--fit", "whole")
        return self.folder / "two"

    def test_pets_at_the_edge_are_found_by_itself(self):
        crop = self.finetune("crop", self.edge, "--fit", "crop")
        auto = self.finetune("auto", self.edge)
        self.assertGreaterEqual(auto["accuracy"], crop["accuracy"] + 0.2)
        choice = auto["input_choice"]
        chosen = choice["tried"][choice["chosen"]]
        self.assertEqual(chosen["inputs"][0]["fit"], "whole")
        self.assertEqual((auto["preprocess"]["fit"], auto["preprocess"]["crop"]), ("whole", chosen["inputs"][0]["size"]))
        self.assertEqual([tried["inputs"][0]["fit"] for tried in choice["tried"]], ["crop", "whole", "whole"])
        self.assertGreater(choice["photos"], 200)
        self.assertIn("What the network sees best", (self.folder / "auto" / "report.html").read_text())
        again = self.finetune("again", self.edge, "--threads", 1)
        self.assertEqual({**again["input_choice"], "seconds": 0}, {**choice, "seconds": 0})

    def test_nothing_is_tried_where_it_is_given(self):
        for options in (("--fit", "crop"), ("--image-size", 160), ("--budget", 0)):
            self.assertNotIn("input_choice", self.finetune("given", self.pets, "--limit", 100, *options), options)
        done = self.run_program("finetune", self.pets, "--out", self.folder / "no", "--fit", "pad", "--budget", 5, expect=2)
        self.assertIn("--budget: expected without --fit and --image-size", done.stderr)

    def test_few_photos_are_not_tried_on(self):
        self.assertNotIn("input_choice", self.finetune("few", self.pets, "--limit", 40))
        done = self.run_program("tune", self.pets, "--limit", 40, expect=1)
        self.assertIn("expected at least 60 photos for a trial, got 40", done.stderr)
        done = self.run_program("tune", self.pets, "--limit", 100, "--budget", 0.01, expect=1)
        self.assertIn("or a longer --budget", done.stderr)
        self.run_program("tune", self.pets, "--budget", 0, expect=2)

    def test_a_network_is_named_once(self):
        for command in (("tune", self.pets), ("finetune", self.pets, "--out", self.folder / "twice")):
            done = self.run_program(*command, "--backbone", f"{self.other},{self.other}", expect=1)
            self.assertIn("expected different networks", done.stderr)
        self.assertFalse((self.folder / "twice").exists())

    def test_networks_that_take_one_size_are_tried_on_squares(self):
        class Fixed(torch.nn.Module):
            def forward(self, x):
                assert x.size(2) == 224 and x.size(3) == 224
                return torch.nn.functional.adaptive_avg_pool2d(x, [4, 4]).flatten(1)
        torch.jit.script(Fixed().eval()).save(str(self.folder / "fixed.pt"))
        choice = self.finetune("fixed", self.edge, "--backbone", self.folder / "fixed.pt")["input_choice"]
        self.assertEqual([(t["inputs"][0]["fit"], t["inputs"][0]["size"]) for t in choice["tried"]],
                         [("crop", 224), ("squash", 224), ("pad", 224)])

    def test_tune_says_what_finetune_would_choose(self):
        out = self.folder / "tuned"
        done = self.run_program("tune", self.edge, "--backbone", f"petite,{self.other}", "--budget", 10, "--out", out)
        tune = json.loads((out / "tune.json").read_text())
        self.assertEqual([len(each["tried"]) for each in tune["of_networks"]], [3, 3])
        self.assertEqual([len(tried["inputs"]) for tried in tune["tried"]], [1, 1, 2])
        for each, tried in zip(tune["of_networks"], tune["tried"]):
            self.assertEqual(each["tried"][each["chosen"]]["inputs"], tried["inputs"])
        best = min(tried["log_loss"] for tried in tune["tried"])
        self.assertEqual(min(tried["excess"] for tried in tune["tried"]), 0)
        for tried in tune["tried"]:
            self.assertAlmostEqual(tried["excess"], tried["log_loss"] - best, 9)
        lines = [line for line in done.stdout.splitlines() if line.endswith("  chosen")]
        self.assertEqual(len(lines), 3)  # of each, and of both
        self.assertIn(" + ".join(f"{i['network']} {i['fit']} {i['size']}" for i in tune["tried"][tune["chosen"]]["inputs"]), lines[2])
        self.assertIn("<svg", (out / "report.html").read_text())

    def test_a_model_of_two_networks(self):
        run = self.trained_on_two()
        metrics = metrics_of(run)
        self.assertEqual(metrics["backbone"]["name"], "petite")
        self.assertEqual([other["backbone"]["name"] for other in metrics["other_backbones"]], ["squeezenet1_1"])
        self.assertEqual(len(metrics["head"]["block_scale"]), 2)
        extra = {"pawprint.json": ""}
        model = torch.jit.load(str(run / "model.pt"), _extra_files=extra)
        about = json.loads(extra["pawprint.json"])
        self.assertEqual(about["format"], 2)
        x, y = torch.rand(1, 3, 128, 160), torch.rand(1, 3, 224, 256)
        self.assertEqual(model(x, y).shape, (1, 2))
        # It answers alone as it answered when it was validated.
        self.finetune("two_validated", self.pets, "--limit", 120, "--backbone", f"petite,{self.other}", "--fit", "whole", "--no-refit")
        with open(self.folder / "two_validated" / "validation.csv", newline="") as file:
            known = {row["path"]: row for row in csv.DictReader(file)}
        done = self.run_program("classify", *known, "--model", self.folder / "two_validated")
        rows = list(csv.DictReader(done.stdout.splitlines()))
        self.assertEqual([row["path"] for row in rows], list(known))
        for row in rows:
            self.assertAlmostEqual(float(row["cats"]), float(known[row["path"]]["cats"]), 5)

    def test_what_works_with_two_networks_and_what_does_not(self):
        model, photo = self.trained_on_two() / "model.pt", next(self.pets.rglob("*.jpg"))
        self.run_program("explain", photo, "--model", model, "--out", self.folder / "why")
        explained = json.loads((self.folder / "why" / "explain.json").read_text())
        shares = explained["photos"][0]["maps"][0]["networks"]
        self.assertEqual([share["name"] for share in shares], ["petite", "squeezenet1_1"])
        self.assertIn("squeezenet1_1", (self.folder / "why" / "index.html").read_text())
        self.run_program("evaluate", self.pets, "--model", model, "--limit", 20)
        done = self.run_program("neurons", photo, "--model", model, "--out", self.folder / "neurons", expect=1)
        self.assertIn("expected a model of one network, got one of 2; give one of them with --backbone", done.stderr)

    def test_views_are_averaged(self):
        model = self.trained_on_two() / "model.pt"
        photos = sorted(self.pets.rglob("*.jpg"))[:4]
        answers = {}
        for options in ((), ("--tta",), ("--views", 1), ("--views", 2), ("--views", 4)):
            done = self.run_program("classify", *photos, "--model", model, *options)
            answers[options] = [row["cats"] for row in csv.DictReader(done.stdout.splitlines())]
        self.assertEqual(answers[()], answers[("--views", 1)])
        self.assertEqual(answers[("--tta",)], answers[("--views", 2)])
        self.assertEqual(len(set(map(tuple, answers.values()))), 3)
        self.run_program("classify", *photos, "--model", model, "--views", 3, expect=2)


if __name__ == "__main__":
    unittest.main()
