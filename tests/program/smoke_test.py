"""Each command that computes, once, on a few drawn pictures: small enough for a program built with the sanitizers."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from page import Server
from program import ProgramTest, photo


class Smoke(ProgramTest):
    """What the commands say is held against the truth elsewhere: here they end well, and their files are there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pets, cls.faces, cls.model = cls.folder / "pets", cls.folder / "faces", cls.folder / "run" / "model.pt"
        test = cls()
        test.run_program("draw", "pets", "--count", 24, "--out", cls.pets)
        test.run_program("draw", "faces", "--count", 60, "--out", cls.faces)
        cls.trained = test.run_program("finetune", cls.pets, "--backbone", "petite", "--image-size", 64, "--out", cls.model.parent)
        cls.new = sorted((cls.pets / "dogs").iterdir())[:2]

    def made(self, folder):
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def test_finetune(self):
        self.assertEqual(self.made(self.model.parent), ["metrics.json", "model.pt", "report.html", "validation.csv"])

    def test_finetune_a_perceptron_with_groups_and_a_damaged_photo(self):
        data = self.folder / "damaged"
        for i in range(8):
            for color, rgb in (("blue", (60, 60, 200)), ("red", (200, 60, 60))):
                photo(data / color / f"visit{i // 2}_{i}.jpg", rgb, seed=i)
        whole = (data / "red" / "visit0_0.jpg").read_bytes()
        (data / "red" / "cut.jpg").write_bytes(whole[:len(whole) // 2])
        self.run_program("finetune", data, "--backbone", "petite", "--image-size", 64, "--head", "mlp", "--hidden", 4,
                         "--group-from-path", "(visit[0-9]+)_", "--max-unreadable", 0.5, "--out", self.folder / "mlp")
        self.assertEqual(json.loads((self.folder / "mlp" / "metrics.json").read_text())["unreadable"], 1)

    def test_classify(self):
        rows = self.run_program("classify", *self.new, "--model", self.model, "--sort-into", self.folder / "sorted", "--format",
                                "jsonl").stdout.splitlines()
        self.assertEqual([json.loads(row)["status"] for row in rows], ["ok", "ok"])
        photos = [name for name in self.made(self.folder / "sorted") if name.endswith(".jpg")]
        self.assertEqual(len(photos), 2)

    def test_evaluate(self):
        self.run_program("evaluate", self.pets, "--model", self.model, "--limit", 8, "--out", self.folder / "judged")
        self.assertEqual(self.made(self.folder / "judged"), ["metrics.json", "report.html", "validation.csv"])

    def test_check(self):
        self.run_program("check", self.pets, "--backbone", "petite", "--image-size", 64, "--out", self.folder / "check", "--fix-list",
                         self.folder / "fix.txt")
        self.assertIn("check.html", self.made(self.folder / "check"))

    def test_explain(self):
        self.run_program("explain", *self.new, "--model", self.model, "--out", self.folder / "why")
        self.assertIn("index.html", self.made(self.folder / "why"))

    def test_neurons(self):
        self.run_program("neurons", self.pets, "--count", 2, "--out", self.folder / "neurons")
        self.assertTrue(self.made(self.folder / "neurons"))

    def test_faces_train_and_edit(self):
        model, face = self.folder / "faces.pt", sorted((self.faces / "images").iterdir())[0]
        self.run_program("faces", "train", self.faces, "--method", "mean", "--size", 32, "--latent-dim", 32, "--width", 16, "--epochs", 1,
                         "--out", model)
        for name, options in (("own", ("--model", model)), ("builtin", ())):
            self.run_program("faces", "edit", face, "--attribute", "Smiling", "--strength", 1, "--aligned", "--out",
                             self.folder / name, *options)
            self.assertEqual(self.made(self.folder / name), [face.name])

    def test_faces_serve(self):
        server = Server()
        self.addCleanup(server.stop)
        status, headers, _ = server.ask("/api/frame", {"face": "g0", "moves": {"Smiling": 1}})
        self.assertEqual((status, headers["Content-Type"]), (200, "image/png"))
        self.assertEqual(server.ask("/api/frame", b"{")[0], 400)
        server.stop()
        self.assertEqual(server.process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
