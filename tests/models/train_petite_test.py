#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/train_petite_test.py"""

import collections
import contextlib
import io
import json
import os
import random
import sys
import tarfile
import tempfile
import unittest
from unittest import mock

import numpy
import torch
from PIL import Image

sys.dont_write_bytecode = True
MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../models")
sys.path[:0] = [MODELS, os.path.join(MODELS, "embedded")]
import export_backbone
import petite_data
import train_petite

Result = collections.namedtuple("Result", "exit_code out err")


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = train_petite.main([str(argument) for argument in arguments])
    return Result(exit_code, out.getvalue(), err.getvalue())


def load(path):
    extra = {"backbone.json": ""}
    module = torch.jit.load(path, _extra_files=extra)
    return module, json.loads(extra["backbone.json"])


def jpeg(seed, width, height):
    """Coarse blots, so that JPEG keeps them."""
    blots = numpy.random.RandomState(seed).randint(0, 256, (4, 4, 3), dtype=numpy.uint8)
    file = io.BytesIO()
    Image.fromarray(blots).resize((width, height)).save(file, "JPEG")
    return file.getvalue()


def write(path, contents):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write_tar(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name, contents in files:
            member = tarfile.TarInfo(name)
            member.size = len(contents)
            tar.addfile(member, io.BytesIO(contents))


class Inputs(unittest.TestCase):
    """Two classes of 6 small pictures, and 8 photos in two folders."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.shared = folder.name
        with torch.no_grad():
            teacher, _ = export_backbone.random_model("mobilenet_v2", 1)
        torch.save(teacher.state_dict(), os.path.join(cls.shared, "teacher.pth"))
        write_tar(os.path.join(cls.shared, "images.tar.gz"), [(f"n{number % 2}/{number}.JPEG", jpeg(number, 64, 64))
                                                              for number in range(12)])
        write(os.path.join(cls.shared, "classes.tsv"), b"wnid\tname\nn0\tgoldfish\nn1\tbullfrog, frog\n")
        for number in range(8):
            write(os.path.join(cls.shared, "photos", ("cats", "dogs")[number % 2], f"{number}.jpg"),
                  jpeg(100 + number, 90, 60 + 5 * number))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.out = self.path("petite.pt")
        self.patch("BATCH", 8)
        self.patch("CHECKPOINT_S", -1)  # after each step

    def patch(self, name, value):
        patch = mock.patch.object(train_petite, name, value)
        patch.start()
        self.addCleanup(patch.stop)

    def path(self, name):
        return os.path.join(self.folder, name)

    def train(self, work="work", **changed):
        options = {"images": os.path.join(self.shared, "images.tar.gz"), "photos": os.path.join(self.shared, "photos"),
                   "classes": os.path.join(self.shared, "classes.tsv"), "work": self.path(work), "hold_out": 3,
                   "teacher": os.path.join(self.shared, "teacher.pth"), "epochs": 2, "views": 2, "photo_views": 2,
                   **changed}
        return run(*(word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value)),
                   "-o", self.out)

    def train_well(self, work="work", **changed):
        result = self.train(work, **changed)
        self.assertEqual(result.exit_code, 0, result.err)
        self.assertRegex(result.out, r"petite\.pt: petite, 256 features, 1129178 parameters\n$")
        return read(self.out)


class Backbone(Inputs):
    def test_keeps_the_contract(self):
        self.assertLessEqual(len(self.train_well()), 5_000_000)
        module, description = load(self.out)
        self.assertFalse(module.training)
        self.assertEqual((description["name"], description["feature_dim"]), ("petite", 256))
        self.assertEqual(description["classes"], ["goldfish", "bullfrog, frog"])
        self.assertEqual([stage["stride"] for stage in description["stages"]], [2, 4, 8, 16, 32])
        pixels = torch.randn(2, 3, 128, 128)
        maps = module.stages(pixels)
        self.assertEqual([tuple(stage_map.shape[1:]) for stage_map in maps],
                         [(stage["channels"], 128 // stage["stride"], 128 // stage["stride"])
                          for stage in description["stages"]])
        features, logits = module.with_logits(pixels)
        self.assertEqual((features.shape, logits.shape), ((2, 256), (2, 2)))
        self.assertTrue(torch.allclose(features, module(pixels), atol=1e-5))
        self.assertTrue(torch.allclose(features, maps[-1].mean((2, 3)), atol=1e-5))
        # The classifier needs no more than the features: what is cached suffices to ask it.
        self.assertTrue(torch.allclose(logits, module.classifier(features[:, :, None, None]), atol=1e-4))
        golden = module(export_backbone.golden_input())[0]
        self.assertTrue(torch.allclose(golden, torch.tensor(description["golden"]["features"]), atol=1e-5))

    def test_weights_name_data_and_seed(self):
        self.train_well(seed=7)
        recipe = json.loads(load(self.out)[1]["weights"].partition(": ")[2])
        self.assertEqual((recipe["seed"], recipe["epochs"], recipe["hold_out"]), (7, 2, 3))
        self.assertIn("teacher.pth sha256:", recipe["teacher"])

    def test_number_of_threads_changes_nothing(self):
        self.assertEqual(self.train_well("one", threads=1), self.train_well("three", threads=3))

    def test_seed_changes_the_weights(self):
        self.assertNotEqual(self.train_well("first", seed=1), self.train_well("second", seed=2))


class Stopped(Inputs):
    def stop_after(self, steps):
        """Killed in the step after so many: nothing is tidied up on the way out that a later run relies on."""
        learn, taken = train_petite.Training.learn, []

        def learn_or_stop(training, parts):
            parts = list(parts)
            if len(taken) == steps:
                raise KeyboardInterrupt
            taken.append(learn(training, parts))
            return taken[-1]

        with mock.patch.object(train_petite.Training, "learn", learn_or_stop), self.assertRaises(KeyboardInterrupt):
            self.train()

    def checkpoint(self):
        state = torch.load(self.path("work/checkpoint.pt"))
        return state["epoch"], state["step"]

    def test_goes_on_as_if_it_had_not_been(self):  # 12 small pictures and 2 views of 5 photos: 2 steps an epoch
        expected = self.train_well("uninterrupted")
        self.stop_after(1)
        self.assertEqual(self.checkpoint(), (0, 1))
        self.stop_after(2)
        self.assertEqual(self.checkpoint(), (1, 1))
        self.assertEqual(self.train_well(), expected)


class View(unittest.TestCase):
    picture = numpy.arange(40 * 60 * 3, dtype=numpy.uint32).reshape(40, 60, 3).astype(numpy.uint8)

    def test_whole_picture_in_its_own_size_is_itself(self):
        square = self.picture[:, :40]
        view = petite_data.View(1, 1, 0.5, 0.5, (1, 1, 1))
        self.assertTrue((view.pixels(square, 40).permute(1, 2, 0).numpy() == square).all())
        self.assertTrue((view.pixels(square, 40, mirrored=True).permute(1, 2, 0).numpy() == square[:, ::-1]).all())

    def test_part_is_cut_where_it_lies(self):
        view = petite_data.View(400 / 2400, 1, 1, 0, (1, 1, 1))  # 20x20 of 60x40, at the upper right
        self.assertTrue((view.pixels(self.picture, 20).permute(1, 2, 0).numpy() == self.picture[:20, 40:]).all())

    def test_every_draw_lies_within_the_picture(self):
        for seed in range(200):
            view = petite_data.View.draw(random.Random(seed), (0.3, 1))
            self.assertEqual(view.pixels(self.picture, 8).shape, (3, 8, 8))  # Pillow refuses a box outside


class Schedule(unittest.TestCase):
    def test_crops_grow(self):
        self.assertEqual([train_petite.crop_px(epoch, 10) for epoch in range(10)], [64] * 4 + [96] * 4 + [128] * 2)

    def test_rate_goes_up_and_down_to_nothing(self):
        self.assertEqual(train_petite.learning_rate(0), 0)
        self.assertAlmostEqual(train_petite.learning_rate(0.03), 2e-3)
        self.assertAlmostEqual(train_petite.learning_rate(0.515), 1e-3)
        self.assertAlmostEqual(train_petite.learning_rate(1), 0)


class Refused(Inputs):
    def assert_refused(self, result, exit_code, *words):
        self.assertEqual((result.exit_code, result.out), (exit_code, ""))
        self.assertEqual(result.err.count("\n"), 1, result.err)
        for word in words:
            self.assertIn(word, result.err)
        self.assertFalse(os.path.exists(self.out))

    def test_command_lines(self):
        self.assert_refused(run("-o", self.out), 2, "--images")
        self.assert_refused(self.train(epochs=0), 2, "--epochs", "expected a whole number from 1", "'0'")
        self.assert_refused(self.train(seed=-1), 2, "--seed", "'-1'")

    def test_pictures(self):
        bad = self.path("bad.tar.gz")
        whole = read(os.path.join(self.shared, "images.tar.gz"))
        for contents in (b"", b"no tar", whole[:len(whole) // 2]):
            with self.subTest(contents[:10]):
                write(bad, contents)
                self.assert_refused(self.train(images=bad), 1, "bad.tar.gz", "--images")
        for files, word in (([], "none"), ([("n5/1.JPEG", jpeg(1, 64, 64))], "'n5'"),
                            ([("n0/1.JPEG", b"no picture")], "n0/1.JPEG")):
            with self.subTest(word):
                write_tar(bad, files)
                self.assert_refused(self.train(images=bad), 1, word)
        self.assert_refused(self.train(images=self.path("none")), 1, "No such file", "--images")

    def test_classes(self):
        for contents in (b"", b"wnid\tname\nn0\tone\n", b"wnid,name\nn0,a\nn1,b\n", b"wnid\tname\nn0\nn1\tb\n"):
            with self.subTest(contents):
                write(self.path("c.tsv"), contents)
                self.assert_refused(self.train(classes=self.path("c.tsv")), 1, "c.tsv", "wnid and name", "--classes")

    def test_photos(self):
        self.assert_refused(self.train(photos=self.path("none")), 1, "two classes or more", "--photos")
        self.assert_refused(self.train(hold_out=10 ** 6), 1, "0 to hold out", "--hold-out")
        write(self.path("photos/cats/1.jpg"), b"no photo")
        self.assert_refused(self.train(photos=self.path("photos")), 1, "cats/1.jpg", "expected a picture")

    def test_teacher(self):
        write(self.path("t.pth"), b"no weights")
        self.assert_refused(self.train(teacher=self.path("t.pth")), 1, "t.pth", "mobilenet_v2")

    def test_work_of_another_recipe(self):
        self.train_well()
        os.remove(self.out)
        result = self.train(epochs=3)
        self.assertEqual(result.exit_code, 1)
        self.assertIn("checkpoint.pt", result.err)
        self.assertIn("other epochs", result.err)
        self.assertIn("--work", result.err)
        self.assertFalse(os.path.exists(self.out))


if __name__ == "__main__":
    unittest.main()
