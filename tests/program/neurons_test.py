"""neurons as users run it: what it finds in photos whose content is known, the pages in a real browser, real photos."""
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import time
import unittest

import numpy
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from tests.support.program import PROGRAM, SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402
from page import needs_browser, views  # noqa: E402

EVIL = "<img onerror=alert(1) src=x>&amp; 50%#?\".png"


class Spots(torch.nn.Module):
    """Two stages: how red and how blue places of 8 pixels are, and the same of 32 pixels."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([[[[1.]], [[-1.]], [[-1.]]], [[[-1.]], [[-1.]], [[1.]]],
                                                       [[[0.]], [[0.]], [[0.]]]]))

    @torch.jit.export
    def stages(self, x: torch.Tensor):
        colors = torch.relu(torch.conv2d(x, self.weight) - 1)
        fine = torch.nn.functional.avg_pool2d(colors, 8)
        return [fine, torch.nn.functional.avg_pool2d(fine, 4)]

    def forward(self, x: torch.Tensor):
        return self.stages(x)[-1].mean([2, 3])


class NeuronsTest(ProgramTest):
    def neurons(self, *arguments, out="out", expect=0, backbone=None, **options):
        shutil.rmtree(self.folder / out, ignore_errors=True)
        network = () if "--model" in arguments else ("--backbone", backbone or self.backbone)
        done = self.run_program("neurons", *arguments, *network, "--out", self.folder / out, "--quiet", expect=expect,
                                **options)
        return self.folder / out, done

    def found(self, *arguments, **options):
        return json.loads((self.neurons(*arguments, **options)[0] / "neurons.json").read_text())


class Neurons(NeuronsTest):
    """A network that looks for red and blue, on photos of 224 pixels with one spot each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        torch.jit.script(Spots().eval()).save(str(cls.folder / "spots.pt"))
        cls.backbone = cls.folder / "spots.pt"
        cls.data = cls.folder / "data"
        cls.spots = {}  # by path: left, top, side
        random = numpy.random.default_rng(1)
        for color in ("red", "blue"):
            (cls.data / color).mkdir(parents=True)
            for i in range(14):
                side = 8 * (i + 2)  # the larger, the more it excites the second stage
                left, top = (8 * int(random.integers(0, (224 - side) // 8 + 1)) for _ in range(2))
                pixels = numpy.full((256, 256, 3), 128, numpy.uint8)
                pixels[16 + top:16 + top + side, 16 + left:16 + left + side] = (255, 0, 0) if color == "red" else (0, 0, 255)
                path = cls.data / color / (EVIL if i == 13 else f"{i:02}.png")
                Image.fromarray(pixels).save(path)
                cls.spots[str(path)] = (left, top, side)

    def test_finds_the_photos_and_the_places(self):
        stages = self.found(self.data)["stages"]
        self.assertEqual([stage["name"] for stage in stages], ["stage 1", "stage 2"])
        self.assertEqual([(stage["channels"], stage["stride"], stage["dead"]) for stage in stages], [(3, 8, 1), (3, 32, 1)])
        for stage in stages:
            self.assertEqual([neuron["channel"] for neuron in stage["neurons"]], [0, 1])  # the third is dead
            for neuron, color in zip(stage["neurons"], ("red", "blue")):
                self.assertEqual((neuron["folder"], neuron["in_folder"], len(neuron["patches"])), (color, 9, 9))
                self.assertEqual(neuron["patches"], sorted(neuron["patches"], key=lambda patch: -patch["activation"]))
        strongest = stages[1]["neurons"][0]["patches"]
        # All these spots fill a place of 32 pixels: of equals the one with more of it is first.
        self.assertEqual([self.spots[patch["path"]][2] for patch in strongest], list(range(120, 48, -8)))
        for patch in stages[0]["neurons"][1]["patches"]:
            x, y, width, height = patch["field"]
            left, top, side = self.spots[patch["path"]]
            self.assertEqual(width, height)
            self.assertTrue(left - width < x < left + side and top - height < y < top + side, (patch, left, top, side))

    def test_pictures_show_what_was_found(self):
        out, done = self.neurons(self.data, "--patches", 4)
        self.assertEqual(sorted(path.name for path in out.iterdir()), ["index.html", "neurons.json", "stage-1.png", "stage-2.png"])
        self.assertIn("4 neurons of 2 stages on 28 photos; see", done.stdout)
        sheet = numpy.asarray(Image.open(out / "stage-1.png").convert("RGB")).astype(int)
        self.assertGreater(((sheet[..., 0] > 200) & (sheet[..., 2] < 60)).sum(), 4 * 90 * 90)  # four red patches
        self.assertGreater(((sheet[..., 2] > 200) & (sheet[..., 0] < 60)).sum(), 4 * 90 * 90)

    def test_results_do_not_depend_on_threads(self):
        files = []
        for threads in (1, 3):
            out, _ = self.neurons(self.data, "--threads", threads)
            files.append({path.name: path.read_bytes() for path in out.iterdir()})
        self.assertEqual(files[0], files[1])

    def test_stages_and_channels_can_be_named(self):
        stage, = self.found(self.data, "--stage", "2", "--channels", "2,1")["stages"]
        self.assertEqual([(neuron["channel"], len(neuron["patches"])) for neuron in stage["neurons"]], [(2, 0), (1, 9)])
        stage, = self.found(self.data, "--stage", "stage 1", "--count", 1)["stages"]
        self.assertEqual(len(stage["neurons"]), 1)
        for arguments, words in ((("--stage", "3"), "--stage: expected stages of the network (stage 1, stage 2; or 1 to 2), got '3'"),
                                 (("--channels", "3"), "--channels: expected 0 to 2 for stage stage 1, got 3")):
            self.assertIn(words, self.neurons(self.data, *arguments, expect=2)[1].stderr)

    def test_a_model_says_which_channels_speak_for_its_classes(self):
        self.run_program("finetune", self.data, "--backbone", self.backbone, "--out", self.folder / "run")
        found = self.found(self.data, "--model", self.folder / "run" / "model.pt", "--stage", "1")
        self.assertEqual({entry["class"]: entry["neurons"][0]["channel"] for entry in found["classes"]}, {"red": 0, "blue": 1})
        for entry in found["classes"]:
            self.assertEqual(entry["photos"], 14)
            self.assertGreater(entry["neurons"][0]["contribution"], 0)
            self.assertEqual(entry["neurons"][0]["folder"], entry["class"])
        self.assertTrue((self.folder / "out" / "classes.png").exists())

    def test_copies_are_looked_at_once(self):
        copies = self.folder / "copies"
        shutil.copytree(self.data, copies)
        for i in range(5):
            shutil.copy(copies / "red" / "11.png", copies / "red" / f"copy{i}.png")
        found = self.found(copies)
        self.assertEqual((found["photos"], found["copies"]), (28, 5))
        paths = [patch["path"] for patch in found["stages"][1]["neurons"][0]["patches"]]
        self.assertEqual(sum("copy" in path or path.endswith("red/11.png") for path in paths), 1)

    def test_bad_files_are_named_and_exit_code_is_3(self):
        bad = self.folder / "bad"
        shutil.copytree(self.data, bad)
        (bad / "red" / "empty.jpg").touch()
        out, done = self.neurons(bad, expect=3)
        self.assertIn("empty file", done.stderr)
        self.assertEqual(json.loads((out / "neurons.json").read_text())["unreadable"][0]["reason"], "empty file")
        self.assertIn("empty file", (out / "index.html").read_text())
        done = self.neurons(bad / "red" / "empty.jpg", expect=1)[1]
        self.assertIn("expected photos, got none that can be read", done.stderr)

    def test_nothing_is_overwritten(self):
        kept = self.folder / "kept"
        kept.mkdir()
        (kept / "letter.txt").write_text("dear")
        done = self.run_program("neurons", self.data, "--backbone", self.backbone, "--out", kept, expect=1)
        self.assertIn("expected a new or empty folder", done.stderr)
        self.assertEqual([path.name for path in kept.iterdir()], ["letter.txt"])

    def test_networks_without_stages_say_what_is_missing(self):
        plain = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 16, 16), torch.nn.AdaptiveAvgPool2d(1)).eval()
        torch.jit.script(plain).save(str(self.folder / "plain.pt"))
        done = self.neurons(self.data, backbone=self.folder / "plain.pt", expect=1)[1]
        self.assertIn("expected a network with the method stages(), got one without", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def page(self, name):
        network = export("squeezenet1_1", self.folder / "net.pt", "--random", "1", "--no-logits")
        data = self.folder / ("data of " + name)
        shutil.copytree(self.data / "red", data / EVIL)  # names of folders are on the page
        shutil.copytree(self.data / "blue", data / "blue")
        return self.neurons(data, backbone=network, out=name)[0]

    @unittest.skipUnless(shutil.which("tidy"), "needs Debian's tidy")
    def test_page_is_valid(self):
        self.run_program("finetune", self.data, "--backbone", self.backbone, "--out", self.folder / "run2")
        for out in (self.page("valid"), self.neurons(self.data, "--model", self.folder / "run2" / "model.pt")[0]):
            done = subprocess.run(["tidy", "-e", "-q", out / "index.html"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_browser
    def test_page_in_a_browser(self):
        out = self.page("page")
        stages = json.loads((out / "neurons.json").read_text())["stages"]
        for browser in views(self, out / "index.html"):
            run = browser.execute_script
            self.assertEqual(run("return [...document.querySelectorAll('.neurons')].map((n) => n.children.length)"),
                             [len(stage["neurons"]) for stage in stages])
            self.assertEqual(run("return document.querySelectorAll('.glance > div').length"), len(stages))
            self.assertTrue(any(EVIL in text for text in
                                run("return [...document.querySelectorAll('figcaption')].map((f) => f.innerText)")))
            for link in run("return [...document.querySelectorAll('a')].map((a) => a.href)"):
                browser.get(link)
                self.assertGreater(run("return document.images[0].naturalWidth"), 500, link)


@needs_shared
class NeuronsRealPhotos(NeuronsTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backbone = export("mobilenet_v2", cls.folder / "net.pt", "--weights", SHARED / "backbones" / "mobilenet_v2.pth")

    def test_the_deeper_the_more_a_neuron_knows_of_animals(self):
        begin = time.monotonic()
        found = self.found(SHARED / "pets", "--limit", 500)
        print(f"\n{found['photos']} photos in {time.monotonic() - begin:.1f} s, "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3:.0f} MB; in one folder: "
              f"{[round(stage['in_folder'], 3) for stage in found['stages']]}, by chance {found['in_folder_by_chance']:.3f}")
        self.assertEqual([len(stage["neurons"]) for stage in found["stages"]], [12] * 5)
        self.assertEqual([stage["receptive_field"] for stage in found["stages"]][:3], [7, 19, 59])
        shares = [stage["in_folder"] for stage in found["stages"]]
        self.assertGreater(shares[-1], shares[0] + 0.05)
        self.assertGreater(shares[-1], found["in_folder_by_chance"] + 0.1)
        sides = [stage["neurons"][0]["patches"][0]["field"][2] for stage in found["stages"]]
        self.assertEqual(sides, sorted(sides))

    def test_activations_are_those_of_pytorch(self):
        found = self.found(SHARED / "pets", "--limit", 40, "--precision", "fp32")
        module = torch.jit.load(str(self.backbone))
        for number, stage in enumerate(found["stages"]):
            neuron = stage["neurons"][0]
            patch = neuron["patches"][0]
            with Image.open(patch["path"]) as image:
                image = image.convert("RGB")
                image = image.resize([256 * side // min(image.size) for side in image.size], Image.BILINEAR)
            left, top = (round((side - 224) / 2) for side in image.size)
            pixels = torch.tensor(numpy.asarray(image.crop((left, top, left + 224, top + 224)))).permute(2, 0, 1) / 255
            mean, std = (torch.tensor(v).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
            with torch.no_grad():
                maps = module.stages(((pixels - mean) / std).unsqueeze(0))[number][0, neuron["channel"]]
            # the strongest of the places whose field lies in the photo
            inner = int(numpy.ceil((stage["receptive_field"] - 1) / 2 / stage["stride"])) if stage["receptive_field"] <= 112 else 0
            last = int((223 - (stage["receptive_field"] - 1) / 2) // stage["stride"]) if inner else maps.shape[0] - 1
            self.assertAlmostEqual(patch["activation"], maps[inner:last + 1, inner:last + 1].max().item(), places=3)


if __name__ == "__main__":
    unittest.main()
