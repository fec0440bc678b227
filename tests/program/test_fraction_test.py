"""finetune --test-fraction as users run it: photos held out from all of the training, and evaluate on their list."""
import csv
import json
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import ProgramTest, photo


class TestFraction(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        cls.many(cls.data)

    @staticmethod
    def many(data, count=30):
        for i in range(count):
            photo(data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(data / "blue" / "sub" / f"{i}.JPG", (60, 60, 200), seed=100 + i)

    def finetune(self, out, *options, data=None, expect=0):
        return self.run_program("finetune", data or self.data, "--out", self.folder / out, "--image-size", 64, "--force", *options, expect=expect)

    def held_out(self, out, data=None, share="0.2"):
        """Their paths, having looked at what else there is."""
        self.finetune(out, "--test-fraction", share, data=data)
        with open(self.folder / out / "test_photos.csv", newline="", encoding="utf-8", errors="surrogateescape") as file:
            header, *rows = csv.reader(file)
        self.assertEqual(header, ["path", "label"])
        self.assertTrue(all(path.startswith(label + "/") for path, label in rows))
        return {path for path, _ in rows}

    def metrics(self, out):
        return json.loads((self.folder / out / "metrics.json").read_text())

    def validation(self, out, data=None):
        with open(self.folder / out / "validation.csv", newline="") as file:
            return {os.path.relpath(row["path"], data or self.data) for row in csv.DictReader(file)}

    def test_a_fifth_of_each_class_is_seen_by_nothing_but_the_test(self):
        test = self.held_out("run")
        self.assertEqual(sorted(path.partition("/")[0] for path in test), ["blue"] * 6 + ["red"] * 6)
        metrics = self.metrics("run")
        self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["n_fitted"], metrics["test"]["n_test"]), (36, 12, 48, 12))
        self.assertEqual(test & self.validation("run"), set())
        self.assertIn("; validation and test photos drawn from these", metrics["layout"])
        self.assertEqual(metrics["options"]["test-fraction"], 0.2)

    def test_evaluate_on_the_list_gives_the_same_figures(self):
        self.held_out("figures")
        test = self.metrics("figures")["test"]
        self.run_program("evaluate", self.data, "--labels", self.folder / "figures" / "test_photos.csv", "--model",
                         self.folder / "figures", "--out", self.folder / "again")
        again = self.metrics("again")
        self.assertEqual(test["n_test"], again["n_val"])
        for key in ("accuracy", "accuracy_low", "accuracy_high", "confusion", "per_class", "majority_baseline"):
            self.assertEqual(test[key], again[key], key)
        for key in ("log_loss", "roc_auc", "ece", "brier", "balanced_accuracy"):
            self.assertAlmostEqual(test[key], again[key], places=9, msg=key)

    def test_it_is_told(self):
        said = self.finetune("told", "--test-fraction", "0.2").stdout
        self.assertRegex(said, r"\ntest +[01]\.\d{4} on 12 test photos; the true accuracy lies between")
        self.assertIn(str(self.folder / "told" / "test_photos.csv"), said)
        self.assertIn("<h2>The test</h2>", (self.folder / "told" / "report.html").read_text())

    def test_without_it_nothing_is_held_out_and_an_older_list_goes(self):
        self.held_out("twice")
        said = self.finetune("twice").stdout
        self.assertFalse((self.folder / "twice" / "test_photos.csv").exists())
        self.assertIsNone(self.metrics("twice")["test"])
        self.assertNotIn("held out", said)

    def test_the_draw_is_by_content_and_seed(self):
        data = self.folder / "renamed"
        shutil.copytree(self.data, data)
        for path in self.held_out("before", data):  # renamed, they are drawn again
            os.rename(data / path, (data / path).with_stem("renamed" + pathlib.Path(path).stem))
        after = self.held_out("after", data)
        self.assertEqual(len(after), 12)
        self.assertTrue(all("renamed" in path for path in after))
        self.finetune("seed", "--test-fraction", "0.2", "--seed", "2", data=data)
        self.assertNotEqual((self.folder / "after" / "test_photos.csv").read_text(), (self.folder / "seed" / "test_photos.csv").read_text())

    def test_equal_pictures_stand_on_one_side(self):
        data = self.folder / "copies"
        self.many(data)
        for path in sorted(data.glob("*/**/*.*")):
            if path.is_file():
                shutil.copy(path, path.with_stem(f"copy{path.stem}"))
        test = self.held_out("copies_out", data)
        plain = {path.replace("copy", "") for path in test}
        self.assertEqual(len(test), 2 * len(plain))

    def test_odd_names_are_kept(self):
        data = self.folder / "odd"
        self.many(data, 8)
        names = ['a, "b".jpg', "two\nlines.jpg", "caf\u00e9.jpg", os.fsdecode(b"\xff.jpg"), "'.jpg", "=1+1.jpg"]
        for i, name in enumerate(names):
            photo(data / "red" / "made.jpg", (200, 60, 60), seed=50 + i).rename(data / "red" / name)
        test = self.held_out("odd_out", data, share="0.75")
        self.assertGreaterEqual(len({f"red/{name}" for name in names} & test), 3)
        self.run_program("evaluate", data, "--labels", self.folder / "odd_out" / "test_photos.csv", "--model", self.folder / "odd_out")

    def test_a_given_validation_set_is_left_whole(self):
        data = self.folder / "given"
        self.many(data / "train")
        for i in range(5):
            photo(data / "val" / "red" / f"v{i}.jpg", (200, 60, 60), seed=1000 + i)
            photo(data / "val" / "blue" / f"v{i}.jpg", (60, 60, 200), seed=2000 + i)
        self.finetune("given_out", "--test-fraction", "0.2", data=data)
        metrics = self.metrics("given_out")
        self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["test"]["n_test"]), (48, 10, 12))
        self.assertIn("; test photos drawn from these", metrics["layout"])

    def test_contradictions_are_one_message(self):
        self.assertIn("expected less than 1 together, got 0.5 and 0.5",
                      self.finetune("no", "--test-fraction", "0.5", "--val-fraction", "0.5", expect=2).stderr)
        data = self.folder / "parts"
        self.many(data / "train", 4)
        self.many(data / "test", 2)
        self.assertIn("--test-fraction: expected photos without a test part", self.finetune("no", "--test-fraction", "0.2", data=data,
                                                                                            expect=2).stderr)
        few = self.folder / "few"
        self.many(few, 2)
        self.assertIn("for training, for validation and for the test, got ",
                      self.finetune("no", "--test-fraction", "0.2", data=few, expect=1).stderr)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    unittest.main()
