"""What classify marks: photos it is unsure of, and photos unlike those of the training."""
import csv
import io
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import SHARED, ProgramTest, export, needs_shared, photo  # noqa: E402


class Marks(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = cls.folder / "data"
        for i in range(30):
            photo(cls.data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)
        backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.trained = cls.run_program(cls(), "finetune", cls.data, "--backbone", backbone, "--out", cls.folder / "run",
                                      "--image-size", 64)
        cls.model = cls.folder / "run" / "model.pt"

    def classify(self, *arguments, expect=0):
        return self.run_program("classify", self.data / "red" / "0.jpg", "--model", self.model, *arguments, expect=expect)

    def test_without_other_classes_it_says_that_it_cannot_tell(self):
        self.assertIn("unfamiliar    cannot be told", self.trained.stdout)
        done = self.classify()
        self.assertIn("cannot tell unfamiliar photos", done.stderr)
        self.assertEqual(done.stdout.splitlines()[0], "path,class,probability,blue,red,note,status")
        self.assertIsNone(json.loads((self.folder / "run" / "metrics.json").read_text())["familiarity"])
        line = json.loads(self.classify("--format", "jsonl").stdout)
        self.assertEqual((line["note"], line["looks_like"]), ("", None))

    def test_wrong_accuracies(self):
        for wrong in ("0", "1.5", "often"):
            self.assertIn("--abstain", self.classify("--abstain", wrong, expect=2).stderr)
        self.assertIn("csv and jsonl only", self.classify("--abstain", "0.9", "--format", "kaggle", expect=2).stderr)



@needs_shared
class Pets(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        backbone = export("mobilenet_v2", cls.folder / "net.pt", "--weights", str(SHARED / "backbones" / "mobilenet_v2.pth"))
        for animal in ("cats", "dogs"):
            for i, path in enumerate(sorted((SHARED / "pets" / animal).iterdir())):
                folder = cls.folder / ("train" if i % 2 else "others") / animal
                folder.mkdir(parents=True, exist_ok=True)
                os.symlink(path, folder / path.name)
        cls.run_program(cls(), "finetune", cls.folder / "train", "--backbone", backbone, "--out", cls.folder / "run",
                        "--fit", "crop", "--no-mirror", "--val-fraction", "0.4")
        cls.model = cls.folder / "run" / "model.pt"

    def rows(self, path, *arguments):
        done = self.run_program("classify", path, "--model", self.model, *arguments)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def test_faces_are_unfamiliar_and_other_pets_are_not(self):
        faces = self.folder / "faces"
        faces.mkdir()
        for path in sorted((SHARED / "faces" / "images").iterdir())[:400]:
            os.symlink(path, faces / path.name)
        share = lambda rows: sum(row["note"] == "unfamiliar" for row in rows) / len(rows)
        seen, others = self.rows(faces), self.rows(self.folder / "others")
        print(f"unfamiliar: {share(seen):.3f} of faces, {share(others):.3f} of other pets", file=sys.stderr)
        self.assertGreaterEqual(share(seen), 0.97)
        self.assertLessEqual(share(others), 0.05)
        self.assertTrue(all(row["class"] in ("cats", "dogs") and row["status"] == "ok" for row in seen))

    def test_unfamiliar_photos_are_sorted_into_no_class(self):
        new = self.folder / "new"
        new.mkdir()
        for path in [*sorted((SHARED / "faces" / "images").iterdir())[:30], *sorted((SHARED / "pets" / "dogs").iterdir())[:20:2]]:
            os.symlink(path, new / path.name)
        done = self.run_program("classify", new, "--model", self.model, "--format", "jsonl", "--sort-into", self.folder / "out")
        rows = {pathlib.Path(row["path"]).name: row for row in map(json.loads, done.stdout.splitlines())}
        for path in (self.folder / "out").glob("*/*"):
            row = rows.pop(path.name)
            self.assertEqual(path.parent.name, row["note"] or row["class"])
            self.assertEqual(bool(row["looks_like"]), row["note"] == "unfamiliar")
        self.assertEqual(rows, {})
        self.assertGreaterEqual(len(list((self.folder / "out" / "unfamiliar").iterdir())), 28)
        self.assertGreaterEqual(len(list((self.folder / "out" / "dogs").iterdir())), 8)

    def test_what_is_not_unsure_is_as_accurate_as_asked_for(self):
        rows = self.rows(self.folder / "others", "--abstain", 0.96)
        sure = [row for row in rows if "unsure" not in row["note"]]
        right = sum(row["class"] in row["path"] for row in sure) / len(sure)
        print(f"sure of {len(sure) / len(rows):.3f}, right in {right:.4f}", file=sys.stderr)
        self.assertGreater(len(sure), len(rows) / 3)
        self.assertGreaterEqual(right, 0.96)
        self.assertGreaterEqual(right, sum(row["class"] in row["path"] for row in rows) / len(rows))


if __name__ == "__main__":
    unittest.main()
