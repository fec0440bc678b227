#!/usr/bin/python3
"""Writes DEMO/index.html: what ./bootstrap demo did, told in pictures, in one file that fetches nothing.

Reads DEMO/steps.tsv (a line a command: name, milliseconds, command), DEMO/said/NAME.txt (what each printed), and what
the commands wrote where their options say. Their paths begin at the current folder.
"""

import html
import json
import os
import random
import re
import shlex
import string
import sys
from pathlib import Path
from typing import Dict, List

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "models"))
from face_sheet import reconstructed_faces, sheet_html, strip_faces  # noqa: E402
from page_parts import class_folders, command_block, confusion, duration, figure, figures_of  # noqa: E402
from page_parts import image, percent, race, tally, uri  # noqa: E402
from cli import ArgumentParser, Error, run  # noqa: E402
from steps import Step, content, found, pictures_in, read_steps, table, text  # noqa: E402


def strip(step: Step, whose: str) -> str:
    count, first, last = int(step.option("--steps")), float(step.option("--from")), float(step.option("--to"))
    strengths = [first + (last - first) * i / (count - 1) for i in range(count)]
    return sheet_html(uri(step.out()), strip_faces(content(step.out()), strengths, whose), "strip")


def reconstructions(step: Step) -> str:
    path = step.out().with_name(step.out().stem + "-reconstructions.png")
    return sheet_html(uri(path), reconstructed_faces(content(path), int(step.option("--size"))), "pairs-of-faces")


HARD, HARD_OF_TWELVE, MORE = 16, 3, 48


def certainty(row: Dict[str, str]) -> float:
    """Of the truth: least where the machine is wrong, and sure of it."""
    return float(row["probability"]) * (1 if row["class"] == row["truth"] else -1)


def pictures_for_the_game(rows: List[Dict[str, str]]) -> List[Dict[str, str]]:
    """The first twelve, 4 to 8 of them cats and some of them hard, and more to go on with; always the same."""
    readable = sorted((row for row in rows if row["status"] == "ok"), key=certainty)
    hard, easy = readable[:HARD], readable[HARD:]
    for seed in range(1000):
        draw = random.Random(seed)
        drawn = draw.sample(hard, min(HARD_OF_TWELVE, len(hard))) + draw.sample(easy, min(12 - HARD_OF_TWELVE, len(easy)))
        draw.shuffle(drawn)
        if len(drawn) == 12 and 4 <= sum(row["truth"] == "cats" for row in drawn) <= 8:
            others = [row for row in hard + draw.sample(easy, len(easy)) if row not in drawn]
            return [{**row, "hard": row in hard} for row in drawn + others[:MORE]]
    raise Error(f"expected twelve classified pictures, cats and dogs, got {len(readable)}; run ./bootstrap demo again")


def challenge(rows: List[Dict[str, str]], said: Path) -> Dict[str, str]:
    pictures = pictures_for_the_game(rows)
    tiles = [f'<li><button type="button" aria-pressed="false">{image(Path(row["path"]), f"picture {i}")}</button>'
             '<p class="said"></p></li>\n' for i, row in enumerate(pictures[:12], 1)]
    answers = {"rate": float(found(r"classify (\d+)/\1 photos, ([\d.]+)/s", said, "photos/s")[2]),
               "pictures": [{"truth": row["truth"], "said": row["class"], "probability": float(row["probability"]),
                             "hard": row["hard"], **({"src": uri(Path(row["path"]))} if i >= 12 else {})}
                            for i, row in enumerate(pictures)]}
    return {"twelve": "".join(tiles), "answers": json.dumps(answers).replace("<", "\\u003c")}


def told_challenge(steps: Dict[str, Step], demo: Path) -> Dict[str, str]:
    rows = [{**row, "truth": Path(row["path"]).parent.name} for row in table(steps["classify"].out())]
    least_sure = min(rows, key=lambda row: float(row["probability"] or 1))
    verdict = f"<b>{html.escape(least_sure['class'])}</b> {percent(float(least_sure['probability']))}"
    return {**challenge(rows, demo / "said" / "classify.txt"), "n_new": str(len(rows)),
            "n_right": str(sum(row["class"] == row["truth"] and not row["note"] for row in rows)),
            "least_sure": figure(image(Path(least_sure["path"]), "the picture it is least sure of"),
                                 f"said: {verdict}<br>in truth: <b>{html.escape(least_sure['truth'])}</b>")}


def told_teaching(step: Step) -> Dict[str, str]:
    """The rows that were shown, and what they were worth."""
    rows = json.loads(content(step.out() / "taught.json"))["rows"]
    shown, figures = 0, []
    for row in rows:
        shown += row["shown"]
        figures.append(figure(image(step.out() / row["picture"], f"twelve pictures, the {row['clicked']} cats among them marked"),
                              f"After <b>{shown}</b> pictures it is right on <b>{percent(row['right'] / row['others'])}</b> "
                              f"of the {row['others']:,} others."))
    return {"taught": f"<div class=\"gallery taught\">\n{''.join(figures)}</div>\n", "n_pets": f"{rows[0]['others'] + rows[0]['shown']:,}"}


