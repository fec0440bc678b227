"""finetune and evaluate as users run them, and what they write as other programs read it."""
import csv
import json
import os
import pathlib
import shutil
import sys
import unittest

import torch
from PIL import Image
from torchvision import transforms

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402

OF_ONE_RUN = ("seconds", "images_per_second", "options")


def metrics_of(run):
    return json.loads((run / "metrics.json").read_text())


def of_any_run(metrics):
    return {key: value for key, value in metrics.items() if key not in OF_ONE_RUN}


def weights_of(run):
    return [tensor for tensor in torch.jit.load(str(run / "model.pt")).state_dict().values()]


class Finetune(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "data"
        for i in range(24):
            photo(cls.data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        cls.data.joinpath("readme.txt").write_text("not a photo")
        cls.data.joinpath(".hidden").mkdir()
        cls.done = cls.folder / "run"

    def finetune(self, out, *options, data=None, expect=0):
        return self.run_program("finetune", data or self.data, "--backbone", self.backbone, "--out", self.folder / out,
                                "--image-size", 64, *options, expect=expect)

    def trained(self):
        if not self.done.exists():
            self.finetune("run")
        return self.done

    def test_writes_model_metrics_and_validation_rows(self):
        metrics = metrics_of(self.trained())
        for key in ("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy", "log_loss", "roc_auc", "ece", "brier",
                    "n_train", "n_val", "unreadable", "l2", "images_per_second"):
            self.assertIsInstance(metrics[key], (int, float), key)
        self.assertEqual(metrics["classes"], ["blue", "red"])
        self.assertGreaterEqual(metrics["accuracy"], 0.9)
        self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["ignored_files"]), (38, 10, 1))
        self.assertEqual(sum(map(sum, metrics["confusion"])), 10)
        self.assertEqual(metrics["freeze"]["before"], metrics["freeze"]["after"])
        self.assertIsNone(metrics["challenge_12"])  # needs twelve photos
        told = metrics["options"]
        self.assertEqual((told["DATA"], told["image-size"], told["head"], told["l2"], told["no-mirror"]),
                         (str(self.data), 64, "logistic", None, False))
        with open(self.done / "validation.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 10)
        self.assertEqual(list(rows[0]), ["path", "label", "class", "probability", "blue", "red", "status"])
        right = sum(row["label"] == row["class"] for row in rows)
        self.assertEqual(right, round(metrics["accuracy"] * 10))
        self.assertEqual(sorted(p.name for p in self.done.iterdir()), ["metrics.json", "model.pt", "report.html", "validation.csv"])

    def test_model_loads_in_python_and_agrees_with_classify(self):
        extra = {"pawprint.json": ""}
        model = torch.jit.load(str(self.trained() / "model.pt"), _extra_files=extra)
        about = json.loads(extra["pawprint.json"])
        self.assertEqual(about["format"], 1)
        self.assertIn(f"pawprint {about['pawprint']}\n", self.run_program("--version").stdout)
        self.assertEqual(about["metrics"]["versions"]["pawprint"], about["pawprint"])
        self.assertLessEqual({"classes", "temperature", "preprocess", "backbone", "head", "metrics", "counts", "seed", "when"},
                             set(about))
        spec = about["preprocess"]
        transform = transforms.Compose([transforms.Resize(spec["resize"]), transforms.CenterCrop(spec["crop"]),
                                        transforms.ToTensor(), transforms.Normalize(spec["mean"], spec["std"])])
        paths = sorted(self.data.glob("*/1*.jpg"))
        pixels = torch.stack([transform(Image.open(path).convert("RGB")) for path in paths])
        with torch.no_grad():
            logits = model(pixels)
        expected = torch.softmax(logits.double() / about["temperature"], 1)
        rows = self.run_program("classify", *paths, "--model", self.done / "model.pt", "--format", "jsonl",
                                "--precision", "fp32").stdout.splitlines()
        for row, probabilities in zip(map(json.loads, rows), expected):
            for name, p in zip(about["classes"], probabilities):
                self.assertAlmostEqual(row["probabilities"][name], p.item(), delta=1e-4)

    def test_same_seed_same_numbers_for_any_number_of_threads(self):
        for head in ("logistic", "mlp"):
            self.finetune(f"one_{head}", "--head", head, "--seed", 3, "--threads", 1, "--no-cache")
            self.finetune(f"three_{head}", "--head", head, "--seed", 3, "--threads", 3, "--no-cache")
            one, three = self.folder / f"one_{head}", self.folder / f"three_{head}"
            self.assertEqual(of_any_run(metrics_of(one)), of_any_run(metrics_of(three)))
            self.assertTrue(all(torch.equal(a, b) for a, b in zip(weights_of(one), weights_of(three))))
            self.assertEqual((one / "validation.csv").read_bytes(), (three / "validation.csv").read_bytes())

    def test_another_seed_another_split(self):
        self.finetune("seed_9", "--seed", 9)
        self.assertNotEqual((self.trained() / "validation.csv").read_text(), (self.folder / "seed_9/validation.csv").read_text())

    def test_no_refit_keeps_the_validated_head(self):
        self.finetune("no_refit", "--no-refit")
        self.assertEqual(metrics_of(self.folder / "no_refit")["n_fitted"], 38)
        self.run_program("evaluate", self.data, "--model", self.folder / "no_refit/model.pt", "--out", self.folder / "again")
        rows = {}
        for name in ("no_refit", "again"):
            with open(self.folder / name / "validation.csv", newline="") as file:
                rows[name] = {row["path"]: row for row in csv.DictReader(file)}
        for path, row in rows["no_refit"].items():
            self.assertEqual(row, rows["again"][path])

    def test_other_forms_of_a_dataset_give_the_same_model(self):
        weights = weights_of(self.trained())
        flat, table = self.folder / "flat", self.folder / "table.csv"
        flat.mkdir()
        lines = ["path,label"]
        for path in sorted(self.data.glob("*/*.jpg")):
            shutil.copy(path, flat / f"{path.parent.name}.{path.name}")
            lines.append(f"{path.parent.name}/{path.name},{path.parent.name}")
        table.write_text("\n".join(lines) + "\n")
        self.finetune("by_name", "--labels-from-name", data=flat)
        self.finetune("by_table", "--labels", table)
        for name in ("by_name", "by_table"):
            again = weights_of(self.folder / name)
            # Another order of paths sums in another order: the same up to rounding.
            self.assertTrue(all(torch.allclose(a, b, atol=1e-4) for a, b in zip(weights, again)), name)

    def test_own_validation_set_never_shares_a_picture(self):
        split = self.folder / "split"
        for part, numbers in (("train", range(0, 20)), ("val", range(16, 24))):
            for name in ("red", "blue"):
                (split / part / name).mkdir(parents=True)
                for i in numbers:
                    shutil.copy(self.data / name / f"{i}.jpg", split / part / name / f"{part}{i}.jpg")
        self.finetune("own", data=split)
        self.finetune("val_option", "--val", split / "val", data=split / "train")
        for name in ("own", "val_option"):
            metrics = metrics_of(self.folder / name)
            self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["duplicates_left_out"]), (32, 16, 8))

    def test_unreadable_photos_are_skipped_and_listed(self):
        data = self.folder / "some_bad"
        shutil.copytree(self.data, data)
        (data / "red" / "bad.jpg").write_bytes((data / "red" / "1.jpg").read_bytes()[:700])
        done = self.finetune("skipping", data=data)
        metrics = metrics_of(self.folder / "skipping")
        self.assertEqual(metrics["unreadable"], 1)
        self.assertTrue(metrics["skipped"][0]["path"].endswith("red/bad.jpg"))
        self.assertIn("JPEG cut short", done.stderr)
        self.assertTrue((data / "red" / "bad.jpg").exists())
        self.finetune("too_many", "--max-unreadable", "0.01", data=data, expect=1)
        self.assertFalse((self.folder / "too_many" / "model.pt").exists())

    def test_unusable_datasets_are_refused(self):
        one = self.folder / "one_class"
        shutil.copytree(self.data / "red", one / "red")
        few = self.folder / "few"
        shutil.copytree(self.data / "red", few / "red")
        photo(few / "blue" / "only.jpg", (0, 0, 200))
        empty = self.folder / "empty_class"
        shutil.copytree(few, empty)
        (empty / "green").mkdir()
        for data, word in ((one, "at least 2 classes"), (few, "at least 2 readable photos"), (empty, "got none"),
                           (self.folder / "missing", "nothing by that name")):
            self.assertIn(word, self.finetune("refused", data=data, expect=1).stderr)

    def test_results_may_stand_inside_the_data(self):
        data = self.folder / "with_results"
        shutil.copytree(self.data, data)
        for _ in range(2):
            self.run_program("finetune", data, "--backbone", self.backbone, "--force", "--out", data / "run", "--image-size", 64)
        self.assertEqual(metrics_of(data / "run")["classes"], ["blue", "red"])

    def test_a_run_is_replaced_only_by_force(self):
        self.finetune("kept", "--seed", 1)
        before = (self.folder / "kept" / "model.pt").read_bytes()
        refused = self.finetune("kept", "--seed", 2, expect=1)
        self.assertRegex(refused.stderr, r"kept': expected a folder without a run, got one with a model\.pt; choose another --out, or --force")
        self.assertEqual((self.folder / "kept" / "model.pt").read_bytes(), before)
        self.finetune("kept", "--seed", 2, "--force")
        self.assertNotEqual((self.folder / "kept" / "model.pt").read_bytes(), before)

    def test_a_class_must_stand_on_both_sides(self):
        data = self.folder / "copies"
        shutil.copytree(self.data / "red", data / "red")
        (data / "blue").mkdir()
        for name in ("1.jpg", "2.jpg"):
            shutil.copy(self.data / "blue" / "1.jpg", data / "blue" / name)
        self.assertIn("are on one side only", self.finetune("copies_out", data=data, expect=1).stderr)
        self.assertIn("are on one side only",
                      self.finetune("all_leaked", "--val", self.data, expect=1).stderr)

    def test_limit_takes_photos_of_each_class(self):
        self.finetune("limited", "--limit", 20)
        metrics = metrics_of(self.folder / "limited")
        self.assertEqual(metrics["n_train"] + metrics["n_val"], 20)
        self.assertEqual([sum(row) for row in metrics["confusion"]], [2, 2])

    def test_without_a_backbone_the_one_that_ships_is_used(self):
        self.run_program("finetune", self.data, "--out", self.folder / "builtin")
        metrics = json.loads((self.folder / "builtin" / "metrics.json").read_text())
        about = self.run_program("backbone", "petite").stdout
        self.assertIn(metrics["backbone"]["id"], about)
        self.assertIn("golden        good", about)

    def test_wrong_command_lines(self):
        for options in (("--seed", "0.1x"), ("--val-fraction", "1"), ("--head", "tree"), ("--l2", "0.1x"), ("stray",),
                        ("--hidden", "9"), ("--head", "mlp", "--l2", "1"), ("--dropout", "-1"), ("--threads", "0"), ("--precision", "int8"), ("--no-cache", "--cache", "x"),
                        ("--cache-limit", "0"), ("--limit", "3")):
            self.finetune("usage", *options, expect=2)
        self.assertIn("example:", self.run_program("finetune", "--help").stdout)

    def test_evaluate_wants_the_models_classes(self):
        renamed = self.folder / "renamed"
        shutil.copytree(self.data / "red", renamed / "rouge")
        shutil.copytree(self.data / "blue", renamed / "bleu")
        model = self.trained() / "model.pt"
        refused = self.run_program("evaluate", renamed, "--model", model, expect=1).stderr
        for name in ("blue", "red", "bleu", "rouge"):
            self.assertIn(f"'{name}'", refused)
        self.run_program("evaluate", renamed, "--model", model, "--rename", "bleu=blue,rouge=red", "--out", self.folder / "mapped")
        metrics = metrics_of(self.folder / "mapped")
        self.assertEqual(metrics["n_val"], 48)
        self.assertGreaterEqual(metrics["accuracy"], 0.95)
        self.assertIsInstance(metrics["challenge_12"], float)
        (renamed / "bleu" / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        self.run_program("evaluate", renamed, "--model", model, "--rename", "bleu=blue,rouge=red", "--tta", expect=3)

    def test_cuda_without_cuda_is_one_message(self):
        if not torch.cuda.is_available():
            self.assertIn("--device cpu", self.finetune("cuda", "--device", "cuda", expect=1).stderr)


@needs_shared
class FinetuneOnRealPhotos(ProgramTest):
    def test_learns_cats_and_dogs(self):
        backbone = export("mobilenet_v2", self.folder / "net.pt", "--weights", SHARED / "backbones" / "mobilenet_v2.pth")
        self.run_program("finetune", SHARED / "pets", "--backbone", backbone, "--fit", "crop", "--out", self.folder / "run")
        metrics = metrics_of(self.folder / "run")
        print(f"accuracy {metrics['accuracy']}, {metrics['images_per_second']:.0f} photos/s, "
              f"{metrics['seconds']['total']:.1f} s")
        self.assertGreaterEqual(metrics["accuracy"], 0.975)
        self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["unreadable"]), (1600, 400, 0))
        again = self.run_program("finetune", SHARED / "pets", "--backbone", backbone, "--out", self.folder / "again", "--seed", 2,
                                 "--fit", "crop", "--head", "mlp", "--epochs", 3)
        self.assertIn("all features from the cache", again.stdout)
        self.assertGreaterEqual(metrics_of(self.folder / "again")["accuracy"], 0.96)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    unittest.main()
