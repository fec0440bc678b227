"""Features kept between runs, and the precision they are computed in, as users meet them."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import FAILING_CALLS, PROGRAM, ProgramTest, export, photo  # noqa: E402


def weights_of(run):
    return list(torch.jit.load(str(run / "model.pt")).state_dict().values())


class Cache(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "data"
        for i in range(60):
            photo(cls.data / "red" / f"{i}.jpg", (200, 60, 60), seed=i)
            photo(cls.data / "blue" / f"{i}.jpg", (60, 60, 200), seed=100 + i)

    # Cold caches may choose different inference configurations, by what was faster: fixed wherever models are compared bit for bit.
    def line(self, out, *options, precision="fp32"):
        return ["finetune", self.data, "--backbone", self.backbone, "--out", self.folder / out, "--image-size", 64,
                "--force", "--precision", precision, *options]

    def finetune(self, out, *options, expect=0, precision="fp32"):
        return self.run_program(*self.line(out, *options, precision=precision), expect=expect)

    def metrics_of(self, run):
        return json.loads((self.folder / run / "metrics.json").read_text())

    def assert_same_model(self, one, other):
        for a, b in zip(weights_of(self.folder / one), weights_of(self.folder / other)):
            self.assertTrue(torch.equal(a, b))

    def test_a_second_run_takes_all_features_from_the_cache(self):
        cache = self.folder / "second"
        self.assertIn("photos/s", self.finetune("first", "--cache", cache).stdout)
        self.assertIn("all features from the cache", self.finetune("again", "--cache", cache).stdout)
        self.assert_same_model("first", "again")
        done = self.finetune("other", "--cache", cache, "--head", "mlp", "--seed", 5, "--val-fraction", 0.4, "--epochs", 2)
        self.assertIn("all features from the cache", done.stdout)
        self.finetune("without", "--no-cache")
        self.assert_same_model("first", "without")

    def test_default_cache_and_none(self):
        xdg = self.folder / "xdg" / "pawprint"
        self.finetune("none", "--no-cache", precision="auto")
        self.assertFalse((xdg / "features").exists())
        self.assertTrue(list((xdg / "recipes").iterdir()))  # the choice is kept: the next run computes the same way
        self.finetune("default", precision="auto")
        self.assert_same_model("none", "default")
        self.assertTrue(list((xdg / "features").glob("*.records")))
        self.assertEqual((xdg / "features").stat().st_mode & 0o077, 0)

    def test_new_photos_are_computed_and_the_others_kept(self):
        cache = self.folder / "growing"
        self.finetune("before", "--cache", cache)
        added = photo(self.data / "red" / "added.jpg", (190, 70, 60), seed=999)
        try:
            self.assertIn("features of 120 from the cache", self.finetune("after", "--cache", cache).stdout)
        finally:
            added.unlink()

    def test_damaged_cache_is_computed_again(self):
        cache = self.folder / "damaged"
        self.finetune("whole", "--cache", cache)
        for file in (cache / "features").glob("features-*"):
            data = bytearray(file.read_bytes())
            data[len(data) // 3::501] = bytes(len(data[len(data) // 3::501]))
            file.write_bytes(data[:-100])
        self.assertIn("photos/s", self.finetune("mended", "--cache", cache).stdout)
        self.assert_same_model("whole", "mended")

    def test_damaged_choice_of_inference_is_made_again(self):
        cache = self.folder / "damaged_choice"
        self.finetune("first_choice", "--cache", cache, precision="auto")
        (choice,) = (cache / "recipes").iterdir()
        choice.write_text("{")
        self.finetune("second_choice", "--cache", cache, precision="auto")
        self.assertEqual(json.loads(choice.read_text())["facts"]["photos_tried"], 120)

    def killed_at(self, call, below, *line):
        """SIGKILL at the first such call that concerns files below a folder."""
        environment = {**os.environ, "LD_PRELOAD": FAILING_CALLS, "PAWPRINT_FAIL_CALL": call, "PAWPRINT_FAIL_NUMBER": "1",
                       "PAWPRINT_FAIL_BELOW": str(below), "PAWPRINT_FAIL_KILLS": "1"}
        self.assertEqual(self.run_any(*line, env=environment).returncode, -signal.SIGKILL)

    def test_the_choice_of_inference_outlives_a_kill_and_is_taken_again(self):
        cache = self.folder / "kept_choice"
        self.killed_at("mkdir", cache / "features", *self.line("cut", "--cache", cache, precision="auto"))  # chosen, nothing computed
        (choice,) = (cache / "recipes").iterdir()
        kept = choice.read_text()
        self.finetune("after", "--cache", cache, precision="auto")
        self.assertEqual(choice.read_text(), kept)
        self.assertEqual(self.metrics_of("after")["recipe"], json.loads(kept)["facts"])
        shutil.rmtree(cache / "features")
        self.finetune("repeated", "--cache", cache, precision="auto")
        self.assert_same_model("after", "repeated")
        # What was measured would not follow a choice that is changed on disk.
        other = kept.replace('"frozen"', '"optimized"') if '"frozen"' in kept else kept.replace('"optimized"', '"frozen"')
        choice.write_text(other)
        self.finetune("other_choice", "--cache", cache, precision="auto")
        self.assertEqual(self.metrics_of("other_choice")["recipe"]["engine"], json.loads(other)["facts"]["engine"])

    def test_two_at_once_make_one_choice(self):
        cache = self.folder / "one_choice"
        both = [subprocess.Popen([PROGRAM, *map(str, self.line(f"choosing_{i}", "--cache", cache, precision="auto"))],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for i in range(2)]
        self.assertEqual([process.wait(600) for process in both], [0, 0])
        self.assertEqual(self.metrics_of("choosing_0")["recipe"], self.metrics_of("choosing_1")["recipe"])
        self.assert_same_model("choosing_0", "choosing_1")

    def test_a_choice_that_cannot_be_read_is_measured_anew(self):
        cache = self.folder / "unread_choice"
        self.finetune("readable", "--cache", cache, precision="auto")
        (choice,) = (cache / "recipes").iterdir()
        choice.unlink()
        choice.mkdir()
        done = self.finetune("folder_in_its_place", "--cache", cache, precision="auto")
        self.assertIn("warning: what was computed is not kept for the next run", done.stderr)
        self.assertIn("photos_tried", self.metrics_of("folder_in_its_place")["recipe"])

    def test_killed_at_any_moment_and_two_at_once(self):
        cache = self.folder / "killed"
        self.finetune("calm", "--no-cache")
        for features_seen in (0, 1, 2):
            process = subprocess.Popen([PROGRAM, *map(str, self.line(f"killed_{features_seen}", "--cache", cache, "--threads", 1))],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for line in process.stderr:  # progress lines: `features: 16 of 120 photos`
                if "features" in line:
                    features_seen -= 1
                if features_seen < 0:
                    break
            process.send_signal(signal.SIGKILL)
            process.communicate()
        both = [subprocess.Popen([PROGRAM, *map(str, self.line(f"both_{i}", "--cache", cache))], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL) for i in range(2)]
        self.assertEqual([process.wait(600) for process in both], [0, 0])
        self.assert_same_model("calm", "both_0")
        self.assert_same_model("calm", "both_1")

    def test_the_cache_keeps_its_limit(self):
        cache = self.folder / "limited"
        self.finetune("limited", "--cache", cache, "--cache-limit", 1)
        self.finetune("larger", "--cache", cache, "--cache-limit", 1, "--no-mirror")
        self.assertLessEqual(sum(file.stat().st_size for file in (cache / "features").iterdir()), 1_000_000)

    def test_a_cache_that_cannot_be_kept_is_a_warning(self):
        (self.folder / "occupied").write_text("a file")
        done = self.finetune("no_room", "--cache", self.folder / "occupied")
        self.assertIn("warning: what was computed is not kept for the next run", done.stderr)

    def test_precision(self):
        self.finetune("exact")
        self.assertEqual(self.metrics_of("exact")["recipe"], {"precision": "fp32", "engine": "frozen", "decoding": "whole"})
        self.finetune("chosen", precision="auto")
        recipe = self.metrics_of("chosen")["recipe"]
        self.assertIn(recipe["precision"], ("fp32", "bf16"))
        self.assertEqual(recipe["photos_tried"], 120)
        extra = {"pawprint.json": ""}
        torch.jit.load(str(self.folder / "chosen/model.pt"), _extra_files=extra)
        about = json.loads(extra["pawprint.json"])["recipe"]
        self.assertEqual(about, {key: recipe[key] for key in ("precision", "engine", "decoding")})
        rows = {}
        for precision in ("auto", "fp32"):
            done = self.run_program("classify", self.data / "red", "--model", self.folder / "chosen/model.pt", "--format", "jsonl",
                                    "--precision", precision)
            rows[precision] = [json.loads(line)["probabilities"]["red"] for line in done.stdout.splitlines()]
        self.assertEqual(len(rows["auto"]), 60)
        for fast, exact in zip(rows["auto"], rows["fp32"]):
            self.assertAlmostEqual(fast, exact, delta=0.1)
        if "avx512_bf16" not in pathlib.Path("/proc/cpuinfo").read_text():
            self.finetune("refused", precision="bf16", expect=1)


if __name__ == "__main__":
    unittest.main()
