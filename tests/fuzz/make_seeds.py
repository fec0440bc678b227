#!/usr/bin/env python3
"""Writes small inputs for the fuzz targets, a folder a target: DIR/csv/0, DIR/photo_decode/17, ...

usage: tests/fuzz/make_seeds.py DIR
"""
import io
import json
import pathlib
import struct
import sys
import zipfile

from PIL import Image, ImageDraw, TiffImagePlugin

WIDTH, HEIGHT = 19, 13


def picture(mode):
    drawn = Image.new("RGBA", (WIDTH, HEIGHT), (200, 120, 40, 255))
    ImageDraw.Draw(drawn).ellipse((3, 2, 14, 11), fill=(10, 90, 200, 128))
    if mode == "RGBA":
        return drawn
    gray = drawn.convert("L")
    if mode == "LA":
        return Image.merge("LA", (gray, drawn.getchannel("A")))
    return gray.convert("I").point(lambda v: v * 257).convert("I;16") if mode == "I;16" else drawn.convert("RGB").convert(mode)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010f], tags[0x0110] = "Camera & Sons", "One"
    tags[0x0132] = "2020:02:29 12:34:56"
    tags.get_ifd(0x8769).update({0x9003: "2020:02:29 12:34:56", 0x9291: "25", 0xa431: "serial"})
    return tags.tobytes()


def encoded(mode, kind, **options):
    out = io.BytesIO()
    picture(mode).save(out, kind, **options)
    return out.getvalue()


def photos():
    profile = b"\0" * 16 + b"RGB XYZ " + b"\0" * 104
    for mode in ("L", "RGB", "CMYK"):
        for options in ({}, {"progressive": True}, {"exif": exif(6), "icc_profile": profile}):
            yield encoded(mode, "JPEG", **options)
    yield encoded("RGB", "JPEG", subsampling=0, optimize=True, restart_marker_rows=1)
    for mode in ("1", "L", "P", "LA", "RGB", "RGBA", "I;16"):
        yield encoded(mode, "PNG")
    yield encoded("RGB", "PNG", exif=exif(3), icc_profile=profile)
    for mode in ("RGB", "RGBA"):
        for options in ({}, {"lossless": True}, {"exif": exif(8), "icc_profile": profile}):
            yield encoded(mode, "WEBP", **options)
    for mode in ("1", "L", "P", "RGB"):
        yield encoded(mode, "BMP")
    for options in ({}, {"interlace": 0}, {"transparency": 3}):
        yield encoded("P", "GIF", **options)
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"):
        yield encoded(mode, "TIFF")
    for compression in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg"):
        yield encoded("RGB", "TIFF", compression=compression)
    for compression in ("group3", "group4"):
        yield encoded("1", "TIFF", compression=compression)
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x0112] = 5
    yield encoded("RGB", "TIFF", tiffinfo=tags, big_tiff=True)


def headers():
    yield from (b"\xff\xd8\xff\xe0", b"II*\0\x10\0\0\0CR\2\0", b"MM\0*\0\0\0\x08", b"FUJIFILMCCD-RAW 0201", b"\xff\x4f\xff\x51",
                b"\0\0\0\x18ftypheic\0\0\0\0", b"\0\0\0\x18ftypcrx ", b"\0\0\0\x0cJXL \r\n\x87\n", b"RIFF\4\0\0\0WEBPVP8L", b"holiday.JPEG", b"raw.nef")
    # A raw photo: its first directory has a sub-directory whose picture is a color filter array's.
    first = struct.pack("<HHHIIHHIII", 2, 254, 4, 1, 1, 330, 4, 1, 38, 0)
    yield b"II*\0\x08\0\0\0" + first + struct.pack("<HHHIII", 1, 262, 3, 1, 32803, 0)


