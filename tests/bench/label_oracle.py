#!/usr/bin/env python3
"""Teaches `pawprint label` by an oracle that knows each photo's class from its folder, and measures what it is worth.

usage: label_oracle.py DATA CLASS,...|all [--random] [--answers 12,24,96] [--seeds 10] [--test DATA] [OPTION of label...]

all: a class per folder. --random: photos in random order instead of those that the page asks about.

DATA holds a folder per class; the program sees photos only. After so many answers, for each seed: what share of the
photos nobody was asked about is said rightly, what the page says of that, and the milliseconds from an answer to the
next row; with --test, the accuracy of the finished model on other photos.
"""
import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "app" / "demo"))
from label_page import LabelPage  # noqa: E402


def class_of(photo, classes):
    return next(name for name in classes if name in pathlib.PurePath(photo["name"]).parts)


def right_share(page, classes):
    photos = page.unasked(classes)
    return sum(class_of(photo, classes) == photo["guess"] for photo in photos) / len(photos)


def random_rows(page, classes, seed):
    """Twelve photos at a time, in an order that says nothing."""
    photos = list({photo["id"]: photo for photo in page.unasked(classes)}.values())
    random.Random(seed).shuffle(photos)
    return (photos[begin:begin + 12] for begin in range(0, len(photos), 12))


def teach(page, classes, plan, measured, random_seed=None):
    """Answers rows until max(plan) answers are given; measured(answers) at those of the plan."""
    answered, waits = page.wait_for_all()["answered"], []
    order = None if random_seed is None else random_rows(page, classes, random_seed)
    photos = next(order) if order else page.row()
    while answered < max(plan) and photos:
        classes_said = [class_of(photo, classes) for photo in photos]
        begin = time.perf_counter()
        following = page.answer(photos, classes_said)
        waits.append(1000 * (time.perf_counter() - begin))
        answered += len(photos)
        photos = next(order) if order else following
        if answered in plan:
            measured(answered)
    return waits


def finished(page, out):
    page.finish()
    return out / "model.pt"


def tested(program, model, data):
    out = model.parent / "test"
    subprocess.run([program, "evaluate", str(data), "--model", str(model), "--out", str(out), "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads((out / "metrics.json").read_text())["accuracy"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("classes")
    parser.add_argument("--program", default="build/release/pawprint")
    parser.add_argument("--answers", default="12,24,96")
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--test", type=pathlib.Path)
    told, options = parser.parse_known_args()
    classes = told.classes.split(",") if told.classes != "all" else sorted(folder.name for folder in told.data.iterdir())
    plan = [int(n) for n in told.answers.split(",")]
    shares, tests, held, waits = {n: [] for n in plan}, {n: [] for n in plan}, {n: [] for n in plan}, []
    for seed in range(1, told.seeds + 1):
        out = pathlib.Path(tempfile.mkdtemp())
        page = LabelPage(told.program, told.data, classes, out, "--seed", str(seed), "--quiet", *options)

        def measured(answers):
            share = right_share(page, classes)
            shares[answers].append(share)
            state = page.ask("api/state")
            sample, gain = state["sample"], state["gain"]
            if sample:
                held[answers].append(sample["low"] <= share <= sample["high"])
            said = f"page: {sample['right']}/{sample['count']} ({sample['low']:.3f} to {sample['high']:.3f})" if sample else ""
            line = f"seed {seed}, {answers} answers: {share:.4f} right; {said}" + (f"; gain {gain:.4f}" if gain is not None else "")
            if told.test:
                tests[answers].append(tested(told.program, finished(page, out), told.test))
                line += f"; finished, on other photos: {tests[answers][-1]:.4f}"
            print(line, flush=True)

        waits += teach(page, classes, plan, measured, seed if told.random else None)
        page.close()
        shutil.rmtree(out)
    for answers in plan:
        line = f"{answers} answers: mean {statistics.mean(shares[answers]):.4f}, least {min(shares[answers]):.4f}"
        if held[answers]:
            line += f"; the page's interval held in {sum(held[answers])} of {len(held[answers])}"
        if tests[answers]:
            line += f"; finished, on other photos: mean {statistics.mean(tests[answers]):.4f}, least {min(tests[answers]):.4f}"
        print(line)
    waits.sort()
    print(f"the next row after {statistics.median(waits):.0f} ms (median), {waits[int(0.95 * (len(waits) - 1))]:.0f} ms (p95)")


if __name__ == "__main__":
    sys.exit(main())
