#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/export_backbone_test.py"""

import collections
import contextlib
import hashlib
import io
import json
import math
import os
import struct
import sys
import tempfile
import unittest
from unittest import mock

import torch
import torchvision

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../models"))
import export_backbone

Result = collections.namedtuple("Result", "exit_code out err")


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = export_backbone.main(list(arguments))
    return Result(exit_code, out.getvalue(), err.getvalue())


def load(path):
    extra = {"backbone.json": ""}
    module = torch.jit.load(path, _extra_files=extra)
    return module, json.loads(extra["backbone.json"])


def digest_matches(contents):
    """Read by hand: an end record of 22 bytes at 22 + 87 from the end, whose comment is the digest."""
    end = len(contents) - 22 - 87
    signature, comment_length = struct.unpack("<4s16xH", contents[end:end + 22])
    comment = b"pawprint seal 1 sha256:" + hashlib.sha256(contents[:end]).hexdigest().encode()
    return (signature, comment_length, contents[end + 22:]) == (b"PK\5\6", 87, comment)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class ExportTest(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.out = self.path("out.pt")

    def path(self, name):
        return os.path.join(self.folder, name)

    def save(self, name, value):
        torch.save(value, self.path(name))
        return self.path(name)

    def export(self, *arguments):
        result = run(*arguments, "-o", self.out)
        self.assertEqual((result.exit_code, result.err), (0, ""))
        return result

    def assert_close(self, got, expected):
        self.assertEqual(got.shape, expected.shape)
        self.assertLess(((got - expected).norm() / expected.norm()).item(), 1e-4)

    def assert_refused(self, result, exit_code, *words):
        self.assertEqual((result.exit_code, result.out), (exit_code, ""))
        self.assertEqual(result.err.count("\n"), 1, result.err)
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("out.pt")], [])


class EveryNetwork(ExportTest):
    def check(self, name):
        self.export(name, "--random", "3")
        module, description = load(self.out)
        self.assertFalse(module.training)
        self.check_description(name, description)
        self.check_golden(module, description)
        source, _ = export_backbone.random_model(name, 3)
        for px in (160, 224):
            pixels = torch.randn(1, 3, px, px, generator=torch.Generator().manual_seed(px))
            features = module(pixels)
            self.check_stages(module, description, pixels, features)
            features_beside, logits = module.with_logits(pixels)
            self.assertEqual(logits.shape, (1, 1000))
            self.assert_close(features_beside, features)
            self.assert_close(logits, source(pixels))

    def check_description(self, name, description):
        self.assertEqual(set(description), {"format", "name", "feature_dim", "stages", "preprocess", "weights",
                                            "licence", "golden", "classes"})
        self.assertEqual((description["format"], description["name"]), (1, name))
        self.assertEqual(description["weights"], "random, seed 3")
        self.assertEqual(len(description["classes"]), 1000)
        self.assertEqual([stage["stride"] for stage in description["stages"]],
                         [2, 4, 8, 16, 32][:len(description["stages"])])

    def check_golden(self, module, description):
        mean, std = description["preprocess"]["mean"], description["preprocess"]["std"]
        size = description["golden"]["size"]
        pixels = [[[((37 * c + 5 * y + 3 * x + x * y) % 256 / 255 - mean[c]) / std[c] for x in range(size)]
                   for y in range(size)] for c in range(3)]
        self.assert_close(module(torch.tensor([pixels]))[0], torch.tensor(description["golden"]["features"]))

    def check_stages(self, module, description, pixels, features):
        maps = module.stages(pixels)
        self.assertEqual(features.shape, (1, description["feature_dim"]))
        self.assert_close(features, maps[-1].mean((2, 3)))
        self.assertEqual([stage_map.shape[1] for stage_map in maps],
                         [stage["channels"] for stage in description["stages"]])
        for stage_map, stage in zip(maps, description["stages"]):  # SqueezeNet's convolutions do not pad: a place less
            for size in stage_map.shape[2:]:
                self.assertIn(math.ceil(pixels.shape[2] / stage["stride"]) - size, (0, 1))
        for below, above, layer in zip(maps, maps[1:], list(module.trunk.children())[1:]):
            self.assert_close(layer(below), above)  # no stage has worked in place on the map below

    def test_keeps_the_contract(self):
        for name in export_backbone.NAMES:
            with self.subTest(name):
                self.check(name)


