#!/usr/bin/python3
"""Run: /usr/bin/python3 tests/models/train_petite_test.py"""

import collections
import contextlib
import io
import json
import os
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
sys.path[:0] = [MODELS, os.path.join(MODELS, "builtin")]
import export_backbone
import petite_data
import petite_network
import petite_optimizer
import petite_teachers
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
    """Three classes of 4 small pictures, the last of which is left out, 8 photos in two folders, and 4 of all sorts."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.shared = folder.name
        for name in petite_teachers.NAMES:
            with torch.no_grad():
                teacher, _ = export_backbone.random_model(name, 1)
            torch.save(teacher.state_dict(), os.path.join(cls.shared, f"{name}.pth"))
        write_tar(os.path.join(cls.shared, "images.tar.gz"), [(f"n{number % 3}/{number}.JPEG", jpeg(number, 64, 64))
                                                              for number in range(12)])
        for number in range(4):
            write(os.path.join(cls.shared, "unlabeled", f"{number}.jpg"), jpeg(200 + number, 70, 100))
        for number in range(8):
            write(os.path.join(cls.shared, "photos", ("cats", "dogs")[number % 2], f"{number}.jpg"),
                  jpeg(100 + number, 90, 60 + 5 * number))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.out = self.path("petite.pt")
        for patch in (mock.patch.object(train_petite, "CHECKPOINT_S", -1),  # after each step
                      mock.patch.object(petite_teachers, "PX", 64)):        # quick
            patch.start()
            self.addCleanup(patch.stop)

    def path(self, name):
        return os.path.join(self.folder, name)

    def train(self, work="work", **changed):
        options = {"images": os.path.join(self.shared, "images.tar.gz"), "photos": os.path.join(self.shared, "photos"),
                   "work": self.path(work), "hold_out": 3, "leave_out": 3, "device": "cpu",
                   "unlabeled": os.path.join(self.shared, "unlabeled"),
                   "mobilenet": os.path.join(self.shared, "mobilenet_v2.pth"),
                   "resnet": os.path.join(self.shared, "resnet18.pth"), "steps": 4, "batch": 8, **changed}
        return run(*(word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value)),
                   "-o", self.out)

    def train_well(self, work="work", **changed):
        result = self.train(work, **changed)
        self.assertEqual(result.exit_code, 0, result.err)
        self.assertRegex(result.out, r"petite\.pt: petite, 512 features, \d+ parameters\n$")
        return read(self.out)

    def weights(self):
        """Not the file's bytes: TorchScript names its classes otherwise the first time in a process."""
        return [weight.detach().numpy().tobytes() for weight in load(self.out)[0].parameters()]


