#!/usr/bin/python3
"""Writes a torchvision network as a backbone file for pawprint: TorchScript with backbone.json (docs/backbones.md).

Runs on Debian 12's python3-torchvision (torch 1.13, torchvision 0.14) and later ones.
"""

import argparse
import contextlib
import hashlib
import io
import itertools
import json
import os
import re
import sys
import tempfile
import textwrap
from typing import Dict, Iterator, List, Tuple

import torch
import torchvision
from torch import Tensor, nn

sys.dont_write_bytecode = True  # where this is installed, it would never be removed
import fetch  # noqa: E402
from cli import ArgumentParser, Error, UsageError, explain  # noqa: E402

# app/base/backbone_names.cpp has them from here (CMakeLists.txt).
NAMES = ("resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large",
         "squeezenet1_1", "vgg16", "efficientnet_b0", "densenet121")
PREPROCESS = {"resize": 256, "crop": 224, "interpolation": "bilinear",
              "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
GOLDEN_PX = 64
LICENSE = "BSD-3-Clause (torchvision); weights: as their source says"
END_RECORD_SIZE = 22  # of a ZIP, without its comment (APPNOTE.TXT 4.3.16)


def average_pool(last_map: Tensor) -> Tensor:
    return last_map.mean([2, 3])


class Backbone(nn.Module):
    """Stages in a row. x [N,3,H,W] normalized pixels -> forward: [N,D], stages: one map [N,C,h,w] each."""

    def __init__(self, stages: List[nn.Module]):
        super().__init__()
        self.trunk = nn.ModuleList(stages)

    @torch.jit.export
    def stages(self, x: Tensor) -> List[Tensor]:
        maps: List[Tensor] = []
        for stage in self.trunk:
            x = stage(x)
            maps.append(x)
        return maps

    def forward(self, x: Tensor) -> Tensor:
        return average_pool(self.stages(x)[-1])


class BackboneWithLogits(Backbone):
    """Keeps the source's own classifier: with_logits: ([N,D], [N,1000]) in one pass."""

    def __init__(self, stages: List[nn.Module], classifier: nn.Module):
        super().__init__(stages)
        self.classifier = classifier

    @torch.jit.export
    def with_logits(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        last_map = self.stages(x)[-1]
        return average_pool(last_map), self.classifier(last_map)


def trunk_layers(model: nn.Module) -> Dict[str, nn.Module]:
    """The layers from the pixels to the last map, by name, in order. The cuts between stages fall between them."""
    if isinstance(model, torchvision.models.ResNet):
        return {"stem": nn.Sequential(model.conv1, model.bn1, model.relu),
                "layer1": nn.Sequential(model.maxpool, model.layer1),
                "layer2": model.layer2, "layer3": model.layer3, "layer4": model.layer4}
    layers = {"features." + name: layer for name, layer in model.features.named_children()}
    if isinstance(model, torchvision.models.DenseNet):
        layers["relu"] = nn.ReLU()  # a function in torchvision's forward()
    return layers


def logits_from_last_map(model: nn.Module) -> nn.Module:
    if isinstance(model, torchvision.models.SqueezeNet):
        return nn.Sequential(model.classifier, nn.Flatten())  # classifies every place, then averages
    pool = getattr(model, "avgpool", nn.AdaptiveAvgPool2d(1))
    classifier = model.fc if isinstance(model, torchvision.models.ResNet) else model.classifier
    return nn.Sequential(pool, nn.Flatten(), classifier)


def measure(layers: List[nn.Module]) -> List[Dict[str, float]]:
    """What backbone.json says of the map after each layer: its channels, its stride, its theoretical receptive field.

    The field is a square of pixels, whose middle is at pixel center + i * stride for place i. Measured along the path of
    the convolutions. Left out: shortcuts (`downsample`), and squeeze-and-excitation's adaptive pooling, which sees the whole map.
    """
    field, stride, center = 1, 1, 0

    def widen(module, _inputs, _output):
        nonlocal field, stride, center
        kernel, step, padding, dilation = (value if isinstance(value, int) else value[0] for value in (
            module.kernel_size, module.stride, module.padding, getattr(module, "dilation", 1)))
        field += (kernel - 1) * dilation * stride
        center += ((kernel - 1) * dilation / 2 - padding) * stride
        stride *= step

    hooks = [module.register_forward_hook(widen) for name, module in nn.Sequential(*layers).named_modules()
             if isinstance(module, (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)) and "downsample" not in name]
    measured = []
    x = torch.zeros(1, 3, GOLDEN_PX, GOLDEN_PX)
    for layer in layers:
        x = layer(x)
        measured.append({"channels": x.shape[1], "stride": stride, "receptive_field": field,
                         "center": center})
    for hook in hooks:
        hook.remove()
    return measured


def cut_into_stages(layers: Dict[str, nn.Module]) -> Tuple[List[nn.Module], List[Dict]]:
    """One stage for each stride from 2 on: the modules, and what backbone.json says of them.

    A stage ends before the next strided layer. Those begin with a convolution or a pooling, never with an operator in
    place, so the maps of all stages stay as they were.
    """
    measured = zip(layers.items(), measure(list(layers.values())))
    modules, descriptions = [], []
    for _, group in itertools.groupby(measured, key=lambda layer: max(2, layer[1]["stride"])):
        named_layers, sizes = zip(*group)
        names = [name for name, _ in named_layers]
        name = names[0] if len(names) == 1 else f"{names[0]}-{names[-1].rpartition('.')[2]}"
        modules.append(nn.Sequential(*(layer for _, layer in named_layers)))
        descriptions.append({"name": name, **sizes[-1]})
    return modules, descriptions


def normalize(rgb: Tensor) -> Tensor:
    mean, std = (torch.tensor(PREPROCESS[key], device=rgb.device).view(3, 1, 1) for key in ("mean", "std"))
    return (rgb - mean) / std


def golden_input() -> Tensor:
    """[1,3,S,S], made alike by pawprint: v[c,y,x] = ((37 c + 5 y + 3 x + x y) mod 256) / 255, normalized."""
    x = torch.arange(GOLDEN_PX)
    y = x.view(-1, 1)
    c = torch.arange(3).view(3, 1, 1)
    return normalize(((37 * c + 5 * y + 3 * x + x * y) % 256).float() / 255).unsqueeze(0)


def golden_features(backbone: Backbone, name: str) -> List[float]:
    features = backbone(golden_input())[0]
    if not torch.isfinite(features).all():
        raise Error(f"{name}: expected weights that give finite features, got infinity or NaN; use other weights")
    return features.tolist()


def random_model(name: str, seed: int) -> Tuple[nn.Module, str]:
    """Random weights, and BatchNorm statistics of made images: without them features vanish or are all alike."""
    torch.manual_seed(seed)
    model = torchvision.models.get_model(name, weights=None).eval()

    def adopt_statistics(norm, inputs):
        norm.running_var, norm.running_mean = torch.var_mean(inputs[0], (0, 2, 3))

    hooks = [module.register_forward_pre_hook(adopt_statistics) for module in model.modules()
             if isinstance(module, nn.BatchNorm2d)]
    blots = [nn.functional.interpolate(torch.rand(4, 3, cells, cells), size=(128, 128), mode="bilinear",
                                       align_corners=False) for cells in (1, 2, 6, 40)]  # plain to finely textured
    model(normalize(torch.cat(blots)))
    for hook in hooks:
        hook.remove()
    return model, f"random, seed {seed}"


def model_from_file(name: str, path: str) -> Tuple[nn.Module, str]:
    wanted = f"{path!r}: expected the state dict of torchvision's {name}"
    try:
        with open(path, "rb") as file:
            contents = file.read()
        state = torch.load(io.BytesIO(contents), map_location="cpu", weights_only=True)
    except OSError as error:
        raise Error(f"{wanted}, got: {error.strerror}; check --weights") from error
    except Exception as error:  # torch.load raises nearly anything for a file that is not its own
        raise Error(f"{wanted}, got a file that torch.load cannot read; check --weights") from error
    if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
        raise Error(f"{wanted}, got a {type(state).__name__}; save model.state_dict() with torch.save")
    # torchvision's own DenseNet files still have the names of its first version.
    state = {re.sub(r"(denselayer\d+\.(?:norm|conv))\.(\d)", r"\1\2", key): value for key, value in state.items()}
    model = torchvision.models.get_model(name, weights=None)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        problems = textwrap.shorten(str(error).partition("\n")[2].rstrip("."), 160, placeholder=" ...")
        raise Error(f"{wanted}, got one that does not fit: {problems}; give the NAME of the file's network") from error
    return model, f"{os.path.basename(path)} sha256:{hashlib.sha256(contents).hexdigest()}"


def weights_url(name: str) -> str:
    return torchvision.models.get_model_weights(name).IMAGENET1K_V1.url


def downloaded_model(name: str) -> Tuple[nn.Module, str]:
    try:
        with tempfile.TemporaryDirectory() as folder:
            return model_from_file(name, fetch.obtain(fetch.weights_source(weights_url(name)), folder, fetch.given_mirror()))
    except fetch.DownloadError as error:
        problem = re.sub(r"; \d+ bytes are kept$", "", str(error))  # for they are not
        raise Error(f"{problem}; or get the file some other way and give it with --weights FILE") from error


def build(args: argparse.Namespace) -> Tuple[Backbone, Dict]:
    """The eager backbone and its description: backbone.json's object."""
    if args.random is not None:
        model, origin = random_model(args.name, args.random)
    elif args.weights is not None:
        model, origin = model_from_file(args.name, args.weights)
    else:
        model, origin = downloaded_model(args.name)
    model.eval()
    modules, stages = cut_into_stages(trunk_layers(model))
    backbone = BackboneWithLogits(modules, logits_from_last_map(model)) if args.logits else Backbone(modules)
    backbone.eval()
    description = {"format": 1, "name": args.name, "feature_dim": stages[-1]["channels"], "stages": stages,
                   "preprocess": PREPROCESS, "weights": origin, "licence": LICENSE,
                   "golden": {"size": GOLDEN_PX, "features": golden_features(backbone, args.name)}}
    if args.logits:
        description["classes"] = torchvision.models.get_model_weights(args.name).IMAGENET1K_V1.meta["categories"]
    return backbone, description


def add_digest(path: str) -> None:
    """Puts the SHA-256 of all bytes before the ZIP's end record into that record's comment, and syncs the file."""
    with open(path, "r+b") as file:
        contents = memoryview(file.read())
        digested, record = contents[:-END_RECORD_SIZE], bytes(contents[-END_RECORD_SIZE:])
        if not (record.startswith(b"PK\5\6") and record.endswith(b"\0\0")):
            raise Error(f"{path!r}: expected a ZIP without a comment, got something else; export it again")
        comment = f"pawprint seal 1 sha256:{hashlib.sha256(digested).hexdigest()}".encode("ascii")
        file.seek(-2, os.SEEK_END)
        file.write(len(comment).to_bytes(2, "little") + comment)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[str]:
    """Gives the name of a temporary file to fill, which then is at `path`: whole or not at all."""
    target = os.path.realpath(path)  # of a link, replace what it points to
    if os.path.exists(target) and not os.path.isfile(target):
        raise Error(f"{path!r}: expected a file to write, got a folder or a device; give -o a file name")
    temporary = f"{target}.{os.getpid()}"
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        raise Error(f"{path!r}: expected a file that can be written, got: {error.strerror}; check -o") from error
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def write_file(backbone: Backbone, description: Dict, path: str) -> None:
    with whole_file(path) as temporary:
        with open(temporary, "wb") as file:
            torch.jit.save(torch.jit.script(backbone), file, {"backbone.json": json.dumps(description, indent=1)})
        add_digest(temporary)


def seed_from(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, got {text!r}")
    return int(text)


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = ArgumentParser(prog="export_backbone.py", description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("name", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--weights", metavar="FILE", help="torchvision state dict (.pth); default: a download")
    parser.add_argument("--random", metavar="SEED", type=seed_from, help="random weights, for tests")
    parser.add_argument("-o", dest="out", metavar="FILE", required=True, help="the backbone file to write")
    parser.add_argument("--no-logits", dest="logits", action="store_false", help="leave the source's classifier out")
    parser.add_argument("--quiet", action="store_true", help="nothing on stderr but errors")
    parser.add_argument("--as", dest="prefix", metavar="TEXT", default="", help="what an error begins with")
    args = parser.parse_args(arguments)
    if args.name not in NAMES:
        raise UsageError(f"NAME: expected one of {', '.join(NAMES)}, got {args.name!r}; choose one of them")
    if args.weights is not None and args.random is not None:
        raise UsageError(f"--random: expected no --weights beside it, got {args.weights!r}; give one of the two")
    return args


def main(arguments: List[str]) -> int:
    torch.set_num_threads(1)  # so that sums, and the golden features, do not depend on the number of cores
    prefix = ""
    try:
        args = parse(arguments)
        prefix = args.prefix
        with contextlib.ExitStack() as stack, torch.no_grad():
            if args.quiet:
                stack.enter_context(contextlib.redirect_stderr(stack.enter_context(open(os.devnull, "w"))))
            backbone, description = build(args)
            write_file(backbone, description, args.out)
    except (Error, OSError) as error:
        print(f"{prefix}{explain(error)}", file=sys.stderr)
        return explain(error).exit_code
    parameters = sum(parameter.numel() for parameter in backbone.parameters())
    stages = ", ".join(f"{stage['name']} /{stage['stride']}" for stage in description["stages"])
    print(f"{args.out}: {args.name}, {description['feature_dim']} features, {parameters} parameters, stages: {stages}")
    return 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # TorchScript writes its code in the order of Python's hashes:
        os.environ["PYTHONHASHSEED"] = "0"       # the same export shall give the same bytes, and so the same id
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.exit(main(sys.argv[1:]))
