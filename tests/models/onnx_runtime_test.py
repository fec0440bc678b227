"""What to_onnx.py writes, computed by ONNX Runtime."""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
from tests.support.models import finetuned  # noqa: E402
from tests.support.program import PYTHON, SOURCE, ProgramTest  # noqa: E402

NODE = shutil.which("node") or shutil.which("nodejs")
RUNTIME = SOURCE / "tests" / "node_modules" / "onnxruntime-node"
BATCHES = (1, 2, 5, 17)


@unittest.skipUnless(NODE and RUNTIME.is_dir(), "needs node and `npm ci --ignore-scripts` in tests/")
class OnnxRuntime(ProgramTest):
    def agree(self, model):
        onnx = model.with_suffix(".onnx")
        subprocess.run([PYTHON, SOURCE / "models" / "to_onnx.py", model, "-o", onnx], check=True, capture_output=True)
        extra = {"pawprint.json": ""}
        module = torch.jit.load(model, _extra_files=extra)
        temperature = json.loads(extra["pawprint.json"])["temperature"]
        inputs = [torch.randn(n, 3, 64, 64, generator=torch.Generator().manual_seed(n)) for n in BATCHES]
        files = [model.with_name(f"{n}.bin") for n in BATCHES]
        for pixels, file in zip(inputs, files):
            file.write_bytes(pixels.numpy().tobytes())
        done = subprocess.run([NODE, SOURCE / "tests" / "support" / "onnx_forward.js", onnx, "64", *files], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for pixels, line in zip(inputs, done.stdout.splitlines(), strict=True):
            logits, found = module(pixels), json.loads(line)
            self.assertEqual(found["dims"], list(logits.shape))
            for name, expected in (("logits", logits), ("probabilities", (logits / temperature).softmax(1))):
                difference = (torch.tensor(found[name]).view_as(expected) - expected).abs().max().item()
                self.assertLess(difference, 1e-4, name)

    def test_logistic_head(self):
        self.agree(finetuned(type(self)))

    def test_perceptron_of_three_classes(self):
        self.agree(finetuned(type(self), 3, options=("--head", "mlp", "--hidden", "16")))

    def test_network_with_depthwise_convolutions(self):
        self.agree(finetuned(type(self), 3, "mobilenet_v2"))


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    unittest.main()
