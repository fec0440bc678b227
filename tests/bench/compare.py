#!/usr/bin/python3
"""Compares pawprint with what people run instead, on the same photos, and prints a Markdown table.

usage: /usr/bin/python3 tests/bench/compare.py [options]      (--help lists them)

Measured in turn and several times over, so that a disturbed moment falls on all; of each figure the best counts. The
machine should do nothing else: which share of it other processes took meanwhile is said of each run (others).
"""
import argparse
import itertools
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MOBILENET, RESNET = "mobilenet_v2", "resnet18"
MOST_DISTURBED = 0.03  # of all cores' time, by other processes
COPIES = 25_000
Figures = dict[str, float]  # *_s: seconds, the least is the best; everything else: the most is


@dataclass
class Row:
    name: str
    what: str
    needs: list[str]  # steps
    figure: Callable[[dict[str, Figures]], tuple[float, str]]  # the value, and what it is made of
    bound: float
    unit: str
    at_most: bool = False

    def cells(self, best):
        missing = [need for need in self.needs if need not in best]
        if missing:
            return [self.name, self.what, "not measured", self.threshold(), "", f"needs {', '.join(missing)}"]
        value, made_of = self.figure(best)
        holds = value <= self.bound if self.at_most else value >= self.bound
        return [self.name, self.what, f"{value:,.{1 if value < 100 else 0}f} {self.unit}", self.threshold(), "yes" if holds else "NO",
                made_of]

    def threshold(self):
        return f"{'at most' if self.at_most else 'at least'} {self.bound:,g} {self.unit}"


def ratio(mine, theirs, unit="photos/s"):
    return mine / theirs, f"{mine:,.1f} over {theirs:,.1f} {unit}"


def rows():
    def features_over_tutorial(network):
        return lambda best: ratio(best[f"features {network}"]["photos_per_second"], best[f"tutorial {network}"]["photos_per_second"])

    def finetune(best):
        epochs, mine = 10 * best[f"tutorial {MOBILENET}"]["epoch_s"], best["finetune"]["wall_s"]
        return epochs / mine, f"{epochs:,.1f} s over {mine:.1f} s"

    def share(best):
        bench = best["bench"]
        value = 100 * 2 * bench["multiply_adds"] * bench["forward_per_second"] / bench["peak_flops"]
        return value, f"{bench['forward_per_second']:.1f} photos/s; the peak is {bench['peak_flops'] / 1e9:.0f} GFLOP/s; one core"

    def memory(best):
        found = best["memory"]
        return (found["peak_bytes"] - found["features_bytes"]) / 1e6, f"{found['peak_bytes'] / 1e6:.0f} MB less the features"

    return [
        Row("mobilenet", "photos/s, JPEG file to MobileNetV2 features, over the tutorial's epoch",
            [f"tutorial {MOBILENET}", f"features {MOBILENET}"], features_over_tutorial(MOBILENET), 11, "x"),
        Row("resnet", "the same for ResNet-18", [f"tutorial {RESNET}", f"features {RESNET}"], features_over_tutorial(RESNET), 6, "x"),
        Row("finetune", "finetune with mirrored views, everything included, over ten tutorial epochs",
            [f"tutorial {MOBILENET}", "finetune"], finetune, 45, "x"),
        Row("again", "a second finetune, cached features, everything included", ["finetune"],
            lambda best: (best["finetune"]["again_wall_s"], ""), 5, "s", at_most=True),
        Row("classify", "classify end to end, MobileNetV2, over ONNX Runtime's forward pass alone", ["classify", "onnx"],
            lambda best: ratio(best["classify"]["photos_per_second"], best["onnx"]["photos_per_second"]), 0.9, "x"),
        Row("share", "forward pass, ResNet-18 fp32, share of the measured peak", ["bench"], share, 75, "%"),
        Row("pixels", "decode, resize and normalize, per core", ["bench"],
            lambda best: (best["bench"]["pixels_per_second"], ""), 1000, "/s"),
        Row("memory", f"peak memory, {COPIES:,} photos, features aside", ["memory"], memory, 800, "MB", at_most=True)]