def told_network(steps: Dict[str, Step], metrics: dict) -> Dict[str, str]:
    """What was checked, seen, learned, sorted and explained."""
    check, neurons, finetune, explain = (steps[name].out() for name in ("check", "neurons", "finetune", "explain"))
    activations = json.loads(content(neurons / "neurons.json"))
    last = activations["stages"][-1]
    covered = json.loads(content(explain / "explain.json"))["check"]
    explained = figures_of(explain / "index.html", "photos")
    curve = found(r"would more photos help\?</h2>.*?(<svg.*?</svg>)", finetune / "report.html", "a learning curve")
    shares = {"last_stage": last["in_folder"], "chance": activations["in_folder_by_chance"], "accuracy": metrics["accuracy"],
              "low": metrics["accuracy_low"], "high": metrics["accuracy_high"]}
    return {
        **{name: percent(share) for name, share in shares.items()},
        "pets": class_folders(steps["draw_pets"].out(), metrics["classes"], 6),
        "tally": tally(steps["check"].said), "doubted": "".join(figures_of(check / "check.html", "labels")[:6]),
        "neurons": "".join(figures_of(neurons / "index.html", "glance")),
        "stages": str(len(activations["stages"])), "features": str(last["channels"]), "race": race(metrics),
        "n_train": f"{metrics['n_train']:,}", "n_val": f"{metrics['n_val']:,}", "confusion": confusion(metrics),
        "log_loss": f"{metrics['log_loss']:.3f}", "curve": curve[1],
        "sorted": class_folders(Path(steps["classify"].option("--sort-into")), metrics["classes"], 6),
        "unseen": " It sees only the bright square." if metrics["preprocess"].get("fit", "crop") == "crop" else "",
        "explained": "".join(explained[:3] + explained[-3:]),
        "salient_drop": f"{100 * covered['salient_drop']:.1f}", "random_drop": f"{100 * covered['random_drop']:.1f}",
    }


def told_faces(steps: Dict[str, Step], said: Path) -> Dict[str, str]:
    faces, train = steps["draw_faces"].out(), steps["train"]
    people = table(faces / "attributes.csv")
    smilers, others = ([row["file"] for row in people if row["Smiling"] == smiling] for smiling in "10")
    pictures = lambda names: "".join(figure(image(faces / "images" / name, "a drawn face")) for name in names[:5])
    learned, held_out = map(int, found(r"(\d+) faces in training, (\d+) held out", said, "the number of faces").groups())
    smiling = int(found(r"\nSmiling +(\d+)", said, "the number of smilers")[1])  # of those learned from
    side = int(train.option("--size"))
    sampled = pictures_in(Path(steps["sampled"].option("--images-dir")), ".png")
    return {
        "n_faces": f"{learned:,}", "n_held_out": f"{held_out:,}", "n_smilers": f"{smiling:,}",
        "n_others": f"{learned - smiling:,}",
        "smilers": pictures(smilers), "others": pictures(others), "codes": train.option("--latent-dim"), "side": str(side),
        "values": f"{3 * side * side:,}", "reconstructions": reconstructions(train),
        "smile": strip(steps["smile"], "a drawn face with a smile"),
        "sampled": "".join(figure(image(path, f"generated face {i}")) for i, path in enumerate(sampled, 1)),
        "sampled_smile": strip(steps["sampled_smile"], "a generated face with a smile"),
    }


def main(arguments: List[str]) -> None:
    parser = ArgumentParser(prog="make_page.py", description=__doc__.splitlines()[0])
    parser.add_argument("demo", help="the folder that ./bootstrap demo filled", type=Path)
    demo = parser.parse_args(arguments).demo
    template = text(HERE / "page.html")
    steps = read_steps(demo, re.findall(r"\$step_(\w+)", template))
    metrics = json.loads(content(steps["finetune"].out() / "metrics.json"))
    page = string.Template(template).substitute(
        told_challenge(steps, demo), **told_teaching(steps["teach"]), **told_network(steps, metrics), **told_faces(steps, demo / "said" / "train.txt"),
        **{f"step_{name}": command_block(step) for name, step in steps.items()},
        total=duration(sum(step.milliseconds for step in steps.values())), cores=len(os.sched_getaffinity(0)),
        program=html.escape(shlex.split(steps["finetune"].command)[0]),
        style=text(HERE / "page.css"), script=text(HERE / "page.js"))
    part = demo / "index.html.part"
    part.write_text(page, encoding="utf-8")
    part.replace(demo / "index.html")


if __name__ == "__main__":
    sys.exit(run(main))
