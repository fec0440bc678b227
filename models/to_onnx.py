#!/usr/bin/python3
"""Writes a model.pt made by `pawprint finetune` as an ONNX file, for ONNX Runtime and what else reads ONNX (docs/install.md).

Runs on Debian 12's python3-torch and python3-torchvision (torch 1.13) and later ones; needs no package of ONNX's.
"""

import argparse
import hashlib
import io
import json
import os
import re
import sys
import textwrap
import warnings
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

sys.dont_write_bytecode = True  # where this is installed, it would never be removed
from export_backbone import ArgumentParser, Error, whole_file  # noqa: E402

try:  # PyTorch 2 looks through the model for functions of onnxscript's, with the package onnx; ours has none
    from torch.onnx._internal import onnx_proto_utils
    onnx_proto_utils._add_onnxscript_fn = lambda model, opsets: model
except ImportError:  # PyTorch 1.13 does not
    pass

OPSET = 14  # the first whose Relu takes what TorchScript knows no type of; ONNX Runtime reads it since 1.7
torch.onnx.register_custom_op_symbolic("aten::relu", lambda g, x: g.op("Relu", x), OPSET)  # PyTorch 2's asks for the type
METADATA_FIELD = 14  # ModelProto.metadata_props, of StringStringEntryProto with the fields 1 (key) and 2 (value)
DIGEST = re.compile(rb"PK\x05\x06.{16}\x57\x00pawprint seal 1 sha256:([0-9a-f]{64})", re.DOTALL)
DIGEST_RECORD_SIZE = 22 + 0x57  # the ZIP's end record with the digest as its comment


class WithProbabilities(nn.Module):
    """pixels [N,3,S,S] -> logits [N,C] and softmax(logits / temperature) [N,C]."""

    def __init__(self, classifier: torch.jit.ScriptModule, temperature: float):
        super().__init__()
        self.classifier = classifier
        self.temperature = temperature

    def forward(self, pixels: Tensor) -> Tuple[Tensor, Tensor]:
        logits = self.classifier(pixels)
        return logits, torch.softmax(logits / self.temperature, 1)


def read_archive(path: str) -> bytes:
    """The file's bytes. A TorchScript file is a program: what is damaged is not run."""
    try:
        with open(path, "rb") as file:
            contents = file.read()
    except OSError as error:
        raise Error(f"{path!r}: expected a model made by `pawprint finetune`, got: {error.strerror}; check MODEL") from error
    digest = DIGEST.fullmatch(contents[-DIGEST_RECORD_SIZE:])
    if digest is None:
        raise Error(f"{path!r}: expected a model made by `pawprint finetune`, got a file without a digest; check MODEL")
    if hashlib.sha256(contents[:-DIGEST_RECORD_SIZE]).hexdigest().encode() != digest[1]:
        raise Error(f"{path!r}: expected a whole file, got one whose digest does not match; copy or train it again")
    return contents


def load(path: str) -> Tuple[torch.jit.ScriptModule, Dict, str]:
    """The classifier, its pawprint.json and the SHA-256 of the file."""
    contents = read_archive(path)
    extra = {"pawprint.json": ""}
    try:
        module = torch.jit.load(io.BytesIO(contents), map_location="cpu", _extra_files=extra)
    except RuntimeError as error:
        raise Error(f"{path!r}: expected TorchScript, got a file that torch.jit.load cannot read; check MODEL") from error
    description = json.loads(extra["pawprint.json"] or "null")
    if description is None:
        raise Error(f"{path!r}: expected a classifier made by `pawprint finetune`, got another file; give its model.pt")
    if description["format"] not in (1, 2, 3):
        raise Error(f"{path!r}: expected format 1 to 3, got {description['format']}; take the to_onnx.py of the pawprint that made it")
    if "other_backbones" in description:
        raise Error(f"{path!r}: expected a model of one network, got one of {1 + len(description['other_backbones'])}; train it with one")
    return module.eval(), description, hashlib.sha256(contents).hexdigest()


def varint(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + varint(value >> 7)


def field(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    return varint(number << 3 | 2) + varint(len(value)) + value


def with_metadata(model: bytes, metadata: Dict[str, str]) -> bytes:
    """A repeated field may be anywhere in a message, so that what is missing can be put behind it."""
    return model + b"".join(field(METADATA_FIELD, field(1, key.encode()) + field(2, value.encode()))
                            for key, value in sorted(metadata.items()))


def takes_any_shape(description: Dict) -> bool:
    return description["preprocess"].get("fit") == "whole"


def to_onnx(module: torch.jit.ScriptModule, description: Dict, digest: str, path: str) -> bytes:
    crop = description["preprocess"]["crop"]
    whole = torch.jit.freeze(torch.jit.script(WithProbabilities(module, description["temperature"]).eval()))
    file = io.BytesIO()
    sizes = {"pixels": {0: "N", **({2: "H", 3: "W"} if takes_any_shape(description) else {})}, "logits": {0: "N", 1: "C"}, "probabilities": {0: "N", 1: "C"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of types that TorchScript does not know and ONNX does not need
        try:
            torch.onnx.export(whole, torch.zeros(1, 3, crop, crop), file, opset_version=OPSET, input_names=["pixels"],
                              output_names=["logits", "probabilities"], dynamic_axes=sizes)
        except (RuntimeError, ValueError) as error:  # of a network that is not one of export_backbone.py's
            reason = textwrap.shorten(str(error).partition("\n")[0], 160, placeholder=" ...")
            raise Error(f"{path!r}: expected a network that ONNX has operators for, got: {reason}; use another backbone") from error
    metadata = {"classes": description["classes"], "preprocess": description["preprocess"],
                "temperature": description["temperature"], "backbone": description["backbone"].get("name", "")}
    return with_metadata(file.getvalue(), {"model_sha256": digest, **{key: json.dumps(value) for key, value in metadata.items()}})


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = ArgumentParser(prog="to_onnx.py", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("model", metavar="MODEL", help="a model.pt made by `pawprint finetune`")
    parser.add_argument("-o", dest="out", metavar="FILE", help="the ONNX file to write; default: MODEL, with .onnx at its end")
    args = parser.parse_args(arguments)
    args.out = args.out or os.path.splitext(args.model)[0] + ".onnx"
    return args


def main(arguments: List[str]) -> int:
    try:
        args = parse(arguments)
        module, description, digest = load(args.model)
        with torch.no_grad():
            contents = to_onnx(module, description, digest, args.model)
        with whole_file(args.out) as temporary, open(temporary, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
    except Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    crop, classes = description["preprocess"]["crop"], description["classes"]
    shape = "H,W" if takes_any_shape(description) else f"{crop},{crop}"
    print(f"{args.out}: pixels [N,3,{shape}] -> logits, probabilities [N,{len(classes)}] of "
          f"{', '.join(classes[:12])}{', ...' if len(classes) > 12 else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