class Comparison:
    """The steps: each runs one program once and returns its figures."""

    def __init__(self, options, folder):
        self.options, self.folder, self.weights = options, folder, options.weights
        self.cores = len(os.sched_getaffinity(0))
        self.data = link_photos(options.data, folder / "photos", options.photos) if options.photos else options.data
        self.photos = len(list(self.data.glob("*/*")))
        self.settings = {}  # network: (threads, workers) of the tutorial
        self.made = {}
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}  # the user's own stays as it is

    def steps(self):
        found = {f"tutorial {MOBILENET}": lambda: self.tutorial(MOBILENET), f"features {MOBILENET}": lambda: self.features(MOBILENET),
                 "finetune": self.finetune, "classify": self.classify, "onnx": self.onnx,
                 f"tutorial {RESNET}": lambda: self.tutorial(RESNET), f"features {RESNET}": lambda: self.features(RESNET),
                 "bench": self.bench, "memory": self.memory}
        if not self.options.onnx_node_modules:
            del found["onnx"]
        return found

    def run(self, *command, **environment):
        """Output, wall seconds and the most memory of one child."""
        out = self.folder / "out.txt"
        with open(out, "w") as to, open(self.folder / "errors.txt", "w") as errors:
            begin = time.monotonic()
            child = subprocess.Popen([str(word) for word in command], stdout=to, stderr=errors, env={**self.environment, **environment})
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: expected success, got exit code {child.returncode}\n"
                     + (self.folder / "errors.txt").read_text()[-2000:])
        return out.read_text(), seconds, 1024 * usage.ru_maxrss

    def make(self, name, *command):
        """A file that steps need, made once."""
        if name not in self.made:
            self.made[name] = self.folder / name
            self.run(*[self.made[name] if word == "OUT" else word for word in command])
        return self.made[name]

    def backbone(self, network):
        if self.options.backbones:
            return self.options.backbones / f"{network}.pt"
        return self.make(f"{network}.pt", sys.executable, SOURCE / "models/export_backbone.py", network, "--weights",
                         self.weights / f"{network}.pth", "-o", "OUT")

    def epoch(self, network, threads, workers, limit):
        weights = self.weights / f"{network}.pth"
        return json.loads(self.run(sys.executable, self.options.tutorial, self.data, network, weights, threads, workers, limit)[0])

    def tutorial(self, network):
        if network not in self.settings:
            tries = [(threads, max(2, self.cores)) for threads in sorted({1, 2, self.cores})]
            rates = [self.epoch(network, *setting, self.options.trial)["images_per_second"] for setting in tries]
            self.settings[network] = tries[rates.index(max(rates))]
        found = self.epoch(network, *self.settings[network], 0)
        return {"photos_per_second": found["images"] / found["seconds"], "epoch_s": found["seconds"]}

    def finetune_into(self, out, network, *more, data=None):
        return self.run(self.options.program, "finetune", data or self.data, "--backbone", self.backbone(network), "--out", out,
                        "--quiet", "--force", *more)

    def features(self, network):
        out = self.folder / f"features_{network}"
        self.finetune_into(out, network, "--no-mirror", "--no-cache")
        return {"photos_per_second": json.loads((out / "metrics.json").read_text())["images_per_second"]}

    def finetune(self):
        cache, out = self.folder / "fresh", self.folder / "run"
        shutil.rmtree(cache, ignore_errors=True)
        _, first_s, peak = self.finetune_into(out, MOBILENET, "--cache", cache)
        _, again_s, _ = self.finetune_into(self.folder / "again", MOBILENET, "--cache", cache, "--seed", 2)
        accuracy = json.loads((out / "metrics.json").read_text())["accuracy"]
        return {"wall_s": first_s, "again_wall_s": again_s, "peak_bytes": peak, "accuracy": accuracy}

    def classify(self):
        model = self.folder / "run/model.pt"
        if not model.exists():
            self.finetune_into(model.parent, MOBILENET)
        _, seconds, peak = self.run(self.options.program, "classify", self.data, "--model", model, "--out", self.folder / "rows.csv",
                                    "--quiet")
        return {"photos_per_second": self.photos / seconds, "wall_s": seconds, "peak_bytes": peak}

    def onnx(self):
        peers, weights = self.options.tutorial.parent, self.weights / f"{MOBILENET}.pth"
        model = self.make(f"{MOBILENET}.onnx", sys.executable, peers / "export_onnx.py", MOBILENET, weights, "OUT")
        found = self.run("node", peers / "onnx_forward.js", model, self.cores, NODE_PATH=str(self.options.onnx_node_modules))[0]
        return {"photos_per_second": json.loads(found)["images_per_second"]}

    def bench(self):
        found = json.loads(self.run(self.options.program, "bench", self.data, "--backbone", self.backbone(RESNET), "--json", "--quiet")[0])
        core = found["per_core"]
        return {"multiply_adds": found["multiply_adds"], "forward_per_second": core["forward"]["fp32"]["best"],
                "peak_flops": core["peak_flops"]["fp32"]["best"], "pixels_per_second": core["decode_and_resize"]["best"]}

    def memory(self):
        data = link_photos(self.data, self.folder / "copies", COPIES)
        out = self.folder / "large"
        _, seconds, peak = self.finetune_into(out, MOBILENET, "--no-mirror", "--no-cache", data=data)
        shutil.rmtree(data)
        return {"peak_bytes": peak, "features_bytes": COPIES * 1280 * 4, "wall_s": seconds}  # MobileNetV2's, one view each


