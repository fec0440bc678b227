"""Files of the work folder, and the log."""

import os
import sys
import time
from typing import Dict

import torch

from export_backbone import Error


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