def archives():
    for entry, text in (("backbone.json", b'{"format": 1, "name": "net"}'), ("faces.json", b'{"format": 2}'), (None, b"")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("net/data.pkl", b"\x80\x02}q\0.")
            archive.writestr("net/code/__torch__.py", b"class N(Module):\n  pass\n")
            if entry:
                archive.writestr(f"net/extra/{entry}", text)
        yield out.getvalue()
    yield b'{"format": 1, "classes": ["cat", "dog"], "metrics": {"n_val": 2}}'
    yield b"\x80\x02ccollections\nOrderedDict\nq\0)Rq\1."
    yield b"<!DOCTYPE html><html></html>"


def runs():
    evaluation = {"n_val": 4, "accuracy": 0.75, "accuracy_low": 0.3, "accuracy_high": 0.95, "balanced_accuracy": 0.75, "log_loss": 0.5,
                  "macro": {"precision": 0.8, "recall": 0.75, "f1": 0.7}, "majority_baseline": 0.5, "roc_auc": [0.9, 0.9], "ece": 0.1,
                  "brier": 0.2, "challenge_12": 0.01, "confusion": [[2, 0], [1, 1]]}
    yield evaluation | {
        "classes": ["cat", "dog"], "cautions": ["few photos"], "skipped": [{"path": "a.jpg", "reason": "empty file"}], "layout": "folders",
        "temperature": 1.5, "recipe": {"precision": "bf16", "engine": "frozen", "decoding": "scaled", "photos_tried": 9, "median_cosine": 1},
        "backbone": {"name": "petite", "id": "12"}, "seed": 7, "versions": {"pawprint": "0.1.0"}, "seconds": {"total": 1.5},
        "test": evaluation | {"n_test": 4, "accuracy_tta": 0.5}, "n_train": 8, "n_fitted": 12, "n_train_of_class": [4, 4],
        "groups": {"groups": 1, "photos": 2, "too_alike": ["cat"], "largest": [["a.jpg", "b.jpg"]], "accuracy_ungrouped": 0.5},
        "calibration": {"photos": 4, "out_of_fold": {"log_loss_before": 1, "log_loss_after": 0.5, "ece_before": 0.2, "ece_after": 0.1}},
        "selective": {"photos": 4, "points": [[0.9, 2, 0], [0.5, 4, 1]]}, "conformal": {"photos": 4, "ranks": [[0.1, 0.2], [0.3]]},
        "familiarity": {"classes": [1, 5], "threshold": 0.25}, "l2": 0.01, "learning_curve": {
            "points": [{"photos": 4, "accuracy": 0.5, "low": 0.4, "high": 0.6, "repeats": 2}], "l2": 1, "same_head": False,
            "last_doubling": {"gain": 0.1, "low": 0, "high": 0.2}},
        "head": {"kind": "logistic", "class_weights": "balanced", "l2": 0.1, "path": [{"l2": 0.1, "log_loss": 0.3, "standard_error": 0.1}]},
        "freeze": {"before": "ab", "after": "ab", "equal": True}, "photos_sha256": "00", "options": {"DATA": "pets"},
        "preprocess": {"resize_px": 256, "crop_px": 224, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]}}
    yield {"head": {"kind": "mlp", "hidden": 16, "dropout": 0.5, "epochs": 3, "training_loss": [1, 0.5]}, "asirra_12": 0.5}
    yield {"metrics": evaluation, "familiarity": {"classes": [1], "threshold": 0.5}}


def tables():
    yield "\ufeffpath,label\ncats/1.jpg,cat\r\n\"a \"\"b\"\", c.jpg\",dog\n"
    yield "id;breed;split\n1;beagle;train\n2;\"pug; small\";test\n"
    yield "image\tcat\tdog\r1\t1\t0\r2\t0\t1\r"


def corrections():
    yield 'path,answer,label\ncats/1.jpg,keep,\n"a, ""b"".jpg",leave out,\n"""odd\\n\\udc80.jpg""",label,dogs\n'
    yield "\ufeffpath;answer;label\r\n../val/1.jpg;label;cats\r\npath;answer;label\r\n../val/1.jpg;keep;\r\n"


def lists():
    yield '# photos to leave out\ncats/1.jpg\r\n\n../val/dogs/2.jpg\n"odd\\nname\\udc80.jpg"\n/tmp/3.jpg\n'
    yield "\ufeff./a/../b.jpg\nb//c.jpg\n"


def texts():
    yield '"a\\u00e9\\ud83d\\udc3e\\udc80 b"'
    yield '{"a": [1, -2.5e3, null, true, "\u00e4"], "b": {}}'
    yield b"\xff\xc3\xa9 \xed\xa0\x80 \xf0\x9f\x90\xbe \xc0\x80"


def edits():
    yield {"face": "p3", "moves": {"Smiling": 1.5, "Male": 0}, "others": {"p4": {"Male": 1}}, "x": "Smiling", "y": "Male"}
    yield {"face": "g1", "moves": {"Mouth_Slightly_Open": -4}}
    yield {"face": 1, "moves": [], "others": None}


def requests():
    for line in ("GET / 127.0.0.1:8080   secret", "POST /api/frame localhost:8080 http://localhost:8080 secret secret",
                 "POST /api/frame evil.example http://evil.example guess secret", "HEAD /page.js LocalHost null  x"):
        yield line.replace(" ", "\n")


SEEDS = {"archive": archives, "corrections": corrections, "csv": tables, "edit_request": edits, "exif": lambda: [*photos(), exif(6)[6:]], "http_guard": requests,
         "json_text": texts, "photo_decode": photos, "photo_header": lambda: [*headers(), *photos()], "photo_list": lists,
         "training_run": runs}


def main(folder):
    for target, seeds in SEEDS.items():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            text = json.dumps(seed) if isinstance(seed, dict) else seed
            (folder / target / str(number)).write_bytes(text.encode() if isinstance(text, str) else text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
