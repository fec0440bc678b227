// The large picture: a generated face, or a whole photo with what was changed on its faces.
const $ = (id) => document.getElementById(id);
const kFacePx = 768;  // a side of a face that fills the stage
const kSmallFace = 0.6;  // of the photo's sides: what is smaller can be looked at closer

// A dropped photo: the picture as it was, and the same with the areas of its faces as they are now.
export class Photo {
  constructor({faces, areas, size}, before, file) {
    Object.assign(this, {faces, areas, before, file, width: size[0], height: size[1]});
    this.after = document.createElement('canvas');
    [this.after.width, this.after.height] = size;
    this.after.getContext('2d').drawImage(before, 0, 0, ...size);
  }
  area(face) { return this.areas[this.faces.indexOf(face)]; }
  put(face, picture) { this.after.getContext('2d').drawImage(picture, ...this.area(face).slice(0, 2)); }
  isSmall(face) {
    const [, , width, height] = this.area(face);
    return Math.max(width / this.width, height / this.height) < kSmallFace;
  }
  // The square around a face, within the photo where that is large enough.
  around(face) {
    const [x, y, width, height] = this.area(face);
    const side = Math.min(Math.max(width, height), this.width, this.height);
    const begin = (at, length, whole) => Math.min(Math.max(0, at + (length - side) / 2), whole - side);
    return [begin(x, width, this.width), begin(y, height, this.height), side, side];
  }
}

function resize(width, height) {
  const canvas = $('picture');
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
  $('stage').style.setProperty('--ratio', width / height);
  $('stage').classList.toggle('wide', width > 1.2 * height);
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  return pen;
}

export function paintFace(picture) {
  resize(kFacePx, kFacePx).drawImage(picture, 0, 0, kFacePx, kFacePx);
}

export function paintPhoto(photo, face, {before, closer}) {
  const picture = before ? photo.before : photo.after;
  const pen = closer ? resize(kFacePx, kFacePx) : resize(photo.width, photo.height);
  const part = closer ? photo.around(face) : [0, 0, photo.width, photo.height];
  pen.drawImage(picture, ...part, 0, 0, pen.canvas.width, pen.canvas.height);
}

// Frames around the faces of a photo of several: a click on one picks it, as its entry in the list does. The list is
// what the keyboard and screen readers use.
export function showSpots(photo, chosen, closer) {
  const shown = photo && photo.faces.length > 1 && !closer;
  $('spots').replaceChildren(...(shown ? photo.faces : []).map((face) => {
    const spot = document.createElement('label');
    const [x, y, width, height] = photo.area(face);
    const percent = (value, whole) => `${100 * value / whole}%`;
    spot.className = face === chosen ? 'spot chosen' : 'spot';
    spot.htmlFor = `face-${face}`;
    Object.assign(spot.style, {
      left: percent(x + 0.12 * width, photo.width), width: percent(0.76 * width, photo.width),
      top: percent(y + 0.1 * height, photo.height), height: percent(0.84 * height, photo.height),
    });
    return spot;
  }));
}
