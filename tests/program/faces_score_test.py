"""pawprint faces score and faces direction as users run them, on drawn faces and a model that has learned a little."""
import csv
import json
import pathlib
import re
import shutil
import sys
import unittest

import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import SHARED, ProgramTest, needs_shared  # noqa: E402

MEASURES = ("auc", "p_value", "classifier_accuracy", "classifier_auc", "success_rate", "success_rate_before", "random_direction_rate", "drift",
            "outside_psnr_db", "upper_psnr_db", "sharpness_ratio", "mask_share")


class FacesScore(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data, cls.trained = cls.folder / "drawn", cls.folder / "trained.pt"
        cls().run_program("draw", "faces", "--count", 600, "--out", cls.data)
        cls().run_program("faces", "train", cls.data, "--out", cls.trained, "--size", 32, "--latent-dim", 32, "--width", 16, "--epochs", 3)
        with open(cls.data / "attributes.csv") as table:
            cls.rows = list(csv.DictReader(table))
        for row in cls.rows:
            side = cls.folder / ("smiling" if row["Smiling"] == "1" else "grumpy")
            side.mkdir(exist_ok=True)
            shutil.copy(cls.data / "images" / row["file"], side)

    def setUp(self):
        self.model = self.folder / "faces.pt"
        shutil.copy(self.trained, self.model)

    def direction(self, *options, expect=0):
        return self.run_program("faces", "direction", "--model", self.model, *options, expect=expect)

    def score(self, *options, expect=0):
        return self.run_program("faces", "score", self.data, "--model", self.model, *options, expect=expect)

    def metadata(self, path=None):
        extra = {"faces.json": ""}
        torch.jit.load(str(path or self.model), _extra_files=extra)
        return json.loads(extra["faces.json"])

    def names(self, path=None):
        return [direction["name"] for direction in self.metadata(path)["directions"]]

    def test_score_is_printed_written_and_drawn(self):
        out = self.folder / "deep" / "score"
        done = self.score("--out", out)
        found = json.loads((out / "score.json").read_text())
        self.assertEqual(found["held_out_faces"] + found["other_faces"], 600)
        self.assertEqual(found["held_out_faces"], len(self.metadata()["held_out"]["sha256"]))
        self.assertRegex(done.stdout, rf"(?m)^{found['held_out_faces']} held-out faces \({found['other_faces']} others\)$")
        self.assertRegex(done.stdout, rf"(?m)^autoencoder +{found['autoencoder']['psnr_db']:.2f} +{found['autoencoder']['ssim']:.4f}$")
        self.assertGreater(found["pca"]["psnr_db"], 15)
        scored = {attribute["name"]: attribute for attribute in found["attributes"]}
        self.assertEqual(sorted(list(scored) + found["not_scored"]), sorted(self.names()))
        for name, attribute in scored.items():
            self.assertRegex(done.stdout, rf"(?m)^{name} +{attribute['faces_with']} +{attribute['faces_without']} ")
            self.assertEqual(attribute["faces_with"] + attribute["faces_without"], found["held_out_faces"])
            for measure in MEASURES:
                self.assertIsInstance(attribute[measure], float)
            self.assertGreaterEqual(attribute["p_value"], 0.001)
            self.assertLessEqual(attribute["success_rate"], 1)
        with Image.open(out / "score.png") as picture:
            self.assertEqual(picture.height, 44 + (2 + len(scored)) * 108 + 16)

    @needs_shared
    def test_the_model_that_ships_is_worth_what_its_card_says(self):
        self.run_program("faces", "score", SHARED / "faces" / "images", "--attributes", SHARED / "faces" / "attributes.csv",
                         "--out", self.folder / "builtin")
        score = json.loads((self.folder / "builtin" / "score.json").read_text())
        self.assertGreaterEqual(score["autoencoder"]["psnr_db"] - score["pca"]["psnr_db"], 1)
        smiling = next(one for one in score["attributes"] if one["name"] == "Smiling")
        self.assertGreater(smiling["success_rate"], 0.9)
        self.assertLess(smiling["success_rate_before"], 0.2)
        self.assertGreater(smiling["upper_psnr_db"], 35)

    def test_score_needs_faces_that_are_held_out(self):
        few = self.folder / "few"
        few.mkdir()
        for row in self.rows[:50]:
            shutil.copy(self.data / "images" / row["file"], few)
        done = self.run_program("faces", "score", few, "--model", self.model, "--out", self.folder / "none", expect=1)
        self.assertRegex(done.stderr, r"expected at least 20 faces that are held out, got \d of 50")
        self.assertFalse((self.folder / "none" / "score.json").exists())
        self.run_program("faces", "score", expect=2)
        self.run_program("faces", "score", self.data, "--model", few / self.rows[0]["file"], expect=1)

    def test_score_without_a_table_measures_reconstructions(self):
        bare = self.folder / "bare"
        shutil.copytree(self.data / "images", bare)
        done = self.run_program("faces", "score", bare, "--model", self.model)
        self.assertIn("autoencoder", done.stdout)
        self.assertIn("not scored", done.stdout)

    def test_direction_from_a_table_replaces_the_old_one(self):
        before = self.names()
        done = self.direction("--name", "Smiling", "--balance", "Male", "--orthogonal-to", "Young", self.data)
        self.assertEqual(self.names(), before)
        with_it = int(done.stdout.split(" faces with it and ")[0].split()[-1])
        facts = self.metadata()["directions"][before.index("Smiling")]["facts"]
        self.assertEqual((facts["faces_with"], facts["balance"], facts["remove"]), (with_it, ["Male"], ["Young"]))
        for line in (r"AUC +0\.\d+ +on held-out faces", r"strength +[\d.]+", r"success rate +\d+ %", r"cosine +0?\.?\d+"):
            self.assertRegex(done.stdout, rf"(?m)^{line}")
        self.assertIn(f"wrote {self.model}", done.stdout)

    def test_direction_from_two_folders_is_added(self):
        out = self.folder / "more.pt"
        done = self.direction("--name", "Happy-2", "--with", self.folder / "smiling", "--without", self.folder / "grumpy",
                              "--aligned", "--method", "logistic", "--out", out)
        self.assertNotIn("cosine", done.stdout)
        self.assertEqual(self.names(out), self.names() + ["Happy-2"])
        self.assertEqual(self.model.read_bytes(), self.trained.read_bytes())
        done = self.direction("--name", "Smiling", "--with", self.folder / "smiling", "--without", self.folder / "grumpy",
                              "--aligned")
        self.assertRegex(done.stdout, r"(?m)^cosine +1\.000 ")  # the same faces as in training

    def test_faces_are_looked_for_in_folders_of_photos(self):
        for side in ("smiling", "grumpy"):
            photos = self.folder / f"{side} photos"
            photos.mkdir()
            for path in sorted((self.folder / side).iterdir())[:60]:
                photo = Image.new("RGB", (300, 200), (120, 140, 120))
                photo.paste(Image.open(path).resize((160, 160)), (20, 20))
                photo.save(photos / path.name, quality=95)
        Image.new("RGB", (300, 200), (120, 140, 120)).save(self.folder / "smiling photos" / "nobody.png")
        done = self.direction("--name", "Smiling", "--with", self.folder / "smiling photos", "--without",
                              self.folder / "grumpy photos", expect=3)
        self.assertIn("no face found", done.stderr)
        cosine = float(re.search(r"(?m)^cosine +([\d.]+)", done.stdout)[1])
        self.assertGreater(cosine, 0.5)  # what the aligned faces said

    def test_a_picture_that_cannot_be_read_is_left_out(self):
        mixed = self.folder / "mixed"
        shutil.copytree(self.folder / "smiling", mixed)
        (mixed / "bad.jpg").write_bytes(b"")
        done = self.direction("--name", "Smiling", "--with", mixed, "--without", self.folder / "grumpy", "--aligned", expect=3)
        self.assertIn("bad.jpg", done.stderr)

    def test_what_is_wrong_is_said_and_the_model_stays(self):
        few = self.folder / "too_few"
        few.mkdir()
        for path in sorted((self.folder / "smiling").iterdir())[:5]:
            shutil.copy(path, few)
        folders = ("--with", self.folder / "smiling", "--without", self.folder / "grumpy", "--aligned")
        for message, code, options in (
                ("got 'Grumpy'", 1, ("--name", "Grumpy", self.data)),
                ("got 'Old'", 1, ("--name", "Smiling", "--balance", "Old", self.data)),
                ("got 'Old'", 1, ("--name", "Smiling", "--orthogonal-to", "Old", *folders)),
                ("at least 20 faces", 1, ("--name", "Smiling", "--with", few, *folders[2:])),
                ("lies in both", 1, ("--name", "Smiling", "--with", few, "--without", self.folder / "smiling", "--aligned")),
                ("smaller than the crop", 1, ("--name", "Smiling", "--crop", "0,0,999", self.data)),
                ("no such file", 1, ("--name", "Smiling", "--with", self.folder / "no", "--without", few, "--aligned")),
                ("with --with and --without only", 2, ("--name", "Smiling", "--aligned", self.data)),
                ("with --aligned or DIR only", 2, ("--name", "Smiling", "--crop", "0,0,9", *folders[:4])),
                ("--name: expected 1 to 64 letters", 2, ("--name", "a b", self.data)),
                ("instead of DIR", 2, ("--name", "Smiling", self.data, *folders)),
                ("--with and --without, two folders", 2, ("--name", "Smiling", "--with", few)),
                ("with DIR only", 2, ("--name", "Smiling", "--balance", "Male", *folders)),
                ("with DIR only", 2, ("--name", "Smiling", "--attributes", "a.csv", *folders)),
                ("auto, logistic or mean", 2, ("--name", "Smiling", "--method", "svm", self.data))):
            with self.subTest(options=options):
                self.assertIn(message, self.direction(*options, expect=code).stderr)
                self.assertEqual(self.model.read_bytes(), self.trained.read_bytes())


if __name__ == "__main__":
    unittest.main()
