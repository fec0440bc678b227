"""pawprint bench as users run it. No figure is compared with a clock: only with the others of the same run."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.program import ProgramTest, export, photo  # noqa: E402

STAGES = ("decode", "resize", "decode_and_resize")
OF_PRECISION = ("forward", "file_to_features", "peak_flops")


class Bench(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backbone = export("squeezenet1_1", cls.folder / "net.pt", "--random", "1", "--no-logits")
        cls.data = cls.folder / "photos"
        for i in range(6):
            photo(cls.data / f"{i}.jpg", (200, 60, 10 * i), size=(500, 375), seed=i)

    def bench(self, *options, data=None, expect=0):
        return self.run_program("bench", data or self.data, "--backbone", self.backbone, "--seconds", 0, *options, expect=expect)

    def check_workers(self, found, workers):
        self.assertEqual(found["workers"], workers)
        rates = [found[stage] for stage in STAGES] + [rate for key in OF_PRECISION for rate in found[key].values()]
        for rate in rates:
            self.assertGreater(rate["median"], 0)
            self.assertGreaterEqual(rate["best"], rate["median"])
        self.assertLess(found["decode_and_resize"]["best"], min(found["decode"]["best"], found["resize"]["best"]))
        for precision, whole in found["file_to_features"].items():
            self.assertLess(whole["best"], found["decode_and_resize"]["best"])
            self.assertLess(whole["best"], 2 * found["forward"][precision]["best"])  # on a busy machine each has other moments
            self.assertGreater(found["share_of_peak"][precision], 0)
        self.assertEqual(len({tuple(found[key]) for key in (*OF_PRECISION, "share_of_peak")}), 1)

    def test_json_holds_every_figure(self):
        found = json.loads(self.bench("--json", "--threads", 2).stdout)
        self.check_workers(found["per_core"], 1)
        self.check_workers(found["together"], 2)
        self.assertIn("fp32", found["per_core"]["forward"])
        self.assertEqual((found["photos"], found["unreadable"], found["batch"]), (6, 0, 16))
        self.assertGreaterEqual(found["rounds"], 3)
        self.assertAlmostEqual(found["multiply_adds"] / 1e6, 263, delta=6)
        self.assertGreater(found["memory_bytes"], 50e6)
        self.assertEqual(found["backbone"]["name"], "squeezenet1_1")
        share = found["per_core"]["forward"]["fp32"]["best"] * 2 * found["multiply_adds"] / found["per_core"]["peak_flops"]["fp32"]["best"]
        self.assertAlmostEqual(found["per_core"]["share_of_peak"]["fp32"], share)

    def test_table_is_for_people(self):
        done = self.bench("--threads", 1, "--precision", "fp32", "--limit", 2)
        for line in ("photos/s", "decode", "resize", "decode and resize", "fp32 forward", "fp32 file to features",
                     "fp32 peak, GFLOP/s", "fp32 forward, of peak", "memory"):
            self.assertRegex(done.stdout, rf"(?m)^{line} +[\w.]+")
        self.assertNotIn("bf16", done.stdout)
        self.assertIn("over 2 photos; squeezenet1_1", done.stdout)
        self.assertIn("stages", done.stderr)

    def test_takes_no_more_photos_than_there_is_time_for(self):
        data = self.folder / "many"
        for i in range(70):
            photo(data / f"{i}.jpg", (200, 60, i), size=(60, 50), seed=i)
        found = json.loads(self.bench("--json", "--threads", 1, "--precision", "fp32", data=data).stdout)
        self.assertEqual((found["photos"], found["rounds"]), (64, 3))  # --seconds 0

    def test_photos_that_cannot_be_read_are_left_out(self):
        data = self.folder / "mixed"
        photo(data / "good.jpg", (1, 2, 3))
        (data / "bad.jpg").write_bytes(b"")
        done = self.bench("--json", "--threads", 1, "--precision", "fp32", data=data, expect=3)
        found = json.loads(done.stdout)
        self.assertEqual((found["photos"], found["unreadable"]), (1, 1))
        self.assertIn("bad.jpg", done.stderr)

    def test_refuses_what_cannot_be_measured(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertIn("got one without any", self.bench(data=empty, expect=1).stderr)
        self.assertIn("cannot be listed", self.bench(data=self.folder / "nowhere", expect=1).stderr)
        (empty / "bad.jpg").write_bytes(b"")
        self.assertIn("expected photos that can be read, got none", self.bench(data=empty, expect=1).stderr)
        self.bench("--threads", 0, expect=2)


if __name__ == "__main__":
    unittest.main()