class Stages(unittest.TestCase):
    def stages(self, name):
        model = torchvision.models.get_model(name, weights=None).eval()
        return export_backbone.cut_into_stages(export_backbone.trunk_layers(model))[1]

    def test_resnet18_is_cut_at_its_layers(self):
        # Convolution 7x7/2: 7. Pooling 3x3/2: 11, four 3x3 at stride 4: 11 + 4 * 2 * 4 = 43. Then at each layer one 3x3
        # at the stride before, three at its own: 43 + 8 + 3 * 16 = 99, 99 + 16 + 3 * 32 = 211, 211 + 32 + 3 * 64 = 435.
        self.assertEqual([tuple(stage.values()) for stage in self.stages("resnet18")],
                         [("stem", 64, 2, 7, 0), ("layer1", 64, 4, 43, 0), ("layer2", 128, 8, 99, 0),
                          ("layer3", 256, 16, 211, 0), ("layer4", 512, 32, 435, 0)])

    def test_squeezenet_is_cut_before_its_poolings(self):
        # Convolution 3x3/2: 3. Pooling 3x3/2: 7, two 3x3 at stride 4: 23. 23 + 8 + 2 * 16 = 63, 63 + 16 + 4 * 32 = 207.
        # None of the strided ones pads: each moves the first place by a stride, 1 + 2 + 4 + 8.
        self.assertEqual([tuple(stage.values()) for stage in self.stages("squeezenet1_1")],
                         [("features.0-1", 64, 2, 3, 1), ("features.2-4", 128, 4, 23, 3), ("features.5-7", 256, 8, 63, 7),
                          ("features.8-12", 512, 16, 207, 15)])

    def test_receptive_fields_are_the_pixels_that_a_place_depends_on(self):
        for name in ("squeezenet1_1", "densenet121", "mobilenet_v2"):  # no padding; pooling of 2 x 2; padding
            model, _ = export_backbone.random_model(name, 1)
            modules, stages = export_backbone.cut_into_stages(export_backbone.trunk_layers(model))
            pixels = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(1)).requires_grad_()
            with torch.enable_grad():
                maps = export_backbone.Backbone(modules).eval().stages(pixels)
            for place, stage_map, stage in zip((20, 11), maps, stages):
                with torch.enable_grad():
                    seen, = torch.autograd.grad(stage_map[0, :, place, place].sum(), pixels, retain_graph=True)
                rows = seen[0].abs().sum((0, 2)).nonzero()
                field, center = stage["receptive_field"], stage["center"] + place * stage["stride"]
                with self.subTest(name=name, stage=stage["name"]):
                    self.assertEqual((rows.min() + rows.max()).item() / 2, center)
                    self.assertEqual((rows.max() - rows.min() + 1).item(), field)

    def test_squeeze_and_excitation_does_not_widen_the_receptive_field(self):
        # Convolution 3x3/2, then a block of a 3x3/2 and a squeeze-and-excitation: 3 + 4 = 7.
        self.assertEqual(self.stages("mobilenet_v3_small")[1]["receptive_field"], 7)


class Weights(ExportTest):
    def test_file_is_kept_as_it_is(self):
        model, _ = export_backbone.random_model("mobilenet_v3_small", 5)
        path = self.save("w.pth", model.state_dict())
        self.export("mobilenet_v3_small", "--weights", path)
        module, description = load(self.out)
        self.assertEqual(description["weights"], "w.pth sha256:" + hashlib.sha256(read(path)).hexdigest())
        saved = sorted(tensor.double().sum().item() for tensor in module.state_dict().values())
        self.assertEqual(saved, sorted(tensor.double().sum().item() for tensor in model.state_dict().values()))

    def test_first_densenet_names_are_understood(self):
        state = torchvision.models.densenet121(weights=None).state_dict()
        path = self.save("w.pth", {key.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): value
                                   for key, value in state.items() if not key.endswith("num_batches_tracked")})
        self.export("densenet121", "--weights", path, "--no-logits")

    def test_same_seed_gives_the_same_weights(self):  # not the same bytes: torch orders code by Python's hash seed
        modules = []
        for seed in ("1", "1", "2"):
            self.export("mobilenet_v3_small", "--random", seed)
            modules.append(load(self.out)[0])
        first, again, other = ([*module.state_dict().values()] for module in modules)
        self.assertTrue(all(map(torch.equal, first, again)))
        self.assertFalse(all(map(torch.equal, first, other)))

    def test_random_features_differ_between_images(self):
        self.export("mobilenet_v2", "--random", "1", "--no-logits")
        features = load(self.out)[0](torch.rand(4, 3, 1, 1).expand(4, 3, 96, 96) * 2 - 1)
        self.assertGreater((features.std(0).mean() / features.square().mean().sqrt()).item(), 0.05)


