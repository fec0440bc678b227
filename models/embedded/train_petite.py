#!/usr/bin/python3
"""Trains petite, the small backbone that ships with pawprint, and writes it as a backbone file (petite.md).

A residual network of 1.2 M parameters learns what a bigger one, MobileNetV2, says of small ImageNet pictures and of
photos. Runs on Debian 12's python3-torchvision, on two cores in hours; the same command goes on where it stopped.
"""

import argparse
import concurrent.futures
import copy
import json
import math
import os
import random
import sys
import time
from typing import Dict, Iterable, List, Sequence, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import export_backbone
import petite_data
from export_backbone import Error

NAME = "petite"
PREPROCESS = {**export_backbone.PREPROCESS, "resize": 146, "crop": 128}
LICENCE = ("non-commercial research: trained on Tiny-ImageNet and on photos of Dogs vs. Cats, whose terms say so; "
           "teacher: torchvision's MobileNetV2, BSD-3-Clause")
WIDTHS = (24, 48, 80, 144, 256)  # channels of the stages, of strides 2 to 32
BLOCKS = (0, 1, 2, 1, 0)         # residual blocks of each stage
SIZES = ((0.4, 64), (0.8, 96), (1.0, 128))  # up to this share of the epochs, crops of so many pixels: small is fast
SMALL_TEACHER_PX, PHOTO_TEACHER_PX = 128, 160  # what the teacher sees; more tells it little more
BATCH = 128
PARTS = 2  # of a batch, each with BatchNorm statistics of its own, so that two cores do not wait for each other
LEARNING_RATE, WEIGHT_DECAY, WARM_UP = 2e-3, 0.02, 0.03
TEMPERATURE = 2.0  # of teacher and student (Hinton et al. 2015, arXiv:1503.02531)
FEATURES_WEIGHT, LABELS_WEIGHT = 2.0, 0.5  # of those losses, beside 1 for the logits
CHECKPOINT_S = 120
HEAD_L2 = 0.01


Workers = concurrent.futures.ThreadPoolExecutor  # each computes with one thread: they wait for nothing inside a step


