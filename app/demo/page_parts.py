"""Parts of the demo's page: pictures, commands, tables, and figures from the pages that pawprint wrote."""

import base64
import html
import re
from pathlib import Path
from typing import List

from steps import Step, content, pictures_in, text

RACE = (("2006", "machines", 0.6), ("2008", "a support vector machine", 0.827), ("2014", "Kaggle’s winner", 0.98914))


def duration(milliseconds: float) -> str:
    seconds = round(milliseconds / 1000)
    return f"{milliseconds / 1000:.1f} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"


def percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"  # no line ends in between


def uri(path: Path) -> str:
    kind = {".jpg": "jpeg", ".png": "png"}[path.suffix]
    return f"data:image/{kind};base64,{base64.b64encode(content(path)).decode()}"


def image(path: Path, alt: str) -> str:
    return f'<img src="{uri(path)}" alt="{html.escape(alt)}">'


def figure(picture: str, caption: str = "") -> str:
    return f"<figure>{picture}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>\n"


def command_block(step: Step) -> str:
    said = html.escape(step.said or "nothing")
    words = " ".join(f"<span>{html.escape(word)}</span>" for word in step.command.split(" "))
    return (f'<div class="command"><code>{words}</code>'
            f'<button type="button" class="copy">Copy</button>'
            f"<details><summary>{duration(step.milliseconds)}; what it said</summary><pre>{said}</pre></details>"
            "</div>\n")


def figures_of(page: Path, section: str) -> List[str]:
    """Of a section of a page that pawprint wrote, without links and names; none if it has no such section."""
    part = re.search(rf'<section id="{section}">.*?</section>', text(page), re.DOTALL)
    inside = r"<figure[^>]*>.*?(<img [^>]*>).*?<figcaption>(.*?)</figcaption>"
    return [figure(picture, re.sub(r"<br>[^<]*\.jpg$", "", caption))
            for picture, caption in re.findall(inside, part[0] if part else "", re.DOTALL)]


def tally(said: str) -> str:
    """The totals that `pawprint check` printed: a name, two spaces or more, a number."""
    totals = re.findall(r"^(\S.*?) {2,}(\d+)(?: groups?.*)?$", said, re.MULTILINE)
    return "".join(f"<li><b>{number}</b> {html.escape(name)}</li>\n" for name, number in totals)


def race(metrics: dict) -> str:
    rows = [(year, who, share, share ** 12) for year, who, share in RACE]
    rows.append(("now", f"{metrics['backbone']['name']}, here", metrics["accuracy"], metrics["challenge_12"]))
    return "".join(
        f'<tr><td>{year}</td><td>{html.escape(who)}</td><td class="number">{percent(one)}</td>'
        f'<td class="number">{percent(twelve)}</td>'
        f'<td class="bar"><span style="width: {100 * twelve:.1f}%">&nbsp;</span></td></tr>\n'
        for year, who, one, twelve in rows)


def confusion(metrics: dict) -> str:
    names = [html.escape(name) for name in metrics["classes"]]
    number = lambda tag, value: f'<{tag} class="number">{value}</{tag}>'
    lines = [f"<tr><th>{name}</th>{''.join(number('td', count) for count in counts)}</tr>\n"
             for name, counts in zip(names, metrics["confusion"])]
    head = "".join(number("th", f"said: {name}") for name in names)
    return f"<table>\n<tr><td></td>{head}</tr>\n{''.join(lines)}</table>"


def class_folders(folder: Path, names: List[str], limit: int) -> str:
    """Each class's folder with its first pictures."""
    out = ""
    for name in names:
        paths = pictures_in(folder / name, ".jpg")
        out += f"<h3><code>{html.escape(str(folder / name))}</code> has {len(paths)} pictures</h3>\n"
        pictures = [figure(image(path, f"a picture in the folder {name}")) for path in paths[:limit]]
        out += f"<div class=\"gallery small\">\n{''.join(pictures)}</div>\n"
    return out
