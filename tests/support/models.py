"""Small models as `pawprint finetune` writes them."""
from .program import export, photo

COLORS = {"blue": (60, 60, 200), "green": (60, 200, 60), "red": (200, 60, 60)}


def finetuned(test, classes=2, network="squeezenet1_1", options=()):
    """The path of a model of that many colors, 64 pixels a side."""
    name = "-".join(map(str, (network, classes, *options)))
    data, backbone = test.folder / f"data-{classes}", test.folder / f"{network}.pt"
    if not backbone.exists():
        export(network, backbone, "--random", "1")
    for number, (color, rgb) in enumerate([*COLORS.items()][:classes]):
        for i in range(12):
            photo(data / color / f"{i}.jpg", rgb, seed=100 * number + i)
    out = test.folder / name
    test.run_program(test(), "finetune", data, "--backbone", backbone, "--out", out, "--image-size", "64", *options)
    return out / "model.pt"
