#!/usr/bin/python3
"""Trains petite, the small backbone that is built into pawprint, and writes it as a backbone file (petite.md).

A residual network learns what two bigger ones, MobileNetV2 and ResNet-18, say of every place of small ImageNet pictures and of
photos. Runs on Debian 12's python3-torchvision, on two cores in hours; the same command goes on where it stopped.
"""

import argparse
import concurrent.futures
import copy
import functools
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
import petite_network
import petite_teachers
from export_backbone import Error
from petite_files import load, log, save
from petite_optimizer import Optimizer

SIZES = ((0.35, 64), (0.7, 96), (1.0, 128))  # up to this share of the steps, crops of so many pixels: small is fast
STRIDE = 32  # pixels of a cell of the last map
PARTS = 2  # of a batch, each with BatchNorm statistics of its own, so that two cores do not wait for each other
WARM_UP = 0.02  # share of the steps
TEMPERATURE = 2.0  # of teachers and student (Hinton et al. 2015, arXiv:1503.02531)
PASTED = 0.3  # share of the crops into which a part of another is pasted (CutMix: Yun et al. 2019, arXiv:1905.04899)
WEIGHTS = {"places": 1.0, "pooled": 1.0, "logits": 1.0, "labels": 0.3}  # of the losses
AVERAGE_EVERY, AVERAGE_DECAY = 4, 0.996  # steps; the mean of the weights of late is what the file holds
CHECKPOINT_S = 120
HEAD_L2 = 0.01
PROBE_BATCH = 32

Workers = concurrent.futures.ThreadPoolExecutor  # each computes with one thread: they wait for nothing inside a step


def sharing_weights(student: petite_network.Student) -> petite_network.Student:
    """A copy whose parameters are the student's own; only the BatchNorm statistics are not."""
    replica = copy.deepcopy(student)
    for module, original in zip(replica.modules(), student.modules()):
        module._parameters.update(original._parameters)
    return replica


def crop_px(progress: float) -> int:
    return next(px for share, px in SIZES if progress < share)


def rate_at(progress: float) -> float:
    """Of the full learning rate; progress 0..1: a short way up, then half a cosine down."""
    if progress < WARM_UP:
        return progress / WARM_UP
    return (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) / 2


@functools.lru_cache(maxsize=4)
def shuffled(count: int, seed: str) -> List[int]:
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return order


def drawn(count: int, first: int, wanted: int, seed: str) -> List[int]:
    """Numbers first..first+wanted of an endless row in which each pass over `count` has an order of its own."""
    return [shuffled(count, f"{seed} {at // count}")[at % count] for at in range(first, first + wanted)]


