"""What the commands take a folder or a table for: the classes they learn, the photos they leave alone, and the line that says so."""
import csv
import io
import json
import pathlib
import sys
import unicodedata
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from program import ProgramTest, photo  # noqa: E402

COLORS = {"cats": (200, 60, 60), "dogs": (60, 60, 200)}


def place(folder, names, first=0):
    """Photos of these names, each of its class's color: cats or cat in its path is red."""
    for number, name in enumerate(names):
        photo(folder / name, COLORS["cats" if "cat" in name else "dogs"], seed=first + number)
    return folder


def per_class(part, numbers):
    return [f"{part}/{c}/{i}.jpg".lstrip("/") for c in COLORS for i in numbers]


class Layout(ProgramTest):
    def data(self, names):
        return place(self.folder / self.id().rsplit(".", 1)[-1] / "data", names)

    def finetune(self, data, *options, out="run", **more):
        out = data.parent / out
        done = self.run_program("finetune", data, "--force", "--out", out, "--cache", self.folder / "cache", *options, **more)
        return done, json.loads((out / "metrics.json").read_text()) if done.returncode == 0 else None

    def check(self, data, *options):
        done = self.run_program("check", data, "--json", *options)
        return done.stderr, json.loads(done.stdout)

    def validated(self, data):
        rows = csv.DictReader(io.StringIO((data.parent / "run" / "validation.csv").read_text()))
        return sorted(str(pathlib.Path(row["path"]).relative_to(data)) for row in rows)

    def test_parts_in_any_spelling(self):
        for train, other in (("train", "valid"), ("train", "validation"), ("Train", "Val"), ("training_set", "dev")):
            data = self.data(per_class(f"{train}-{other}/{train}", range(6)) + per_class(f"{train}-{other}/{other}", range(6, 9)))
            data = data / f"{train}-{other}"
            done, metrics = self.finetune(data)
            self.assertEqual(metrics["classes"], ["cats", "dogs"])
            self.assertEqual((metrics["n_train"], metrics["n_val"]), (12, 6))
            self.assertEqual(metrics["layout"], f"{train}/ and {other}/ with 2 classes")
            self.assertIn(f"data: {metrics['layout']}\n", done.stderr)
            self.assertEqual(self.validated(data), sorted(per_class(other, range(6, 9))))
            said, found = self.check(data)
            self.assertEqual([c["name"] for c in found["classes"]], ["cats", "dogs"])
            self.assertEqual([(c["training"], c["validation"]) for c in found["classes"]], [(6, 3), (6, 3)])
            self.assertEqual(found["layout"], metrics["layout"])
            self.assertIn(f"data: {found['layout']}\n", said)

    def test_a_test_folder_is_kept_for_evaluate(self):
        data = self.data(per_class("train", range(10)) + per_class("test", range(10, 13)))
        done, metrics = self.finetune(data)
        self.assertEqual((metrics["n_train"], metrics["n_val"]), (16, 4))
        self.assertTrue(all(name.startswith("train/") for name in self.validated(data)))
        self.assertIn("test/ left for evaluate", metrics["layout"])
        done = self.run_program("evaluate", data, "--model", data.parent / "run" / "model.pt", "--out", data.parent / "e")
        measured = json.loads((data.parent / "e" / "metrics.json").read_text())
        self.assertEqual(measured["n_val"], 6)
        self.assertTrue(measured["layout"].endswith("; measured: test"), measured["layout"])
        self.assertIn(f"data: {measured['layout']}\n", done.stderr)
        only = place(data.parent / "only", per_class("test", range(20, 23)))
        self.assertIn("measured: test", self.run_program("evaluate", only, "--model", data.parent / "run" / "model.pt").stderr)
        self.assertIn("expected photos to train on, got test/ with 2 classes", self.finetune(only, expect=1)[0].stderr)
        quiet, _ = self.finetune(data, "--quiet")
        self.assertEqual(quiet.stderr, "")

    def test_kaggles_archives_side_by_side(self):
        data = self.data([f"train/{c}.{i}.jpg" for c in ("cat", "dog") for i in range(8)] + [f"test1/{i}.jpg" for i in range(4)])
        _, metrics = self.finetune(data)
        self.assertEqual(metrics["classes"], ["cat", "dog"])
        self.assertEqual(metrics["n_train"] + metrics["n_val"], 16)
        self.assertIn("test1/ has no labels", metrics["layout"])

    def test_what_may_be_two_things_is_refused_with_its_names(self):
        for one, other in (("train", "foo"), ("foo", "bar")):
            data = self.data(per_class(f"{one}-{other}/{one}", range(2)) + per_class(f"{one}-{other}/{other}", range(2))) / f"{one}-{other}"
            for command in (("finetune", data, "--out", data.parent / "no"), ("check", data)):
                said = self.run_program(*command, expect=1).stderr
                self.assertIn(f"'{one}'", said)
                self.assertIn(f"'{other}'", said)
        data = self.data(per_class("high/pets", range(2))) / "high"
        self.assertIn(f"got one folder, '{data}/pets', that holds 'cats', 'dogs'; name that folder", self.run_program("check", data, expect=1).stderr)

    def test_train_may_be_a_class(self):
        data = self.data([f"{c}/{i}.jpg" for c in ("train", "car", "bus") for i in range(3)])
        self.assertEqual([c["name"] for c in self.check(data)[1]["classes"]], ["bus", "car", "train"])

    def test_a_nas_thumbnails_and_raw_files_are_no_photos(self):
        names = per_class("", range(6))
        data = self.data(names + [str(pathlib.Path(n).parent / "@eaDir" / pathlib.Path(n).name / "SYNOPHOTO_THUMB_M.jpg") for n in names])
        for name in names:
            photo(data / name.replace(".jpg", ".tif"), (9, 9, 9)).rename(data / name.replace(".jpg", ".NEF"))
        _, metrics = self.finetune(data)
        self.assertEqual((metrics["n_train"] + metrics["n_val"], metrics["unreadable"]), (12, 0))
        self.assertIn("2 system folders skipped; 12 raw files beside their photos", metrics["layout"])
        self.assertEqual(self.check(data)[1]["photos"], 12)
        done = self.run_program("classify", data, "--model", data.parent / "run" / "model.pt")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), 12)
        self.assertEqual({pathlib.Path(r["path"]).suffix for r in rows}, {".jpg"})
        self.assertIn("2 system folders skipped", done.stderr)
        for command in ("explain", "neurons"):
            done = self.run_program(command, data, "--model", data.parent / "run" / "model.pt", "--out", data.parent / command)
            self.assertIn("data: 2 classes, a folder each; 2 system folders skipped; 12 raw files beside their photos", done.stderr)

    def test_tables_as_people_have_them(self):
        data = self.data([f"photos/{c}.{i}.jpg" for c in ("cat", "dog") for i in range(4)])
        names = [f"{c}.{i}.jpg" for c in ("cat", "dog") for i in range(4)]
        tables = {heading: [heading] + [f"{n},{n[:3]}" for n in names] for heading in (
            "filename,label", "image_id,class", "id,breed", "Path,Label", "path, label", "file_name,category", "image,target")}
        tables["trailing blanks"] = ["path,label"] + [f"{n},{n[:3]}{' ' * (i % 2)}" for i, n in enumerate(names)]
        tables["one hot"] = ["path,cat,dog"] + [f"{n},{int(n[:3] == 'cat')},{int(n[:3] == 'dog')}" for n in names]
        tables["semicolons"] = ["\ufeffpath;label"] + [f"photos/{n};{n[:3]}" for n in names]
        tables["no extension"] = ["id,label"] + [f"{n[:-4]},{n[:3]}" for n in names]
        tables["no heading"] = [f"{n},{n[:3]}" for n in names]
        for name, lines in tables.items():
            table = data.parent / "table.csv"
            table.write_text("\r\n".join(lines) + "\n", encoding="utf-8")
            for folder in (data, data / "photos"):
                if folder != data and name == "semicolons":
                    continue
                found = self.check(folder, "--labels", table)[1]
                self.assertEqual([(c["name"], c["training"]) for c in found["classes"]], [("cat", 4), ("dog", 4)], name)
                self.assertEqual(found["unreadable"], [], name)
        table.write_text("foo,bar\ncat.0.jpg,cat\n")
        self.assertIn("got 'foo', 'bar'; rename the column", self.run_program("check", data, "--labels", table, expect=1).stderr)

    def test_a_column_says_what_is_for_validation_and_for_test(self):
        data = self.data([f"{c}.{i}.jpg" for c in ("cat", "dog") for i in range(10)])
        part = ["train"] * 6 + ["val"] * 2 + ["test"] * 2
        (data / "labels.csv").write_text("path,label,split\n" + "".join(f"{c}.{i}.jpg,{c},{part[i]}\n" for c in ("cat", "dog") for i in range(10)))
        for options in ((), ("--labels", data / "labels.csv")):
            _, metrics = self.finetune(data, *options)
            self.assertEqual((metrics["n_train"], metrics["n_val"]), (12, 4))
            self.assertEqual(self.validated(data), [f"{c}.{i}.jpg" for c in ("cat", "dog") for i in (6, 7)])
        self.run_program("evaluate", data, "--model", data.parent / "run" / "model.pt", "--out", data.parent / "e")
        self.assertEqual(json.loads((data.parent / "e" / "metrics.json").read_text())["n_val"], 4)

    def test_a_folder_in_nfd_and_a_model_in_nfc(self):
        nfc = [unicodedata.normalize("NFC", name) for name in ("châts", "renards à l'été")]
        data = self.data([f"{c}/{i}.jpg" for c in nfc for i in range(5)])
        _, metrics = self.finetune(data)
        self.assertEqual(metrics["classes"], nfc)
        nfd = place(data.parent / "nfd", [f"{unicodedata.normalize('NFD', c)}/{i}.jpg" for c in nfc for i in range(5, 8)], first=100)
        done = self.run_program("evaluate", nfd, "--model", data.parent / "run" / "model.pt", "--out", data.parent / "e")
        self.assertEqual(json.loads((data.parent / "e" / "metrics.json").read_text())["n_val"], 6)
        self.assertEqual(self.finetune(data, "--val", nfd)[1]["n_val"], 6)
        both = place(data.parent / "both", ["Cats/1.jpg", "cats/1.jpg", "dogs/1.jpg"])
        self.assertIn("got 'Cats' and 'cats'", self.run_program("check", both, expect=1).stderr)


if __name__ == "__main__":
    unittest.main()
