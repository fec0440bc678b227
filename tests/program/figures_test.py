"""Figures that can be believed: groups on one side, probabilities that mean what they say, promises, lists of excluded photos."""
import csv
import io
import json
import pathlib
import re
import sys
import unittest

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402


def metrics_of(run):
    return json.loads((run / "metrics.json").read_text())


def rows_of(run):
    with open(run / "validation.csv", newline="") as file:
        return list(csv.DictReader(file))


class Figures(ProgramTest):
    """On a random network: what is looked at is who is where."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.net = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "data"
        for i in range(40):
            photo(cls.data / "red" / f"visit{i // 4}_{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"visit{10 + i // 4}_{i}.jpg", (60, 60, 200), seed=100 + i)

    def finetune(self, data, out, *options, **more):
        run = self.folder / out
        done = self.run_program("finetune", data, "--backbone", self.net, "--out", run, "--image-size", 64, "--precision", "fp32",
                                *options, **more)
        return done, metrics_of(run) if (run / "metrics.json").is_file() else None, run

    def test_groups_by_path_stay_on_one_side(self):
        done, metrics, run = self.finetune(self.data, "visits", "--group-from-path", "(visit[0-9]+)_")
        self.assertEqual((metrics["groups"]["named"], metrics["groups"]["groups"]), (80, 20))
        visits = [re.search("visit[0-9]+", row["path"]).group() for row in rows_of(run)]
        self.assertEqual(len(visits), 16)
        self.assertTrue(all(visits.count(visit) == 4 for visit in visits), visits)
        self.assertIn("80 photos in 20 groups stay on one side", done.stdout)
        self.assertIn("--group-from-path", self.finetune(self.data, "none", "--group-from-path", "patient", expect=1)[0].stderr)
        self.assertIn("regular expression", self.finetune(self.data, "none", "--group-from-path", "(", expect=2)[0].stderr)

    def test_groups_that_a_given_split_tears_apart(self):
        data = self.folder / "torn"
        for i in range(40):
            for color, paint in (("red", (200, 60, 60)), ("blue", (60, 60, 200))):
                # Visits of four photos; the first three visits have their last one in val.
                part = "val" if i % 4 == 3 and (i < 12 or i > 35) else "train"
                photo(data / part / color / f"{color}{i // 4}_{i}.jpg", paint, seed=i + 100 * (color == "red"))
        expression = ("--group-from-path", "/([a-z]+[0-9]+)_")
        metrics = self.finetune(data, "torn_run", *expression)[1]
        self.assertEqual((metrics["n_train"], metrics["n_val"], metrics["n_fitted"]), (48, 8, 80))
        self.assertEqual(metrics["groups"]["relatives_left_out"], 24)
        for i in range(12, 36, 4):
            for color in ("red", "blue"):
                (data / "train" / color / f"{color}{i // 4}_{i + 3}.jpg").rename(data / "val" / color / f"{color}{i // 4}_{i + 3}.jpg")
        done, metrics, _ = self.finetune(data, "torn_more", *expression)
        self.assertEqual((metrics["n_train"], metrics["groups"]["relatives_trained_on"]), (60, 60))
        self.assertIn("too many to be left out", done.stdout)

    def test_groups_of_a_table(self):
        table = self.folder / "table.csv"
        lines = [f"{p.relative_to(self.data)},{p.parent.name},{re.search('visit[0-9]+', p.name).group()}"
                 for p in sorted(self.data.rglob("*.jpg"))]
        table.write_text("path,label,patient\n" + "\n".join(lines) + "\n")
        run = self.finetune(self.data, "table", "--labels", table)[2]
        visits = [re.search("visit[0-9]+", row["path"]).group() for row in rows_of(run)]
        self.assertTrue(visits and all(visits.count(visit) == 4 for visit in visits), visits)

    def test_shots_of_one_camera_within_seconds_stay_on_one_side(self):
        data = self.folder / "shots"
        for i in range(60):
            path = photo(data / ("red" if i % 2 else "blue") / f"{i}.jpg", (200, 60, 60) if i % 2 else (60, 60, 200), seed=i)
            exif = Image.Exif()
            exif[0x010f], exif[0x0110] = "Maker", "Model"
            exif[0x8769] = {0x9003: f"2024:05:0{1 + i // 30} 10:{i // 6:02}:{10 + i % 6 // 2:02}"}  # three of a class, a second apart
            Image.open(path).save(path, exif=exif, quality=90)
        done, metrics, run = self.finetune(data, "shots_run")
        self.assertEqual((metrics["groups"]["timed"], metrics["groups"]["same_moment"], metrics["groups"]["groups"]), (60, 60, 10))
        sixes = [int(pathlib.Path(row["path"]).stem) // 6 for row in rows_of(run)]
        self.assertTrue(all(sixes.count(six) == 6 for six in sixes), sixes)
        self.assertNotIn("no photo says when it was taken", done.stdout)
        again, second, _ = self.finetune(data, "shots_again")
        self.assertIn("all features from the cache", again.stdout)
        self.assertEqual(second["groups"]["same_moment"], 60)
        self.assertEqual(self.finetune(data, "shots_free", "--no-groups")[1]["groups"]["groups"], 0)

    def test_a_list_of_excluded_photos_changes_nothing_in_validation(self):
        before = self.finetune(self.data, "all")[2]
        names = [row["path"] for row in rows_of(before)]
        listed = [pathlib.Path(name).relative_to(self.data) for name in names[:2]]
        listed += [p.relative_to(self.data) for p in sorted(self.data.rglob("*.jpg")) if str(p) not in names][:5]
        fix = self.folder / "fix.txt"
        fix.write_text("".join(f"{name}\n" for name in listed))
        done, metrics, after = self.finetune(self.data, "fixed", "--exclude", fix)
        self.assertEqual(sorted(row["path"] for row in rows_of(after)), sorted(names))
        self.assertEqual((metrics["excluded"], metrics["excluded_validation"], metrics["n_train"], metrics["n_val"], metrics["n_fitted"]),
                         (5, 2, 59, 16, 73))
        self.assertIn("without the 2 of them that the list excludes", done.stdout)
        right = [row["label"] == row["class"] for row in rows_of(after) if pathlib.Path(row["path"]).relative_to(self.data) not in listed]
        self.assertAlmostEqual(metrics["accuracy_without_excluded"], sum(right) / len(right))

    def test_few_photos_are_warned_of(self):
        data = self.folder / "few"
        for i in range(30):
            photo(data / "cat" / f"{i}.jpg", (200, 60, 60), seed=i)
        for i in range(3):
            photo(data / "dog" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        done, metrics, run = self.finetune(data, "few_run")
        self.assertEqual(len(metrics["cautions"]), 3)
        self.assertIn("hardly there among 26 training photos: 'dog' (2)", metrics["cautions"][1])
        for text in (done.stdout, (run / "report.html").read_text()):
            self.assertIn("fewer than 30 photos to measure on in 2 of 2 classes", text)
        figures = {c["class"]: c for c in metrics["per_class"]}
        self.assertEqual((figures["cat"]["support"], figures["dog"]["support"]), (6, 1))
        self.assertEqual(metrics["majority_baseline"], 6 / 7)

    def test_promises_that_photos_do_not_prove_are_refused(self):
        run = self.finetune(self.data, "promises")[2]
        classify = lambda *options, expect=0: self.run_program("classify", self.data / "red", "--model", run, *options, expect=expect)
        self.assertIn("more would", classify("--abstain", 0.99, expect=1).stderr)
        self.assertIn("at least 199 training photos", classify("--sets", 0.995, expect=1).stderr)
        for wrong in (0, 1, "often"):
            self.assertIn("--sets", classify("--sets", wrong, expect=2).stderr)
        rows = list(csv.DictReader(io.StringIO(classify("--sets", 0.9).stdout)))
        self.assertTrue(all(row["class"] == row["set"].split("|")[0] for row in rows))
        row = json.loads(classify("--sets", 0.9, "--format", "jsonl").stdout.splitlines()[0])
        self.assertEqual(row["set"][0], row["class"])


@needs_shared
class RealPhotos(ProgramTest):
    def test_bursts_do_not_stand_on_both_sides(self):
        data = self.folder / "burst"
        for animal in ("cats", "dogs"):
            for i, path in enumerate(sorted((SHARED / "pets" / animal).iterdir())[:20]):
                image = Image.open(path).convert("RGB")
                for shot in range(5):
                    target = data / animal / f"{i}-{shot}.jpg"
                    target.parent.mkdir(parents=True, exist_ok=True)
                    box = (4 * shot, 2 * shot, image.width - 16 + 4 * shot, image.height - 8 + 2 * shot)
                    image.crop(box).save(target, quality=88 + shot)
        run = self.folder / "burst_run"
        self.run_program("finetune", data, "--out", run)
        groups = metrics_of(run)["groups"]
        self.assertEqual((groups["groups"], groups["photos"]), (40, 200))
        animals = [row["path"].rsplit("-", 1)[0] for row in rows_of(run)]
        self.assertTrue(len(animals) == 40 and all(animals.count(animal) == 5 for animal in animals), animals)

    def test_probabilities_of_thirty_classes_mean_what_they_say(self):
        backbone = export("mobilenet_v2", self.folder / "net.pt", "--weights", str(SHARED / "backbones" / "mobilenet_v2.pth"))
        run = self.folder / "things"
        self.run_program("finetune", SHARED / "things", "--backbone", backbone, "--fit", "crop", "--out", run)
        metrics = metrics_of(run)
        calibration = metrics["calibration"]
        print(f"30 classes: accuracy {metrics['accuracy']:.4f}, {calibration}", file=sys.stderr)
        self.assertGreaterEqual(metrics["accuracy"], 0.93)
        self.assertLessEqual(metrics["ece"], 0.04)
        self.assertLessEqual(calibration["validation"]["log_loss_after"], calibration["validation"]["log_loss_before"])
        self.assertLess(calibration["out_of_fold"]["log_loss_after"], calibration["out_of_fold"]["log_loss_before"])


if __name__ == "__main__":
    unittest.main()