def label_losses(log_probabilities: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy [N] of those that have a label, 0 for those that have -1."""
    loss = -log_probabilities.gather(1, labels.clamp(min=0).unsqueeze(1)).squeeze(1)
    return torch.where(labels >= 0, loss, torch.zeros_like(loss))


def pasted_cells(rng: random.Random, count: int, side: int) -> Tensor:
    """[N,1,side,side]: 1 where a cell shows another picture, a rectangle in some of N."""
    cells = torch.zeros(count, 1, side, side)
    for one in cells:
        width, height = rng.randint(1, side), rng.randint(1, side)
        left, top = rng.randint(0, side - width), rng.randint(0, side - height)
        if rng.random() < PASTED and width * height < side * side:
            one[0, top:top + height, left:left + width] = 1
    return cells


class Training:
    """The student on its way. What a checkpoint holds, and the recipe, decide all that follows."""

    def __init__(self, data: petite_data.Data, knowledge: petite_teachers.Knowledge, recipe: Dict, work: str,
                 workers: Workers):
        self.data, self.knowledge, self.recipe, self.workers = data, knowledge, recipe, workers
        self.pictures = data.small.pictures + data.photos
        self.labels = torch.tensor(data.small.labels + [-1] * len(data.photos))
        self.deviation = knowledge.variance.sqrt()
        self.pooled_variance = torch.stack([m.float().mean((0, 1)) for m in knowledge.maps]).var(0).sum()
        torch.manual_seed(recipe["seed"])
        self.student = petite_network.Student(len(knowledge.variance), knowledge.heads[0][1].numel(),
                                              len(data.classes)).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.student)
        self.optimizer = Optimizer(self.student, workers)
        self.replicas = [self.student, *(sharing_weights(self.student) for _ in range(1, PARTS))]
        self.step = 0
        self.checkpoint = os.path.join(work, "checkpoint.pt")
        if os.path.exists(self.checkpoint):
            state = load(self.checkpoint, recipe)
            for name in ("student", "average", "optimizer"):
                getattr(self, name).load_state_dict(state[name])
            self.step = state["step"]
            log(f"goes on after step {self.step} of {recipe['steps']}")

    def save(self) -> None:
        save({"recipe": self.recipe, "step": self.step, "student": self.student.state_dict(),
              "average": self.average.state_dict(), "optimizer": self.optimizer.state_dict()}, self.checkpoint)

    def run(self) -> None:
        steps, every = self.recipe["steps"], self.recipe["probe_every"]
        sums, first, begin, saved = torch.zeros(len(WEIGHTS)), self.step, time.monotonic(), time.monotonic()
        while self.step < steps:
            sums += self.learn(self.workers.map(self.compute_part, range(PARTS)))
            self.step += 1
            done = self.step == steps
            if self.step % every == 0 or done:
                losses = ", ".join(f"{name} {mean:.4f}" for name, mean in zip(WEIGHTS, sums / (self.step - first)))
                log(f"step {self.step} of {steps}: {losses}; {time.monotonic() - begin:.0f} s; a head fitted on "
                    f"{len(self.data.seen.labels)} photos is right on {held_out_accuracy(self.average, self.data):.4f} "
                    f"of {len(self.data.held_out.labels)} never seen")
                sums, first, begin = torch.zeros(len(WEIGHTS)), self.step, time.monotonic()
            if done or time.monotonic() - saved > CHECKPOINT_S:
                self.save()
                saved = time.monotonic()

    def pictures_of_part(self, part: int) -> List[int]:
        """Half of the small pictures and half photos."""
        count, small, seed = self.recipe["batch"] // PARTS, len(self.data.small.pictures), self.recipe["seed"]
        begin = (self.step * PARTS + part) * (count // 2)
        return (drawn(small, begin, count // 2, f"small {seed}")
                + [small + index for index in drawn(len(self.data.photos), begin, count // 2, f"photos {seed}")])

    def views(self, rng: random.Random, numbers: List[int], px: int) -> Tuple[Tensor, Tensor]:
        """The network's input [N,3,px,px], and what the teachers say [N,K,px/32,px/32]."""
        pixels, said = [], []
        for number in numbers:
            picture, small = self.pictures[number], number < len(self.data.small.pictures)
            view = petite_data.View.draw(rng, picture, petite_data.SMALL_AREA if small else petite_data.PHOTO_AREA)
            pixels.append(view.pixels(picture, px))
            said.append(view.cells(self.knowledge.maps[number], picture, px // STRIDE))
        return petite_data.recolored(rng, torch.stack(pixels)), torch.stack(said).permute(0, 3, 1, 2)

    def compute_part(self, part: int) -> Tuple[Tensor, Sequence[Tensor]]:
        """The losses of a part of the batch, and their gradients."""
        rng = random.Random(f"{self.recipe['seed']} {self.step} {part}")
        numbers, px = self.pictures_of_part(part), crop_px(self.step / self.recipe["steps"])
        inputs, said = self.views(rng, numbers, px)
        # A cell of one picture in another: what the teachers say of it goes along.
        cells, other = pasted_cells(rng, len(numbers), px // STRIDE), torch.tensor(rng.sample(range(len(numbers)), len(numbers)))
        kept = 1 - cells.mean((1, 2, 3))
        pixels = functional.interpolate(cells, scale_factor=float(STRIDE), mode="nearest")
        mixed_inputs = (inputs + pixels * (inputs[other] - inputs)).contiguous(memory_format=torch.channels_last)
        soft = self.knowledge.probabilities(said.mean((2, 3)), TEMPERATURE)
        soft = kept[:, None] * soft + (1 - kept[:, None]) * soft[other]
        said = said + cells * (said[other] - said)
        labels = self.labels[numbers]

        student = self.replicas[part]
        with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
            last_map = student(mixed_inputs)
        places = last_map.float().permute(0, 2, 3, 1)
        pooled = places.mean((1, 2))
        guess = student.to_components(places) * self.deviation
        log_probabilities = functional.log_softmax(student.to_classes(pooled), 1)
        losses = [
            (guess - said.permute(0, 2, 3, 1)).square().sum(3).mean() / self.knowledge.variance.sum(),
            (guess.mean((1, 2)) - said.mean((2, 3))).square().sum(1).mean() / self.pooled_variance,
            TEMPERATURE ** 2 * functional.kl_div(functional.log_softmax(student.classifier(pooled) / TEMPERATURE, 1), soft,
                                                 reduction="batchmean"),
            (kept * label_losses(log_probabilities, labels)
             + (1 - kept) * label_losses(log_probabilities, labels[other])).mean()]
        loss = sum(weight * loss for weight, loss in zip(WEIGHTS.values(), losses))
        return torch.stack(losses).detach(), torch.autograd.grad(loss, list(self.student.parameters()))

    @torch.no_grad()
    def learn(self, parts: Iterable[Tuple[Tensor, Sequence[Tensor]]]) -> Tensor:
        losses, gradients = zip(*parts)
        for weight, *of_parts in zip(self.student.parameters(), *gradients):
            weight.grad = sum(of_parts) / PARTS
        self.optimizer.step(rate_at(self.step / self.recipe["steps"]))
        if self.step % AVERAGE_EVERY == 0:
            keep = min(AVERAGE_DECAY, self.step / (self.step + 10 * AVERAGE_EVERY))  # the first weights are soon forgotten
            for mean, now in zip(self.average.state_dict().values(), self.student.state_dict().values()):
                if mean.is_floating_point():
                    mean.lerp_(now, 1 - keep)
        return torch.stack(losses).mean(0)


def held_out_accuracy(student: nn.Module, data: petite_data.Data) -> float:
    """Of a logistic head (L-BFGS, L2) fitted on the photos learned from."""
    def features(photos: petite_data.Labeled) -> Tensor:
        crops = [petite_data.center(photo, petite_network.PREPROCESS["resize"], petite_network.PREPROCESS["crop"])
                 for photo in photos.pictures]
        with torch.no_grad():
            return torch.cat([student(petite_data.network_input(torch.stack(crops[at:at + PROBE_BATCH]))).mean((2, 3))
                              for at in range(0, len(crops), PROBE_BATCH)])

    student.eval()
    seen, held_out = features(data.seen), features(data.held_out)
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6
    seen, held_out = (seen - mean) / deviation, (held_out - mean) / deviation
    labels = torch.tensor(data.seen.labels)
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


def count_from(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10 ** 9:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = export_backbone.ArgumentParser(prog="train_petite.py", description=__doc__.partition("\n")[0],
                                            formatter_class=argparse.ArgumentDefaultsHelpFormatter, allow_abbrev=False)
    for option, metavar, text in (
            ("--images", "FILE", "small labeled pictures: a tar.gz of WNID/NAME.JPEG"),
            ("--classes", "FILE", "their classes: a table of wnid and name"),
            ("--photos", "DIR", "photos, a folder per class; the classes are only measured with"),
            ("--unlabeled", "DIR", "photos of all sorts"),
            ("--mobilenet", "FILE", "teacher: torchvision state dict of mobilenet_v2"),
            ("--resnet", "FILE", "teacher: torchvision state dict of resnet18"),
            ("--work", "DIR", "for checkpoints and what the teachers say; goes on with what is there")):
        parser.add_argument(option, metavar=metavar, required=True, help=text, default=argparse.SUPPRESS)
    parser.add_argument("-o", dest="out", metavar="FILE", required=True, help="the backbone file to write",
                        default=argparse.SUPPRESS)
    for option, default, text in (
            ("--steps", 9000, "batches to learn from"),
            ("--batch", 128, "views in a batch, a multiple of 4"),
            ("--hold-out", 4, "one photo in N is never seen, and tested on"),
            ("--leave-out", 10, "one class in N of the small pictures is never seen"),
            ("--probe-every", 500, "steps between tests"),
            ("--threads", 2, "one core each")):
        parser.add_argument(option, metavar="N", type=count_from, default=default, help=text)
    parser.add_argument("--seed", metavar="N", type=export_backbone.seed_from, default=1, help="of every random draw")
    args = parser.parse_args(arguments)
    if args.batch % (2 * PARTS):
        raise export_backbone.UsageError(f"--batch: expected a multiple of {2 * PARTS}, got {args.batch}")
    return args


def knowledge_of(models: Sequence[nn.Module], data: petite_data.Data, recipe: Dict, work: str,
                 workers: Workers) -> petite_teachers.Knowledge:
    """Computed once and kept in the work folder."""
    path = os.path.join(work, "teachers.pt")
    recipe = {key: recipe[key] for key in ("data", "teachers", "hold_out", "leave_out")}
    if not os.path.exists(path):
        begin = time.monotonic()
        knowledge = petite_teachers.ask(models, data.small.pictures, data.photos, workers.map)
        save({"recipe": recipe, "knowledge": vars(knowledge)}, path)
        log(f"teachers: {time.monotonic() - begin:.0f} s")
    return petite_teachers.Knowledge(**load(path, recipe)["knowledge"])


def train(args: argparse.Namespace) -> Tuple[export_backbone.Backbone, Dict]:
    models, origins = zip(*(export_backbone.model_from_file(name, path) for name, path in
                            zip(petite_teachers.NAMES, (args.mobilenet, args.resnet))))
    data = petite_data.read_data(args.images, args.classes, args.photos, args.unlabeled, args.hold_out, args.leave_out)
    chosen = ("steps", "batch", "hold_out", "leave_out", "probe_every", "seed")
    recipe = {"data": data.digest, "teachers": list(origins), **{key: getattr(args, key) for key in chosen}}
    log(f"{len(data.small.labels)} small pictures, {len(data.photos)} photos, "
        f"{len(data.held_out.labels)} photos held out")
    os.makedirs(args.work, exist_ok=True)
    with Workers(args.threads, initializer=torch.set_num_threads, initargs=(1,)) as workers:
        knowledge = knowledge_of(models, data, recipe, args.work, workers)
        training = Training(data, knowledge, recipe, args.work, workers)
        training.run()
    return petite_network.backbone_of(training.average, recipe)


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
    print(f"{args.out}: {petite_network.NAME}, {description['feature_dim']} features, {parameters} parameters")
    return 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # as in export_backbone.py: the same weights shall give the same bytes
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.exit(main(sys.argv[1:]))
