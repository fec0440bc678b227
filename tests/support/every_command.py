"""Each command with a line that it carries out; `prepare` makes what the lines name."""
from tests.support.program import PROGRAM


def prepare(test, folder):
    """{name: its line}; each writes below folder/out only.   test: a ProgramTest"""
    pets, faces, many, run, model, out = (folder / name for name in ("pets", "drawn", "many", "run", "faces.pt", "out"))
    test.run_program("draw", "pets", "--count", 40, "--out", pets)
    for count, out_of in ((100, faces), (640, many)):  # `faces score` wants 20 that are held out
        test.run_program("draw", "faces", "--count", count, "--out", out_of)
    test.run_program("finetune", pets, "--image-size", 64, "--out", run)
    small = ("--size", 32, "--latent-dim", 32, "--width", 16)
    test.run_program("faces", "train", faces, *small, "--epochs", 1, "--out", model)
    a, b, c = sorted((faces / "images").iterdir())[:3]
    lines = {
        "finetune": ("finetune", pets, "--no-cache", "--out", out / "run"),
        "evaluate": ("evaluate", pets, "--model", run, "--out", out / "judged"),
        "classify": ("classify", pets, "--model", run, "--sort-into", out / "sorted", "--out", out / "rows.csv"),
        "explain": ("explain", pets, "--model", run, "--out", out / "why"),
        "neurons": ("neurons", pets, "--out", out / "neurons"),
        "check": ("check", pets, "--backbone", "petite", "--no-cache", "--out", out / "check"),
        "backbone": ("backbone", "petite"),
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
    listed = {line[2:].split("  ")[0] for line in help_text.splitlines() if line.startswith("  ")}
    test.assertEqual(listed, set(lines), "a new command needs a line")
    out.mkdir()
    return {name: [PROGRAM, *map(str, line)] for name, line in lines.items()}