def link_photos(data, folder, count):
    """A folder of `count` links to the photos of a folder per class, each class the same number, over and over if need be."""
    classes = sorted(path for path in data.iterdir() if path.is_dir())
    each = count // len(classes)
    for photos in classes:
        (folder / photos.name).mkdir(parents=True)
        files = sorted(photos.iterdir())
        for i in range(each):
            file = files[i * len(files) // each] if each <= len(files) else files[i % len(files)]
            (folder / photos.name / f"{i}{file.suffix}").symlink_to(file.resolve())
    return folder


def computed_s():
    """Seconds that all cores computed since the machine started, and that children of this process did."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK"), sum(u.ru_utime + u.ru_stime for u in own)


def measure(step, cores):
    """A step's figures, and the share of all cores' time that other processes took meanwhile."""
    (all_before, own_before), begin = computed_s(), time.monotonic()
    figures = step()
    all_after, own_after = computed_s()
    others = (all_after - all_before) - (own_after - own_before)
    return figures, max(0, others) / (os.cpu_count() or cores) / (time.monotonic() - begin)


def best_of(runs):
    return {key: (min if key.endswith("_s") else max)(run[key] for run in runs) for key in runs[0]}


def markdown(head, lines):
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *lines])


def plain(key, value):
    return f"{value / 1e6:,.0f} MB" if key.endswith("_bytes") else f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}"


def report(wanted, runs, disturbed, loads, comparison):
    best = {name: best_of(found) for name, found in runs.items()}
    print(markdown(["row", "what", "measured", "threshold", "holds", "made of"], [row.cells(best) for row in wanted]), end="\n\n")
    lines = [[name, key, plain(key, best[name][key]), ", ".join(plain(key, run[key]) for run in found),
              ", ".join(f"{100 * share:.0f} %" for share in disturbed[name])] for name, found in runs.items() for key in found[0]]
    print(markdown(["step", "figure", "best", "all", "others"], lines), end="\n\n")
    with open("/proc/cpuinfo") as file:
        processor = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    torch = subprocess.run([sys.executable, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True).stdout.strip()
    print(f"{processor}, {comparison.cores} cores, LibTorch {torch}, {comparison.photos} photos; load average "
          f"{loads[0]:.2f} before and {loads[1]:.2f} after")
    for network, (threads, workers) in comparison.settings.items():
        print(f"the tutorial is fastest with {threads} threads and {workers} workers ({network})")
    noisy = [name for name, shares in disturbed.items() if min(shares) > MOST_DISTURBED]
    if noisy:
        print(f"WARNING: the machine was not quiet in any run of: {', '.join(noisy)}; measure again")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    shared = pathlib.Path(os.environ.get("PAWPRINT_SHARED", SOURCE.parent / "shared"))
    parser.add_argument("--program", type=pathlib.Path, default=SOURCE / "build/release/pawprint", help="a release build")
    parser.add_argument("--tutorial", type=pathlib.Path, default=shared / "peers/tutorial_epoch.py", help="a Python epoch; beside it "
                        "export_onnx.py and onnx_forward.js")
    parser.add_argument("--weights", type=pathlib.Path, default=shared / "backbones", help="NETWORK.pth, torchvision's state dicts")
    parser.add_argument("--data", type=pathlib.Path, default=shared / "pets", help="two classes of photos, a folder each")
    parser.add_argument("--backbones", type=pathlib.Path, help="NETWORK.pt, exported already")
    parser.add_argument("--onnx-node-modules", type=pathlib.Path, help="where `npm install --ignore-scripts onnxruntime-node` put them")
    parser.add_argument("--photos", type=int, default=0, help="measure on so many of the photos only; 0: all")
    parser.add_argument("--trial", type=int, default=320, help="photos on which the tutorial's thread settings are tried")
    parser.add_argument("--repeats", type=int, default=3, help="how often each step runs (memory: once)")
    parser.add_argument("--only", action="append", choices=[row.name for row in rows()], help="this row; may be given several times")
    parser.add_argument("--memory", action="store_true", help=f"the row of {COPIES} photos too, which takes minutes")
    options = parser.parse_args()
    for path in (options.program, options.tutorial, options.weights, options.data):
        if not path.exists():
            parser.error(f"{path}: expected it to be there, got nothing; see --help for what says where it is")
    return options


def main():
    options = parse()
    wanted = [row for row in rows() if (row.name in options.only if options.only else row.name != "memory" or options.memory)]
    runs, disturbed, loads = {}, {}, [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(prefix="pawprint-compare-") as folder:
        comparison = Comparison(options, pathlib.Path(folder))
        steps = {name: step for name, step in comparison.steps().items() if any(name in row.needs for row in wanted)}
        for repeat, name in itertools.product(range(options.repeats), steps):
            if name == "memory" and repeat > 0:
                continue
            figures, others = measure(steps[name], comparison.cores)
            runs.setdefault(name, []).append(figures)
            disturbed.setdefault(name, []).append(others)
            text = ", ".join(f"{key} {plain(key, value)}" for key, value in figures.items())
            print(f"{repeat + 1}/{options.repeats} {name}: {text}; others {100 * others:.0f} %", file=sys.stderr, flush=True)
        loads.append(os.getloadavg()[0])
        report(wanted, runs, disturbed, loads, comparison)


if __name__ == "__main__":
    main()