class Backbone(Inputs):
    def test_keeps_the_contract(self):
        self.assertLessEqual(len(self.train_well()), 5_000_000)
        module, description = load(self.out)
        self.assertFalse(module.training)
        self.assertEqual((description["name"], description["feature_dim"]), ("petite", 512))
        self.assertEqual((len(description["classes"]), description["classes"][1]), (1000, "goldfish"))
        self.assertEqual([stage["stride"] for stage in description["stages"]], [4, 8, 16, 32])
        pixels = torch.randn(2, 3, 128, 128)
        maps = module.stages(pixels)
        self.assertEqual([tuple(stage_map.shape[1:]) for stage_map in maps],
                         [(stage["channels"], 128 // stage["stride"], 128 // stage["stride"])
                          for stage in description["stages"]])
        features, logits = module.with_logits(pixels)
        self.assertEqual((features.shape, logits.shape), ((2, 512), (2, 1000)))
        self.assertTrue(torch.allclose(features, module(pixels), atol=1e-5))
        self.assertTrue(torch.allclose(features, maps[-1].mean((2, 3)), atol=1e-5))
        # The classifier needs no more than the features: what is cached suffices to ask it.
        self.assertTrue(torch.allclose(logits, module.classifier(features[:, :, None, None]), atol=1e-4))
        golden = module(export_backbone.golden_input())[0]
        self.assertTrue(torch.allclose(golden, torch.tensor(description["golden"]["features"]), atol=1e-5))

    def test_weights_name_data_and_seed(self):
        self.train_well(seed=7)
        recipe = json.loads(load(self.out)[1]["weights"].partition(": ")[2])
        self.assertEqual((recipe["seed"], recipe["steps"], recipe["hold_out"]), (7, 4, 3))
        self.assertIn("resnet18.pth sha256:", recipe["teachers"][1])

    def test_eight_bits_change_little(self):
        torch.manual_seed(1)
        student = petite_network.Student(8, 10).train()
        for _ in range(20):
            student(torch.randn(4, 3, 64, 64))
        pixels = torch.randn(2, 3, 128, 128)
        with torch.no_grad():
            expected = student.eval()(pixels).mean((2, 3))
            got = petite_network.backbone_of(student, {})[0](pixels)
        self.assertGreater(torch.cosine_similarity(expected, got).min(), 0.999)
        self.assertFalse(torch.equal(expected, got))

    def test_number_of_threads_changes_nothing(self):
        self.assertEqual(self.train_well("one", threads=1), self.train_well("three", threads=3))

    def test_seed_changes_the_weights(self):
        self.assertNotEqual(self.train_well("first", seed=1), self.train_well("second", seed=2))


class Stopped(Inputs):
    def stop_after(self, steps):
        """Killed in the step after so many: nothing is tidied up on the way out that a later run relies on."""
        losses, taken = train_petite.Training.losses, []

        def losses_or_stop(training):
            if len(taken) == steps:
                raise KeyboardInterrupt
            taken.append(losses(training))
            return taken[-1]

        with mock.patch.object(train_petite.Training, "losses", losses_or_stop), self.assertRaises(KeyboardInterrupt):
            self.train()

    def test_goes_on_as_if_it_had_not_been(self):
        self.train_well("uninterrupted")
        expected = self.weights()
        for steps in (1, 2):
            self.stop_after(steps)
            self.assertEqual(torch.load(self.path("work/checkpoint.pt"))["step"], 2 * steps - 1)
        self.train_well()
        self.assertEqual(self.weights(), expected)


class Views(unittest.TestCase):
    picture = numpy.arange(40 * 60 * 3, dtype=numpy.uint32).reshape(40, 60, 3).astype(numpy.uint8)

    def cut_out(self, part, mirrored, px):
        """The picture beside a larger one: [px,px,3] uint8"""
        larger = numpy.zeros((70, 80, 3), numpy.uint8)
        pictures = petite_data.Pictures.of([larger, self.picture], torch.device("cpu"))
        view = pictures.cut_out(torch.tensor([1]), torch.tensor([part], dtype=torch.float32), torch.tensor([mirrored]), px)
        return (view[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()

    def test_whole_picture_in_its_own_size_is_itself(self):
        square = self.picture[:, :40]
        for mirrored, expected in ((False, square), (True, square[:, ::-1])):
            self.assertTrue((self.cut_out((0, 0, 40, 40), mirrored, 40) == expected).all())

    def test_part_is_cut_where_it_lies(self):
        self.assertTrue((self.cut_out((40, 20, 20, 20), False, 20) == self.picture[20:, 40:]).all())

    def test_nothing_beside_the_picture_is_seen(self):
        white = petite_data.Pictures.of([numpy.full((4, 6, 3), 255, numpy.uint8), numpy.zeros((9, 9, 3), numpy.uint8)],
                                        torch.device("cpu"))
        view = white.cut_out(torch.tensor([0]), torch.tensor([[0.0, 0, 6, 4]]), torch.tensor([False]), 50)
        self.assertTrue(torch.allclose(view, torch.ones(())))

    def test_every_draw_lies_within_the_picture(self):
        sizes = torch.tensor([[60, 40]]).expand(1000, 2)
        parts, mirrored = petite_data.draw_parts(torch.Generator().manual_seed(1), sizes, (0.3, 1))
        corners, lengths = parts[:, :2], parts[:, 2:]
        self.assertTrue((corners >= 0).all() and (corners + lengths <= sizes + 1e-3).all())
        share = lengths.prod(1) / (60 * 40)
        self.assertTrue(share.min() < 0.4 and share.max() > 0.9 and share.min() > 0.2)
        self.assertAlmostEqual(mirrored.float().mean().item(), 0.5, delta=0.06)

    def test_colors_change_and_a_third_stay_unmixed(self):
        generator = torch.Generator().manual_seed(1)
        gray = torch.full((300, 3, 8, 8), 0.5)
        inputs = petite_data.recolored(generator, gray)
        self.assertGreater(inputs.std(0).min(), 0.1)
        mixed = petite_data.mixed(generator, inputs)
        same = (mixed == inputs).flatten(1)
        self.assertAlmostEqual(same.all(1).float().mean().item(), 1 / 3, delta=0.1)
        self.assertTrue(0.2 < (~same).all(1).float().mean() < 0.45)  # means of two
        self.assertTrue((same.any(1) & ~same.all(1)).float().mean() > 0.2)  # pasted into


class Teachers(unittest.TestCase):
    def test_say_what_they_say_by_themselves(self):
        with torch.no_grad():
            models = [export_backbone.random_model(name, 1)[0].eval() for name in petite_teachers.NAMES]
        torch.manual_seed(1)
        views = torch.randn(6, 3, 224, 224)
        teachers = petite_teachers.Teachers(models, views, 2.0)
        answers = teachers.ask(views, 7)
        self.assertEqual(answers.places.shape, (6, 7, 7, 1280 + 512))
        expected = sum(torch.softmax(model(views) / 2, 1) for model in models) / 2
        self.assertTrue(torch.allclose(answers.probabilities, expected, atol=1e-4))
        # Standardized, and both networks as heavy.
        pooled = answers.places.mean((1, 2))
        self.assertTrue(torch.allclose(pooled.mean(0), torch.zeros(()), atol=1e-4))
        variances = [part.var(0).sum().item() for part in pooled.split((1280, 512), 1)]
        self.assertTrue(all(0.5 < variance < 1.01 for variance in variances), variances)


class Optimizer(unittest.TestCase):
    def test_orthogonalized_has_singular_values_near_one(self):
        torch.manual_seed(1)
        for shape in ((20, 50), (50, 20)):
            values = torch.linalg.svdvals(petite_optimizer.orthogonalized(torch.randn(shape)))
            self.assertTrue(((values > 0.5) & (values < 1.3)).all(), values)


class Schedule(unittest.TestCase):
    def test_rate_goes_up_and_down_to_nothing(self):
        for progress, expected in ((0, 0), (0.01, 0.5), (0.02, 1), (0.51, 0.5), (1, 0)):
            self.assertAlmostEqual(train_petite.rate_at(progress), expected)

    def test_each_pass_shows_every_picture_once(self):
        for begin in (0, 7, 14):
            self.assertEqual(sorted(train_petite.drawn(7, begin, 7, "s").tolist()), list(range(7)))
        self.assertNotEqual(train_petite.drawn(7, 0, 7, "s").tolist(), train_petite.drawn(7, 7, 7, "s").tolist())


class Refused(Inputs):
    def assert_refused(self, result, exit_code, *words):
        self.assertEqual((result.exit_code, result.out), (exit_code, ""))
        self.assertEqual(result.err.count("\n"), 1, result.err)
        for word in words:
            self.assertIn(word, result.err)
        self.assertFalse(os.path.exists(self.out))

    def test_command_lines(self):
        self.assert_refused(run("-o", self.out), 2, "--images")
        self.assert_refused(self.train(steps=0), 2, "--steps", "expected a whole number from 1", "'0'")
        self.assert_refused(self.train(batch=7), 2, "--batch", "an even number", "7")
        self.assert_refused(self.train(device="tpu"), 2, "--device", "cpu, or cuda", "'tpu'")
        self.assert_refused(self.train(seed=-1), 2, "--seed", "'-1'")

    def test_pictures(self):
        bad = self.path("bad.tar.gz")
        whole = read(os.path.join(self.shared, "images.tar.gz"))
        for contents in (b"", b"no tar", whole[:len(whole) // 2]):
            with self.subTest(contents[:10]):
                write(bad, contents)
                self.assert_refused(self.train(images=bad), 1, "bad.tar.gz", "--images")
        for files, word in (([], "two classes"), ([("n0/1.JPEG", b"no picture"), ("n1/1.JPEG", b"no picture")], "n0/1.JPEG")):
            with self.subTest(word):
                write_tar(bad, files)
                self.assert_refused(self.train(images=bad), 1, word)
        self.assert_refused(self.train(images=self.path("none")), 1, "No such file", "--images")

    def test_photos(self):
        self.assert_refused(self.train(photos=self.path("none")), 1, "two classes or more", "--photos")
        self.assert_refused(self.train(hold_out=10 ** 6), 1, "0 to hold out", "--hold-out")
        write(self.path("photos/cats/1.jpg"), b"no photo")
        self.assert_refused(self.train(photos=self.path("photos")), 1, "cats/1.jpg", "expected a picture")

    def test_unlabeled(self):
        self.assert_refused(self.train(unlabeled=self.path("none")), 1, "none", "expected photos", "--unlabeled")

    def test_teachers(self):
        write(self.path("t.pth"), b"no weights")
        self.assert_refused(self.train(mobilenet=self.path("t.pth")), 1, "t.pth", "mobilenet_v2")
        self.assert_refused(self.train(resnet=self.path("t.pth")), 1, "t.pth", "resnet18")

    def test_work_of_another_recipe(self):
        self.train_well()
        os.remove(self.out)
        result = self.train(steps=3)
        self.assertEqual(result.exit_code, 1)
        self.assertIn("checkpoint.pt", result.err)
        self.assertIn("other steps", result.err)
        self.assertIn("--work", result.err)
        self.assertFalse(os.path.exists(self.out))


if __name__ == "__main__":
    unittest.main()
