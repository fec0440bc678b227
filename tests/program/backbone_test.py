"""pawprint backbone and pawprint draw as users run them."""
import contextlib
import io
import pathlib
import re
import subprocess
import sys
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.mirror import export_backbone  # noqa: E402
from tests.support.program import PROGRAM, SHARED, THOROUGH, ProgramTest, export, needs_shared, photo  # noqa: E402

# Millions of parameters (with the classifier) and multiply-adds of the features at 224 px: torchvision's documentation and
# its papers, less the classifier's part.
SIZES = {"resnet18": (11.69, 1814), "resnet34": (21.80, 3664), "resnet50": (25.56, 4087), "mobilenet_v2": (3.50, 300),
         "mobilenet_v3_small": (2.54, 55), "mobilenet_v3_large": (5.48, 215), "squeezenet1_1": (1.24, 263),
         "vgg16": (138.36, 15347), "efficientnet_b0": (5.29, 385), "densenet121": (7.98, 2833)}


LARGE = () if THOROUGH else ("resnet34", "resnet50", "mobilenet_v3_large", "vgg16")  # each has a smaller one of its kind, or takes long


class BackboneCommand(ProgramTest):
    def test_every_network_computes_its_golden_features(self):
        for name in SIZES.keys() - LARGE:
            parameters, multiply_adds = SIZES[name]
            with self.subTest(name):
                path = self.folder / f"{name}.pt"
                with contextlib.redirect_stdout(io.StringIO()):
                    export_backbone.main([name, "--random", "1", "-o", str(path)])
                text = self.run_program("backbone", path).stdout
                self.assertIn("golden        good", text)
                self.assertIn("(digest matches)", text)
                self.assertAlmostEqual(float(re.search(r"parameters +([\d.]+)", text)[1]), parameters, delta=0.011)
                self.assertAlmostEqual(float(re.search(r"multiply-adds +([\d.]+)", text)[1]), multiply_adds,
                                       delta=0.02 * multiply_adds)
                path.unlink()

    def test_plain_network_is_taken_with_a_warning(self):
        class Plain(torch.nn.Module):
            def forward(self, x):
                return torch.nn.functional.adaptive_avg_pool2d(x, 2)

        path = self.folder / "plain.pt"
        torch.jit.script(Plain()).save(str(path))
        done = self.run_program("backbone", path)
        self.assertIn("warning:", done.stderr)
        self.assertIn("features      12\n", done.stdout)

    def test_networks_traced_in_training_mode_are_refused(self):
        torch.manual_seed(1)
        network = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 9, 8), torch.nn.BatchNorm2d(8), torch.nn.Dropout(.5),
                                      torch.nn.AdaptiveAvgPool2d(1))
        traced, scripted = self.folder / "traced.pt", self.folder / "scripted.pt"
        torch.jit.trace(network.train(), torch.randn(4, 3, 224, 224), check_trace=False).save(str(traced))
        torch.jit.script(network.train()).save(str(scripted))
        self.assertIn("saved in training mode: call eval() before torch.jit.trace",
                      self.run_program("backbone", traced, expect=1).stderr)
        self.assertIn("features      8\n", self.run_program("backbone", scripted).stdout)
        torch.jit.trace(network.eval(), torch.randn(4, 3, 224, 224)).save(str(traced))
        self.assertIn("features      8\n", self.run_program("backbone", traced).stdout)

    def test_network_of_another_size(self):
        path = self.folder / "only299.pt"
        torch.jit.script(torch.nn.Sequential(torch.nn.Conv2d(3, 2, 13, 13), torch.nn.Flatten(),
                                             torch.nn.Linear(2 * 23 * 23, 6)).eval()).save(str(path))
        self.assertIn("it takes [N,3,299,299]: use --image-size 299", self.run_program("backbone", path, expect=1).stderr)
        self.assertIn("input         crop, 299 px of 331", self.run_program("backbone", path, "--image-size", 299).stdout)
        data = self.folder / "data"
        for i in range(8):
            photo(data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        self.run_program("finetune", data, "--backbone", path, "--out", self.folder / "run", "--image-size", 299)
        rows = self.run_program("classify", data / "red" / "0.jpg", "--model", self.folder / "run").stdout
        self.assertEqual(rows.count(",ok\n"), 1)

    def test_what_torch_save_wrote_is_named(self):
        network = torch.nn.Conv2d(3, 4, 3)
        for what, expected in ((network.state_dict(), "weights without a network (a state dict saved by torch.save)"),
                               ({"model": network.state_dict()}, "a checkpoint (a dictionary saved by torch.save)"),
                               (network, "a network that torch.save wrote as a Python object (torch.nn.modules.conv.Conv2d)")):
            for options in ({}, {"_use_new_zipfile_serialization": False}):
                torch.save(what, self.folder / "saved.pth", **options)
                self.assertIn(expected, self.run_program("backbone", self.folder / "saved.pth", expect=1).stderr)

    def test_damaged_file_is_refused(self):
        path = export("squeezenet1_1", self.folder / "net.pt", "--random", "1")
        contents = bytearray(path.read_bytes())
        contents[len(contents) // 2] ^= 1
        path.write_bytes(contents)
        self.assertIn("digest does not match", self.run_program("backbone", path, expect=1).stderr)

    @needs_shared
    def test_real_weights(self):
        for name, options in (("mobilenet_v2", ()), ("resnet18", ()), ("squeezenet1_1", ("--no-logits",))):
            weights = SHARED / "backbones" / f"{name}.pth"
            text = self.run_program("backbone", export(name, self.folder / "net.pt", "--weights", weights, *options)).stdout
            self.assertIn("golden        good", text)
            self.assertIn("no classes" if options else "1000 classes", text)


class DrawCommand(ProgramTest):
    def test_draws_cats_and_dogs(self):
        self.run_program("draw", "pets", "--count", 5, "--seed", 3, "--out", self.folder / "drawn")
        names = sorted(str(p.relative_to(self.folder / "drawn")) for p in self.folder.glob("drawn/*/*"))
        self.assertEqual(names, ["cats/cat.0.jpg", "cats/cat.1.jpg", "cats/cat.2.jpg", "dogs/dog.0.jpg", "dogs/dog.1.jpg"])
        again = self.folder / "again"
        self.run_program("draw", "pets", "--count", 5, "--seed", 3, "--out", again)
        for name in names:
            self.assertEqual((again / name).read_bytes(), (self.folder / "drawn" / name).read_bytes())
        self.run_program("draw", "pets", "--count", 5, "--out", again, expect=1)  # it holds pictures already
        self.run_program("draw", "birds", "--out", self.folder / "birds", expect=2)
        self.run_program("draw", "pets", "--count", "5x", "--out", self.folder / "five", expect=2)

    def test_draws_faces_and_says_who_smiles(self):
        self.run_program("draw", "faces", "--count", 3, "--seed", 3, "--out", self.folder / "faces")
        rows = (self.folder / "faces" / "attributes.csv").read_text().splitlines()
        self.assertTrue(rows[0].startswith("file,Smiling,Male,"))
        self.assertEqual([row.split(",")[0] for row in rows[1:]], ["000000.jpg", "000001.jpg", "000002.jpg"])
        self.assertEqual(sorted(p.name for p in self.folder.glob("faces/images/*")), [row.split(",")[0] for row in rows[1:]])
        self.run_program("draw", "faces", "--out", self.folder / "faces", expect=1)  # it holds pictures already


class Installed(ProgramTest):
    def test_installed_program_runs(self):
        build = pathlib.Path(PROGRAM).parent
        subprocess.run(["cmake", "--install", build, "--prefix", self.folder / "usr"], check=True, stdout=subprocess.DEVNULL)
        installed = self.folder / "usr/bin/pawprint"
        version = subprocess.run([installed, "--version"], check=True, capture_output=True, text=True)
        self.assertRegex(version.stdout, r"^pawprint \d")
        subprocess.run([installed, "draw", "pets", "--count", "2", "--quiet", "--out", self.folder / "two"], check=True)
        self.assertTrue((self.folder / "usr/share/pawprint/export_backbone.py").exists())


if __name__ == "__main__":
    unittest.main()