class File(ExportTest):
    def test_no_logits_leaves_the_classifier_and_the_classes_out(self):
        self.export("squeezenet1_1", "--random", "1", "--no-logits")
        module, description = load(self.out)
        self.assertFalse(hasattr(module, "with_logits"))
        self.assertFalse(hasattr(module, "classifier"))
        self.assertNotIn("classes", description)

    def test_flipped_byte_changes_the_digest(self):
        self.export("squeezenet1_1", "--random", "1", "--no-logits")
        contents = read(self.out)
        self.assertTrue(digest_matches(contents))
        for at in (0, len(contents) // 2, len(contents) - 22 - 87 - 1, len(contents) - 1):
            with self.subTest(at=at):
                damaged = bytearray(contents)
                damaged[at] ^= 1
                self.assertFalse(digest_matches(bytes(damaged)))

    def test_what_is_no_zip_or_has_a_digest_already_gets_none(self):
        for contents in (b"", b"short", b"x" * 100, b"PK\5\6" + bytes(16) + b"\1\0x"):
            with self.subTest(contents), open(self.out, "wb") as file:
                file.write(contents)
                file.flush()
                with self.assertRaisesRegex(export_backbone.Error, "expected a ZIP without a comment"):
                    export_backbone.add_digest(self.out)

    def test_replaces_what_was_there_and_leaves_nothing_else(self):
        with open(self.out, "w", encoding="ascii") as file:
            file.write("old")
        result = self.export("squeezenet1_1", "--random", "1")
        self.assertRegex(result.out, r"out\.pt: squeezenet1_1, 512 features, 1235496 parameters, stages: .*\n$")
        self.assertTrue(digest_matches(read(self.out)))
        self.assertEqual(os.listdir(self.folder), ["out.pt"])


class Refused(ExportTest):
    def test_command_lines(self):
        cases = [(["resnet1"], "expected one of resnet18", "'resnet1'"),
                 (["resnet18", "--random", "1", "--weights", "w.pth"], "--random", "'w.pth'"),
                 (["resnet18", "--random", "x"], "expected a whole number from 0", "'x'"),
                 (["resnet18", "--random", "-1"], "--random"),
                 (["resnet18", "--nonsense"], "--nonsense"),
                 ([], "NAME")]
        for arguments, *words in cases:
            with self.subTest(arguments):
                self.assert_refused(run(*arguments, "-o", self.out), 2, *words)
        self.assert_refused(run("resnet18"), 2, "-o")

    def test_weights_that_do_not_fit(self):
        state = torchvision.models.squeezenet1_1(weights=None).state_dict()
        shape = {**state, "features.0.weight": torch.zeros(64, 3, 5, 5)}
        nan = {**state, "features.0.bias": torch.full((64,), math.nan)}
        cases = [(dict(list(state.items())[1:]), "Missing", "features.0.weight"),
                 ({**state, "more": torch.zeros(1)}, "Unexpected", "more"),
                 (shape, "size mismatch", "features.0.weight"),
                 ({"state_dict": state}, "Missing"),
                 ({0: torch.zeros(1)}, "a dict"),
                 (torch.zeros(1), "a Tensor"),
                 (nan, "finite features")]
        for value, *words in cases:
            with self.subTest(words):
                path = self.save("w.pth", value)
                self.assert_refused(run("squeezenet1_1", "--weights", path, "-o", self.out), 1, "expected", *words)

    def test_files_that_are_no_weights(self):
        whole = read(self.save("w.pth", {"a": torch.zeros(100)}))
        for contents in (b"", b"no weights", whole[:len(whole) // 2]):
            with self.subTest(contents[:10]):
                with open(self.path("w.pth"), "wb") as file:
                    file.write(contents)
                self.assert_refused(run("resnet18", "--weights", self.path("w.pth"), "-o", self.out), 1, "cannot read")
        self.assert_refused(run("resnet18", "--weights", self.folder, "-o", self.out), 1, "Is a directory")
        self.assert_refused(run("resnet18", "--weights", self.path("none"), "-o", self.out), 1, "No such file")

    def test_files_that_cannot_be_written(self):
        for out, word in ((self.folder, "folder"), ("/dev/null", "device"), (self.path("no/out.pt"), "No such file")):
            with self.subTest(out):
                self.assert_refused(run("squeezenet1_1", "--random", "1", "--no-logits", "-o", out), 1, word)

    def test_failed_download_says_what_to_do(self):
        os.mkdir(self.path("mirror"))
        with mock.patch.dict(os.environ, {"PAWPRINT_MIRROR": self.path("mirror")}):
            for quiet in ((), ("--quiet",)):
                self.assert_refused(run("resnet18", "-o", self.out, *quiet), 1, "resnet18-", "got none", "--weights FILE")
            self.assertTrue(run("resnet18", "-o", self.out, "--as", "said: ").err.startswith("said: '"))
            with mock.patch.dict(os.environ, {"PATH": ""}):
                os.environ["PAWPRINT_MIRROR"] = "http://127.0.0.1:9"
                self.assert_refused(run("resnet18", "-o", self.out), 1, "curl: expected", "apt install curl")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    unittest.main()
