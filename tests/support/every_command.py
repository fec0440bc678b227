"""Each command with a line that it carries out; `prepare` makes what the lines name."""
import os

from tests.support.mirror import random_weights
from tests.support.program import PROGRAM

SERVERS = ("faces serve", "label")  # have no end; told to end, they are done


def prepare(test, folder):
    """{name: its line}; each writes below folder/out only.   test: a ProgramTest"""
    pets, faces, many, run, model, out = (folder / name for name in ("pets", "drawn", "many", "run", "faces.pt", "out"))
    test.run_program("draw", "pets", "--count", 80, "--out", pets)
    for count, out_of in ((100, faces), (640, many)):  # `faces score` wants 20 that are held out
        test.run_program("draw", "faces", "--count", count, "--out", out_of)
    test.run_program("finetune", pets, "--image-size", 64, "--out", run)
    small = ("--size", 32, "--latent-dim", 32, "--width", 16)
    test.run_program("faces", "train", faces, *small, "--epochs", 1, "--out", model)
    weights = random_weights("squeezenet1_1", folder / "weights.pth")
    os.environ["XDG_DATA_HOME"] = str(out / "data")
    a, b, c = sorted((faces / "images").iterdir())[:3]
    lines = {
        "label": ("label", pets, "--classes", "cats,dogs", "--no-cache", "--port", 0, "--out", out / "labeled"),
        "finetune": ("finetune", pets, "--image-size", 64, "--no-cache", "--force", "--out", out / "run"),
        "tune": ("tune", pets, "--no-cache", "--out", out / "tuned"),
        "evaluate": ("evaluate", pets, "--model", run, "--out", out / "judged"),
        "classify": ("classify", pets, "--model", run, "--sort-into", out / "sorted", "--out", out / "rows.csv"),
        "explain": ("explain", pets, "--model", run, "--out", out / "why"),
        "neurons": ("neurons", pets, "--out", out / "neurons"),
        "check": ("check", pets, "--backbone", "petite", "--no-cache", "--out", out / "check"),
        "backbone": ("backbone", "petite"),
        "backbone get": ("backbone", "get", "squeezenet1_1", "--weights", weights),
        "backbone list": ("backbone", "list"),
        "bench": ("bench", pets, "--seconds", 3),
        "draw": ("draw", "pets", "--count", 200, "--out", out / "pets"),
        "faces train": ("faces", "train", faces, *small, "--epochs", 4, "--out", out / "faces.pt"),
        "faces direction": ("faces", "direction", faces, "--model", model, "--name", "Smiling", "--out", out / "added.pt"),
        "faces edit": ("faces", "edit", faces / "images", "--aligned", "--attribute", "Smiling", "--out", out / "edited"),
        "faces strip": ("faces", "strip", a, "--aligned", "--attribute", "Smiling", "--out", out / "strip.png"),
        "faces morph": ("faces", "morph", a, b, "--aligned", "--out", out / "morph.png"),
        "faces analogy": ("faces", "analogy", a, b, c, "--aligned", "--out", out / "analogy.png"),
        "faces gallery": ("faces", "gallery", "--out", out / "gallery.png"),
        "faces score": ("faces", "score", many, "--model", model, "--out", out / "score"),
        "faces serve": ("faces", "serve", "--port", 0),
        "generate": ("generate", "man"),
    }
    help_text = test.run_program("--help").stdout
    listed = {line[2:].split("  ")[0] for line in help_text.splitlines() if line.startswith("  ") and line[2] != " "}
    test.assertEqual(listed, set(lines), "a new command needs a line")
    out.mkdir()
    return {name: [PROGRAM, *map(str, line)] for name, line in lines.items()}
