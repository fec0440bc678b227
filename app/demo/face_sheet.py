"""Sheets of faces, as pawprint writes them: one picture, shown face by face, as many a row as there is room for."""

import html
import struct
from typing import List


def png_size(png: bytes):
    """-> width, height"""
    return struct.unpack(">II", png[16:24])


class FaceSheet:
    def __init__(self, size, side: int, pitch: int):
        """size: width and height of the sheet; pitch: from a face to the next, a gap more than the face's side."""
        (self.width, self.height), self.side, self.pitch = size, side, pitch
        self.gap = pitch - side
        self.columns = (self.width - self.gap) // pitch

    def face(self, column: int, row: int, label: str) -> str:
        """The row is counted from the top, above any wider gap."""
        x, y = self.gap + column * self.pitch, self.gap + row * self.pitch
        at = (f"{100 * x / (self.width - self.side):.3f}%", f"{100 * y / (self.height - self.side):.3f}%")
        return (f'<span class="face" role="img" aria-label="{html.escape(label)}" style="background-size: '
                f'{100 * self.width / self.side:.3f}%; background-position: {at[0]} {at[1]}">&nbsp;</span>')


def signed(x: float) -> str:
    return f"{x:+.2f}".replace("-", "−") if x else "0"


def sheet_html(uri: str, figures: List[str], kind: str) -> str:
    return f'<div class="faces {kind}" style="--sheet: url({uri})">\n{"".join(figures)}</div>\n'


def strip_faces(png: bytes, strengths: List[float], whose: str) -> List[str]:
    """Faces with the strength of the attribute under each."""
    width, height = png_size(png)
    pitch = (width - height) // (len(strengths) - 1)  # a face more is a pitch more; the height is a side and two gaps
    sheet = FaceSheet((width, height), 2 * pitch - height, pitch)
    shown = [(sheet.face(i, 0, f"{whose}, strength {signed(x)}"), signed(x)) for i, x in enumerate(strengths)]
    return [f"<figure>{face}<figcaption>{strength}</figcaption></figure>\n" for face, strength in shown]


def reconstructed_faces(png: bytes, side: int) -> List[str]:
    """The first faces of FILE-reconstructions.png, each above what the autoencoder makes of it."""
    sheet = FaceSheet(png_size(png), side, side + max(2, side // 32))
    return [f"<figure>{sheet.face(i, 0, f'face {i + 1}')}{sheet.face(i, 1, f'face {i + 1}, drawn again')}</figure>\n"
            for i in range(sheet.columns)]
