#!/usr/bin/python3
"""Trains petite, the small backbone that is built into pawprint, and writes it as a backbone file (petite.md).

A residual network learns to answer as two bigger ones, MobileNetV2 and ResNet-18, do to the same views of pictures, parts of them
and mixtures ("function matching": Beyer et al. 2022, arXiv:2106.05237). Runs on Debian 12's python3-torchvision and later ones, in
minutes on a GPU; the same command goes on where it stopped.
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
from typing import Dict, List, Sequence, Tuple

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

SIZES = (96, 128, 128, 160)  # pixels of what petite sees, one drawn for each batch
LAST_SIZE, LAST_SHARE = 128, 0.2  # and in the last share of the batches, as it is used
STRIDE = 32  # pixels of a cell of the last map
WARM_UP = 0.02  # share of the steps
TEMPERATURE = 2.0  # of teachers and student (Hinton et al. 2015, arXiv:1503.02531)
LOSSES = ("places", "pooled", "classes")
AVERAGE_EVERY, AVERAGE_DECAY = 4, 0.996  # steps; the mean of the weights of late is what the file holds
STATISTICS_BATCHES = 8  # views that the teachers' features are standardized by
CHECKPOINT_S = 120
HEAD_L2 = 0.01
PROBE_BATCH = 128


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


def drawn(count: int, first: int, wanted: int, seed: str) -> Tensor:
    """Numbers first..first+wanted of an endless row in which each pass over `count` has an order of its own."""
    return torch.tensor([shuffled(count, f"{seed} {at // count}")[at % count] for at in range(first, first + wanted)])


class Probe:
    """How well a head does on photos never learned from."""

    def __init__(self, data: petite_data.Data, device: torch.device):
        sizes = (petite_network.PREPROCESS["resize"], petite_network.PREPROCESS["crop"])
        photos = torch.stack([petite_data.center(photo, *sizes) for photo in data.seen.pictures + data.held_out.pictures])
        self.photos = export_backbone.normalize(photos.float() / 255).split(PROBE_BATCH)
        self.seen, self.labels = len(data.seen.labels), torch.tensor(data.seen.labels + data.held_out.labels, device=device)
        self.device = device

    def accuracy(self, student: nn.Module) -> float:
        """Of a logistic head (L-BFGS, L2) fitted on the photos learned from."""
        student.eval()
        with torch.no_grad():
            features = torch.cat([student(batch.to(self.device)).mean((2, 3)) for batch in self.photos])
        seen = features[:self.seen]
        features = (features - seen.mean(0)) / (seen.std(0) + 1e-6)
        seen, held_out = features[:self.seen], features[self.seen:]
        weight = torch.zeros(int(self.labels.max()) + 1, features.shape[1] + 1, requires_grad=True, device=self.device)
        optimizer = torch.optim.LBFGS([weight], max_iter=100, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            value = (functional.cross_entropy(functional.linear(seen, weight[:, 1:], weight[:, 0]), self.labels[:self.seen])
                     + HEAD_L2 / 2 * weight[:, 1:].square().sum())
            value.backward()
            return value

        optimizer.step(loss)
        with torch.no_grad():
            answers = functional.linear(held_out, weight[:, 1:], weight[:, 0]).argmax(1)
        return (answers == self.labels[self.seen:]).float().mean().item()


class Training:
    """The student on its way. What a checkpoint holds, and the recipe, decide all that follows."""

    def __init__(self, data: petite_data.Data, models: Sequence[nn.Module], recipe: Dict, work: str, device: torch.device):
        self.recipe, self.device = recipe, device
        self.small, self.photos = (petite_data.Pictures.of(pictures, device) for pictures in (data.small, data.photos))
        self.probe = Probe(data, device)
        with torch.no_grad():
            views = torch.cat([self.views(-1 - batch, self.generator(-1 - batch)) for batch in range(STATISTICS_BATCHES)])
            self.teachers = petite_teachers.Teachers(models, views, TEMPERATURE)
        torch.manual_seed(recipe["seed"])
        self.student = petite_network.Student(len(self.teachers.mean), self.teachers.classifiers[0].out_features).to(
            device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.student)
        self.optimizer = Optimizer(self.student)
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
        sums, first = torch.zeros(len(LOSSES), device=self.device), self.step
        begin = saved = time.monotonic()
        while self.step < steps:
            sums += self.learn()
            self.step += 1
            done = self.step == steps
            if self.step % every == 0 or done:
                losses = ", ".join(f"{name} {mean:.4f}" for name, mean in zip(LOSSES, sums / (self.step - first)))
                log(f"step {self.step} of {steps}: {losses}; {time.monotonic() - begin:.0f} s; a head is right on "
                    f"{self.probe.accuracy(self.average):.4f} of {len(self.probe.labels) - self.probe.seen} photos never seen")
                sums.zero_()
                first, begin = self.step, time.monotonic()
            if done or time.monotonic() - saved > CHECKPOINT_S:
                self.save()
                saved = time.monotonic()

    def generator(self, step: int) -> torch.Generator:
        return torch.Generator().manual_seed(random.Random(f"{self.recipe['seed']} {step}").getrandbits(62))

    def views(self, step: int, generator: torch.Generator) -> Tensor:
        """Half of small pictures and half of photos: [N,3,PX,PX], normalized."""
        count, px = self.recipe["batch"] // 2, petite_teachers.PX
        of_each = [pictures.views(generator, drawn(len(pictures), step * count, count, f"{name} {self.recipe['seed']}"), area, px)
                   for name, pictures, area in (("small", self.small, petite_data.SMALL_AREA),
                                                ("photos", self.photos, petite_data.PHOTO_AREA))]
        return petite_data.recolored(generator, torch.cat(of_each))

    def losses(self) -> Tensor:
        """[3], as LOSSES says, of the next batch."""
        generator = self.generator(self.step)
        px = LAST_SIZE
        if self.step < (1 - LAST_SHARE) * self.recipe["steps"]:
            px = SIZES[torch.randint(len(SIZES), (1,), generator=generator).item()]
        with torch.no_grad():
            inputs = petite_data.mixed(generator, self.views(self.step, generator))
            answers = self.teachers.ask(inputs, px // STRIDE)
            seen = functional.interpolate(inputs, (px, px), mode="bilinear", antialias=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            last_map = self.student(seen.contiguous(memory_format=torch.channels_last))
        places = last_map.float().permute(0, 2, 3, 1)
        pooled = places.mean((1, 2))
        wrong = self.student.to_teachers(places) * self.teachers.weight - answers.places
        logits = self.student.classifier(pooled)
        return torch.stack([
            wrong.square().sum(3).mean() / self.teachers.places_variance,
            wrong.mean((1, 2)).square().sum(1).mean() / self.teachers.pooled_variance,
            TEMPERATURE ** 2 * functional.kl_div(functional.log_softmax(logits / TEMPERATURE, 1), answers.probabilities,
                                                 reduction="batchmean")])

    def learn(self) -> Tensor:
        self.student.train()
        losses = self.losses()
        self.optimizer.zero_grad()
        losses.sum().backward()
        self.optimizer.step(rate_at(self.step / self.recipe["steps"]))
        if self.step % AVERAGE_EVERY == 0:
            keep = min(AVERAGE_DECAY, self.step / (self.step + 10 * AVERAGE_EVERY))  # the first weights are soon forgotten
            with torch.no_grad():
                for mean, now in zip(self.average.state_dict().values(), self.student.state_dict().values()):
                    if mean.is_floating_point():
                        mean.lerp_(now, 1 - keep)
        return losses.detach()


def count_from(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10 ** 9:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def device_from(text: str) -> torch.device:
    if text not in ("cpu", "cuda") or (text == "cuda" and not torch.cuda.is_available()):
        raise argparse.ArgumentTypeError(f"expected cpu, or cuda where there is a GPU, got {text!r}")
    return torch.device(text)


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = export_backbone.ArgumentParser(prog="train_petite.py", description=__doc__.partition("\n")[0],
                                            formatter_class=argparse.ArgumentDefaultsHelpFormatter, allow_abbrev=False)
    for option, metavar, text in (
            ("--images", "FILE", "small pictures: a tar.gz of WNID/NAME.JPEG; the classes only say which to leave out"),
            ("--photos", "DIR", "photos, a folder per class; the classes are only measured with"),
            ("--unlabeled", "DIR", "photos of all sorts"),
            ("--mobilenet", "FILE", "teacher: torchvision state dict of mobilenet_v2"),
            ("--resnet", "FILE", "teacher: torchvision state dict of resnet18"),
            ("--work", "DIR", "for checkpoints; goes on with what is there")):
        parser.add_argument(option, metavar=metavar, required=True, help=text, default=argparse.SUPPRESS)
    parser.add_argument("-o", dest="out", metavar="FILE", required=True, help="the backbone file to write",
                        default=argparse.SUPPRESS)
    for option, default, text in (
            ("--steps", 8500, "batches to learn from"),
            ("--batch", 512, "views in a batch, an even number"),
            ("--hold-out", 4, "one photo in N is never seen, and tested on"),
            ("--leave-out", 10, "one class in N of the small pictures is never seen"),
            ("--probe-every", 500, "steps between tests"),
            ("--threads", 2, "that decode pictures")):
        parser.add_argument(option, metavar="N", type=count_from, default=default, help=text)
    parser.add_argument("--seed", metavar="N", type=export_backbone.seed_from, default=1, help="of every random draw")
    parser.add_argument("--device", metavar="cpu|cuda", type=device_from, default="cuda" if torch.cuda.is_available() else "cpu",
                        help="where both compute")
    args = parser.parse_args(arguments)
    if args.batch % 2:
        raise export_backbone.UsageError(f"--batch: expected an even number, got {args.batch}")
    return args


def train(args: argparse.Namespace) -> Tuple[export_backbone.Backbone, Dict]:
    torch.use_deterministic_algorithms(True)
    models, origins = zip(*(export_backbone.model_from_file(name, path) for name, path in
                            zip(petite_teachers.NAMES, (args.mobilenet, args.resnet))))
    with concurrent.futures.ThreadPoolExecutor(args.threads) as workers:
        data = petite_data.read_data(args.images, args.photos, args.unlabeled, args.hold_out, args.leave_out, workers)
    chosen = ("steps", "batch", "hold_out", "leave_out", "probe_every", "seed")
    recipe = {"data": data.digest, "teachers": list(origins), "device": args.device.type,
              **{key: getattr(args, key) for key in chosen}}
    log(f"{len(data.small)} small pictures, {len(data.photos)} photos, {len(data.held_out.labels)} photos held out")
    os.makedirs(args.work, exist_ok=True)
    training = Training(data, models, recipe, args.work, args.device)
    training.run()
    return petite_network.backbone_of(training.average.cpu(), recipe)


def main(arguments: List[str]) -> int:
    try:
        args = parse(arguments)
        backbone, description = train(args)
        export_backbone.write_file(backbone, description, args.out)
    except Error as error:
        print(error, file=sys.stderr)
        return error.exit_code
    parameters = sum(parameter.numel() for parameter in backbone.parameters())
    print(f"{args.out}: {petite_network.NAME}, {description['feature_dim']} features, {parameters} parameters")
    return 0


if __name__ == "__main__":
    # As in export_backbone.py: the same weights shall give the same bytes. cuBLAS asks for its setting to compute the same twice.
    needed = {"PYTHONHASHSEED": "0", "CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
    if any(os.environ.get(name) != value for name, value in needed.items()):
        os.environ.update(needed)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.exit(main(sys.argv[1:]))