def log(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def save(value: Dict, path: str) -> None:
    """Writes the file whole or not at all."""
    with open(path + ".new", "wb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def load(path: str, recipe: Dict) -> Dict:
    value = torch.load(path)
    changed = [key for key in recipe if recipe[key] != value["recipe"].get(key)]
    if changed:
        raise Error(f"{path!r}: expected a file of the same recipe, got one with other {', '.join(changed)}; "
                    "give another --work, or empty it")
    return value


def network_input(pixels: List[Tensor]) -> Tensor:
    return export_backbone.normalise(torch.stack(pixels).float() / 255).to(memory_format=torch.channels_last)


def convolution(inputs: int, outputs: int, stride: int = 1) -> List[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)]


class Block(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016, arXiv:1512.03385). [N,C,h,w] -> [N,C,h,w]"""

    def __init__(self, channels: int):
        super().__init__()
        self.residual = nn.Sequential(*convolution(channels, channels), nn.ReLU(inplace=True),
                                      *convolution(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.residual(x))


class Student(nn.Module):
    """The trunk and its classifier, which are kept, and two linear maps to the teacher's outputs, which are not."""

    def __init__(self, classes: int, teacher_classifier: nn.Linear):
        super().__init__()
        self.layers = nn.ModuleDict()
        for number, (inputs, outputs, blocks) in enumerate(zip((3, *WIDTHS), WIDTHS, BLOCKS), 1):
            self.layers[f"stage{number}"] = nn.Sequential(*convolution(inputs, outputs, 2), nn.ReLU(inplace=True),
                                                          *(Block(outputs) for _ in range(blocks)))
        self.classifier = nn.Linear(WIDTHS[-1], classes)
        self.to_features = nn.Linear(WIDTHS[-1], teacher_classifier.in_features)
        self.to_logits = nn.Linear(WIDTHS[-1], teacher_classifier.out_features)

    def forward(self, x: Tensor) -> Tensor:
        """[N,3,H,W] -> features [N,256]"""
        for layer in self.layers.values():
            x = layer(x)
        return export_backbone.average_pool(x)


def sharing_weights(student: Student) -> Student:
    """A copy whose parameters are the student's own; only the BatchNorm statistics are not."""
    replica = copy.deepcopy(student)
    for module, original in zip(replica.modules(), student.modules()):
        module._parameters.update(original._parameters)
    return replica


class Teacher:
    """MobileNetV2's pooled features of every view, computed once and kept as float16 [N,1280] in the work folder.

    It sees the crops and colours that the student will see, not whole pictures (Beyer et al. 2022, arXiv:2106.05237).
    """

    def __init__(self, model: nn.Module, data: petite_data.Data, recipe: Dict, work: str, workers: Workers):
        self.data, self.work, self.workers = data, work, workers
        self.recipe = {key: recipe[key] for key in ("data", "teacher", "photo_views", "hold_out", "seed")}
        self.classifier = model.classifier[-1]
        self.trunk = nn.Sequential(model.features, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()

    def features(self, view: int) -> Tensor:
        path = os.path.join(self.work, f"teacher-{view}.pt")
        if not os.path.exists(path):
            save({"recipe": self.recipe, "features": self.compute(view)}, path)
        return load(path, self.recipe)["features"]

    def compute(self, view: int) -> Tensor:
        small, begin = len(self.data.small), time.monotonic()
        batches = [range(at, min(at + BATCH, end)) for start, end in ((0, small), (small, len(self.data)))
                   for at in range(start, end, BATCH)]

        trunk = self.trunk.to(torch.bfloat16, memory_format=torch.channels_last)
        with torch.no_grad():
            trunk = torch.jit.freeze(torch.jit.trace(trunk, torch.zeros(1, 3, 64, 64).bfloat16()))

        def compute_batch(batch: Sequence[int]) -> Tensor:
            px = SMALL_TEACHER_PX if self.data.is_small(batch[0]) else PHOTO_TEACHER_PX
            pixels = [self.data.pixels(index, px, self.recipe["seed"], view) for index in batch]
            with torch.no_grad():
                return trunk(network_input(pixels).bfloat16()).half()

        features = list(self.workers.map(compute_batch, batches))
        log(f"teacher: view {view + 1}, {time.monotonic() - begin:.0f} s")
        return torch.cat(features)


def crop_px(epoch: int, epochs: int) -> int:
    return next(px for share, px in SIZES if epoch < share * epochs)


def learning_rate(progress: float) -> float:
    """progress 0..1: a short way up, then half a cosine down."""
    if progress < WARM_UP:
        return LEARNING_RATE * progress / WARM_UP
    return LEARNING_RATE * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2


class Training:
    """The student on its way. What a checkpoint holds, and the recipe, decide all that follows."""

    def __init__(self, data: petite_data.Data, teacher: Teacher, recipe: Dict, work: str, workers: Workers):
        self.data, self.teacher, self.recipe, self.workers = data, teacher, recipe, workers
        torch.manual_seed(recipe["seed"])
        self.student = Student(len(data.classes), teacher.classifier).to(memory_format=torch.channels_last)
        weights = [[weight for weight in self.student.parameters() if (weight.dim() > 1) == decayed]
                   for decayed in (True, False)]
        self.optimizer = torch.optim.AdamW([{"params": weights[0], "weight_decay": WEIGHT_DECAY},
                                            {"params": weights[1], "weight_decay": 0}])
        self.replicas = [self.student, *(sharing_weights(self.student) for _ in range(1, PARTS))]
        self.epoch, self.step = 0, 0
        self.steps = len(data) // BATCH or 1  # what is left over waits for the next epoch's order
        self.checkpoint = os.path.join(work, "checkpoint.pt")
        if os.path.exists(self.checkpoint):
            state = load(self.checkpoint, recipe)
            self.student.load_state_dict(state["student"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.epoch, self.step = state["epoch"], state["step"]
            log(f"goes on in epoch {self.epoch + 1} after step {self.step} of {self.steps}")

    def save(self) -> None:
        save({"recipe": self.recipe, "epoch": self.epoch, "step": self.step, "student": self.student.state_dict(),
              "optimizer": self.optimizer.state_dict()}, self.checkpoint)

    def run(self) -> None:
        while self.epoch < self.recipe["epochs"]:
            self.run_epoch()
            self.epoch, self.step = self.epoch + 1, 0
            self.save()
            if self.epoch % self.recipe["probe_every"] == 0 or self.epoch == self.recipe["epochs"]:
                log(f"epoch {self.epoch}: a head fitted on {len(self.data.photos.labels)} photos is right on "
                    f"{held_out_accuracy(self.student, self.data):.4f} of {len(self.data.held_out.labels)} never seen")

    def run_epoch(self) -> None:
        seed, epoch = self.recipe["seed"], self.epoch
        view, px = epoch % self.recipe["views"], crop_px(epoch, self.recipe["epochs"])
        teacher_features = self.teacher.features(view)
        scale = teacher_features.float().std(0) + 1e-3
        generator = torch.Generator().manual_seed(seed * 10007 + epoch)
        order = torch.randperm(len(self.data), generator=generator).tolist()
        batches = [order[step * BATCH:(step + 1) * BATCH] for step in range(self.step, self.steps)]

        def compute_part(replica: Student, part: List[int]) -> Tuple[Tensor, Sequence[Tensor]]:
            # To the teacher a mirrored picture is nearly the same: its features serve for both.
            mirrored = [random.Random(f"mirror {seed} {epoch} {index}").random() < 0.5 for index in part]
            pixels = [self.data.pixels(index, px, seed, view, mirror) for index, mirror in zip(part, mirrored)]
            return self.gradients(replica, part, network_input(pixels), teacher_features[part].float(), scale)

        sums, begin, saved = torch.zeros(3), time.monotonic(), time.monotonic()
        for replica in self.replicas:
            replica.train()
        for batch in batches:
            sums += self.learn(self.workers.map(compute_part, self.replicas,
                                                [batch[first::PARTS] for first in range(PARTS)]))
            self.step += 1
            if time.monotonic() - saved > CHECKPOINT_S:
                self.save()
                saved = time.monotonic()
        losses = ", ".join(f"{name} {mean:.4f}" for name, mean in
                           zip(("features", "logits", "labels"), sums / max(1, len(batches))))
        log(f"epoch {epoch + 1} of {self.recipe['epochs']} at {px} px: {losses}; {time.monotonic() - begin:.0f} s")

    def gradients(self, replica: Student, part: List[int], inputs: Tensor, wanted: Tensor,
                  scale: Tensor) -> Tuple[Tensor, Sequence[Tensor]]:
        """inputs [N,3,S,S], wanted: the teacher's features [N,1280], scale [1280] -> the three losses, gradients"""
        with torch.no_grad():
            soft = functional.softmax(self.teacher.classifier(wanted) / TEMPERATURE, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
            features = replica(inputs)
        features = features.float()
        feature_loss = ((replica.to_features(features) - wanted) / scale).square().mean()
        logit_loss = TEMPERATURE ** 2 * functional.kl_div(
            functional.log_softmax(replica.to_logits(features) / TEMPERATURE, 1), soft, reduction="batchmean")
        rows = [row for row, index in enumerate(part) if self.data.is_small(index)]
        labels = torch.tensor([self.data.labels[part[row]] for row in rows], dtype=torch.int64)
        label_loss = functional.cross_entropy(replica.classifier(features[rows]), labels, reduction="sum") / len(part)
        loss = FEATURES_WEIGHT * feature_loss + logit_loss + LABELS_WEIGHT * label_loss
        return (torch.stack([feature_loss, logit_loss, label_loss]).detach(),
                torch.autograd.grad(loss, list(self.student.parameters())))

    def learn(self, parts: Iterable[Tuple[Tensor, Sequence[Tensor]]]) -> Tensor:
        losses, gradients = zip(*parts)
        for weight, *of_parts in zip(self.student.parameters(), *gradients):
            weight.grad = torch.stack(of_parts).mean(0)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate((self.epoch + self.step / self.steps) / self.recipe["epochs"])
        self.optimizer.step()
        return torch.stack(losses).mean(0)


def held_out_accuracy(student: Student, data: petite_data.Data) -> float:
    """Of a logistic head (L-BFGS, L2) fitted on the photos learnt from."""
    def features(photos: petite_data.Photos) -> Tensor:
        views = [petite_data.centre(photo, PREPROCESS["resize"], PREPROCESS["crop"]) for photo in photos.pictures]
        with torch.no_grad():
            return torch.cat([student(network_input(views[at:at + BATCH])) for at in range(0, len(views), BATCH)])

    student.eval()
    seen, held_out = features(data.photos), features(data.held_out)
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6
    seen, held_out = (seen - mean) / deviation, (held_out - mean) / deviation
    labels = torch.tensor(data.photos.labels)
    weight = torch.zeros(int(labels.max()) + 1, seen.shape[1] + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = (functional.cross_entropy(functional.linear(seen, weight[:, 1:], weight[:, 0]), labels)
                 + HEAD_L2 / 2 * weight[:, 1:].square().sum())
        value.backward()
        return value

    optimizer.step(loss)
    with torch.no_grad():
        answers = functional.linear(held_out, weight[:, 1:], weight[:, 0]).argmax(1)
    return (answers == torch.tensor(data.held_out.labels)).float().mean().item()


def backbone_of(student: Student, classes: List[str], weights: str) -> Tuple[export_backbone.Backbone, Dict]:
    student.eval().to(memory_format=torch.contiguous_format)
    modules, stages = export_backbone.cut_into_stages(dict(student.layers.items()))
    classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), student.classifier)
    backbone = export_backbone.BackboneWithLogits(modules, classifier).eval()
    features = export_backbone.golden_features(backbone, NAME)
    return backbone, {"format": 1, "name": NAME, "feature_dim": stages[-1]["channels"], "stages": stages,
                      "preprocess": PREPROCESS, "weights": weights, "licence": LICENCE,
                      "golden": {"size": export_backbone.GOLDEN_PX, "features": features}, "classes": classes}


def count_from(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10 ** 9:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = export_backbone.ArgumentParser(prog="train_petite.py", description=__doc__.partition("\n")[0],
                                            formatter_class=argparse.ArgumentDefaultsHelpFormatter, allow_abbrev=False)
    for option, metavar, text in (
            ("--images", "FILE", "small labelled pictures: a tar.gz of WNID/NAME.JPEG"),
            ("--classes", "FILE", "their classes: a table of wnid and name"),
            ("--photos", "DIR", "photos, a folder per class; the classes are only measured with"),
            ("--teacher", "FILE", "torchvision state dict of mobilenet_v2"),
            ("--work", "DIR", "for checkpoints and the teacher's outputs; goes on with what is there")):
        parser.add_argument(option, metavar=metavar, required=True, help=text, default=argparse.SUPPRESS)
    parser.add_argument("-o", dest="out", metavar="FILE", required=True, help="the backbone file to write",
                        default=argparse.SUPPRESS)
    for option, default, text in (
            ("--epochs", 24, "passes over all pictures"),
            ("--views", 4, "epochs until the same crops come again"),
            ("--photo-views", 8, "crops of each photo in an epoch"),
            ("--hold-out", 4, "one photo in N is never seen, and tested on"),
            ("--probe-every", 3, "epochs between tests"),
            ("--threads", 2, "one core each")):
        parser.add_argument(option, metavar="N", type=count_from, default=default, help=text)
    parser.add_argument("--seed", metavar="N", type=export_backbone.seed_from, default=1, help="of every random draw")
    return parser.parse_args(arguments)


def train(args: argparse.Namespace) -> Tuple[export_backbone.Backbone, Dict]:
    model, origin = export_backbone.model_from_file("mobilenet_v2", args.teacher)
    data = petite_data.read_data(args.images, args.classes, args.photos, args.hold_out, args.photo_views)
    chosen = ("epochs", "views", "photo_views", "hold_out", "probe_every", "seed")
    recipe = {"data": data.digest, "teacher": origin, **{key: getattr(args, key) for key in chosen}}
    log(f"{len(data.small)} small pictures, {len(data.photos.labels)} photos {args.photo_views} times an epoch, "
        f"{len(data.held_out.labels)} photos held out")
    os.makedirs(args.work, exist_ok=True)
    with Workers(args.threads, initializer=torch.set_num_threads, initargs=(1,)) as workers:
        training = Training(data, Teacher(model, data, recipe, args.work, workers), recipe, args.work, workers)
        training.run()
    with torch.no_grad():
        return backbone_of(training.student, data.classes, f"trained by train_petite.py: {json.dumps(recipe)}")


def main(arguments: List[str]) -> int:
    try:
        args = parse(arguments)
        torch.set_num_threads(1)
        backbone, description = train(args)
        export_backbone.write_file(backbone, description, args.out)
    except Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    parameters = sum(parameter.numel() for parameter in backbone.parameters())
    print(f"{args.out}: {NAME}, {description['feature_dim']} features, {parameters} parameters")
    return 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # as in export_backbone.py: the same weights shall give the same bytes
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.exit(main(sys.argv[1:]))
