#!/usr/bin/python3
"""Teaches `pawprint label` in place of a person: two rows of twelve pictures, answered by the names of their folders.

Writes OUT/row-1.jpg ..., what was shown and clicked, and OUT/taught.json: how many of the pictures that nobody was asked about
it was right on after each row. The program sees the pictures alone.
"""

import io
import json
import sys
from pathlib import Path
from typing import Dict, List

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "models"))
from label_page import LabelPage  # noqa: E402
from cli import ArgumentParser, run  # noqa: E402

SIDE, GAP, COLUMNS, CLICKED = 132, 8, 6, (213, 94, 0)  # pixels; the color of what is clicked


def class_of(photo: Dict) -> str:
    return Path(photo["name"]).parent.name


def draw_row(page: LabelPage, photos: List[Dict], clicked: str, path: Path) -> None:
    lines = -(-len(photos) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (SIDE + GAP) + GAP, lines * (SIDE + GAP) + GAP), "white")
    pen = ImageDraw.Draw(sheet)
    for i, photo in enumerate(photos):
        picture = Image.open(io.BytesIO(page.bytes(f"api/photo/{photo['id']}")))
        picture.thumbnail((SIDE, SIDE))
        x, y = GAP + i % COLUMNS * (SIDE + GAP), GAP + i // COLUMNS * (SIDE + GAP)
        sheet.paste(picture, (x + (SIDE - picture.width) // 2, y + (SIDE - picture.height) // 2))
        if class_of(photo) == clicked:
            pen.rectangle((x - 3, y - 3, x + SIDE + 2, y + SIDE + 2), outline=CLICKED, width=5)
    sheet.save(path, quality=90)


def main(arguments: List[str]) -> None:
    parser = ArgumentParser(prog="teach.py", description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("data", type=Path, help="a folder per class")
    parser.add_argument("--classes", required=True, help="two names with a comma between them; the first is clicked")
    parser.add_argument("--rows", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args(arguments)
    classes = told.classes.split(",")
    page = LabelPage(told.program, told.data, classes, told.out, "--quiet")
    try:
        page.wait_for_all()
        rows, photos = [], page.row()
        for number in range(1, told.rows + 1):
            draw_row(page, photos, classes[0], told.out / f"row-{number}.jpg")
            following = page.answer(photos, [class_of(photo) for photo in photos])
            others = page.unasked(classes)
            right = sum(photo["guess"] == class_of(photo) for photo in others)
            rows.append({"picture": f"row-{number}.jpg", "shown": len(photos), "others": len(others), "right": right,
                         "clicked": sum(class_of(photo) == classes[0] for photo in photos)})
            print(f"after {sum(row['shown'] for row in rows)} pictures, {rows[-1]['clicked']} of the last {len(photos)} clicked as "
                  f"{classes[0]}: right on {right} of {len(others)} others ({100 * right / len(others):.1f} %)", flush=True)
            photos = following
        page.finish()
    finally:
        page.close()
    (told.out / "taught.json").write_text(json.dumps({"classes": classes, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(run(main))
