"""to_onnx.py: what it says in the file, and what it refuses."""
import contextlib
import hashlib
import io
import json
import pathlib
import sys
import unittest

import torch

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).parents[2]), str(pathlib.Path(__file__).parents[2] / "models")]
import export_backbone  # noqa: E402
import to_onnx  # noqa: E402
from tests.support.models import finetuned  # noqa: E402
from tests.support.program import ProgramTest, photo  # noqa: E402


def fields(message):
    """(number, value) of each field of a protocol buffer; values of other wire types than bytes are skipped."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 2:
            size = varint()
            yield key >> 3, message[at:at + size]
            at += size
        elif key & 7 == 0:
            varint()
        else:
            raise AssertionError(f"wire type {key & 7}")


class ToOnnx(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = finetuned(cls)
        cls.out = cls.folder / "model.onnx"

    def setUp(self):
        self.out.unlink(missing_ok=True)

    def convert(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            exit_code = to_onnx.main([*map(str, arguments)])
        return exit_code, out.getvalue(), err.getvalue()

    def refuse(self, model, *words, out=None, exit_code=1):
        code, out, err = self.convert(model, "-o", out or self.out)
        self.assertEqual((code, out, err.count("\n")), (exit_code, "", 1), err)
        for word in (str(model), "expected", "got", *words):
            self.assertIn(word, err)
        self.assertEqual([*self.folder.glob("model.onnx*")], [])

    def test_file_describes_itself(self):
        self.assertEqual(self.convert(self.model, "-o", self.out),
                         (0, f"{self.out}: pixels [N,3,64,64] -> logits, probabilities [N,2] of blue, green\n", ""))
        message = [*fields(self.out.read_bytes())]
        entries = [dict(fields(value)) for number, value in message if number == 14]
        found = {entry[1].decode(): entry[2].decode() for entry in entries}
        self.assertEqual(found.pop("model_sha256"), hashlib.sha256(self.model.read_bytes()).hexdigest())
        module, description, _ = to_onnx.load(str(self.model))
        self.assertEqual({key: json.loads(value) for key, value in found.items()},
                         {"classes": ["blue", "green"], "preprocess": description["preprocess"], "backbone": "squeezenet1_1",
                          "temperature": description["temperature"]})
        graph, = (value for number, value in message if number == 7)
        names = [[dict(fields(value))[1] for number, value in fields(graph) if number == wanted] for wanted in (11, 12)]
        self.assertEqual(names, [[b"pixels"], [b"logits", b"probabilities"]])

    def test_same_model_gives_the_same_file(self):
        contents = [(self.convert(self.model, "-o", self.out), self.out.read_bytes())[1] for _ in range(2)]
        self.assertEqual(*contents)

    def test_stands_beside_the_model_unless_told_otherwise(self):
        self.assertEqual(self.convert(self.model)[0], 0)
        self.assertTrue(self.model.with_suffix(".onnx").is_file())

    def test_long_values_have_lengths_of_several_bytes(self):  # 300 = 0b10_0101100
        self.assertEqual(to_onnx.field(14, b"x" * 300)[:3], bytes([14 << 3 | 2, 0b10101100, 0b10]))
        self.assertEqual([*fields(to_onnx.with_metadata(b"", {"a": "b" * 300}))],
                         [(14, to_onnx.field(1, b"a") + to_onnx.field(2, b"b" * 300))])

    def test_damaged_files_are_not_run(self):
        whole, damaged = self.model.read_bytes(), self.folder / "damaged.pt"
        for contents, word in ((whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:], "digest"), (whole[:-1], "digest"),
                               (whole[:len(whole) // 2], "digest"), (b"", "digest"), (b"no model", "digest")):
            damaged.write_bytes(contents)
            self.refuse(damaged, word)

    def test_other_files_are_refused(self):
        self.refuse(self.folder / "squeezenet1_1.pt", "classifier")
        self.refuse(self.folder / "none.pt", "No such file")
        self.refuse(self.folder, "Is a directory")
        self.refuse(photo(self.folder / "photo.jpg", (1, 2, 3)), "digest")
        newer = self.folder / "newer.pt"
        module, description, _ = to_onnx.load(str(self.model))
        torch.jit.save(module, str(newer), {"pawprint.json": json.dumps({**description, "format": 99})})
        export_backbone.add_digest(str(newer))
        self.refuse(newer, "format 1", "got 99")

    def test_what_onnx_cannot_say_is_refused(self):
        class Sorted(torch.nn.Module):
            def forward(self, x):
                return torch.linalg.eigvalsh(x.mean([1, 2, 3]).view(-1, 1, 1)).expand(-1, 2)

        path = self.folder / "odd.pt"
        description = to_onnx.load(str(self.model))[1]
        torch.jit.save(torch.jit.script(Sorted()), str(path), {"pawprint.json": json.dumps(description)})
        export_backbone.add_digest(str(path))
        self.refuse(path, "linalg_eigvalsh")

    def test_files_that_cannot_be_written(self):
        for out in (self.folder, "/dev/null", self.folder / "no" / "model.onnx"):
            code, _, err = self.convert(self.model, "-o", out)
            self.assertEqual((code, err.count("\n")), (1, 1), err)

    def test_wrong_command_lines(self):
        for arguments in ((), ("-o", "x"), ("model.pt", "more.pt"), ("model.pt", "-o", "x", "--nonsense")):
            self.assertEqual(self.convert(*arguments)[0], 2)


if __name__ == "__main__":
    unittest.main()
