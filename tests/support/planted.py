"""Folders of real photos with known faults, for the tests of `check`."""
import os
import random
import shutil

from PIL import Image, ImageFilter

from program import SHARED


class Planted:
    """2,000 photos of cats and dogs, and what was done to some of them, as sets of paths relative to the folder."""

    def __init__(self, folder, seed=1):
        self.folder = folder
        draw = random.Random(seed)
        photos = {name: sorted(path.name for path in (SHARED / "pets" / name).iterdir()) for name in ("cats", "dogs")}
        for name, files in photos.items():
            (folder / name).mkdir(parents=True)
            for file in files:
                os.symlink(SHARED / "pets" / name / file, folder / name / file)
        untouched = [f"{name}/{file}" for name, files in photos.items() for file in files]
        draw.shuffle(untouched)
        take = lambda: untouched.pop()
        self.flipped = {self.flip(take()) for _ in range(20)}
        self.copied = {tuple(sorted(self.copy(take()))) for _ in range(20)}
        self.near = {tuple(sorted(self.resemble(take(), i))) for i in range(20)}
        self.blurred = {self.blur(take(), 3 + i % 3) for i in range(10)}

    def other_class(self, photo):
        name, file = photo.split("/")
        return f"{'dogs' if name == 'cats' else 'cats'}/{file}"

    def flip(self, photo):
        """To the other class."""
        os.rename(self.folder / photo, self.folder / self.other_class(photo))
        return self.other_class(photo)

    def copy(self, photo):
        shutil.copy(self.folder / photo, self.folder / self.other_class(photo))
        return photo, self.other_class(photo)

    def resemble(self, photo, i):
        """Encoded again, resized, cut by 3 % on every side, or all of it."""
        picture = Image.open(self.folder / photo).convert("RGB")
        width, height = picture.size
        if i % 4 in (2, 3):
            picture = picture.crop((round(0.03 * width), round(0.03 * height), round(0.97 * width), round(0.97 * height)))
        if i % 4 in (1, 3):
            picture = picture.resize((round(0.6 * picture.width), round(0.6 * picture.height)))
        again = photo.replace(".jpg", "-again.jpg")
        picture.save(self.folder / again, quality=60)
        return photo, again

    def blur(self, photo, radius):
        picture = Image.open(self.folder / photo).convert("RGB").filter(ImageFilter.GaussianBlur(radius))
        (self.folder / photo).unlink()  # a link to the shared photo
        picture.save(self.folder / photo, quality=90)
        return photo
