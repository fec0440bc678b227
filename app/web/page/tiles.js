// Photos to click, and what is said of each.
import {getPicture} from './api.js';

const kSpeech = {none: 'none of these', unknown: 'cannot tell'};
export const kNone = {answer: 'none'};
export const kUnknown = {answer: 'unknown'};
export const ofClass = (name) => ({answer: 'class', class: name});
export const same = (a, b) => a?.answer === b?.answer && a?.class === b?.class;
export const wordsFor = (saying) => (saying.answer === 'class' ? saying.class : kSpeech[saying.answer]);

const pictures = new Map();  // id -> a promise of its address: rows are shown again

function pictureOf(id) {
  const kMost = 400;
  if (!pictures.has(id)) {
    pictures.set(id, getPicture(`api/photo/${id}`));
    if (pictures.size > kMost) {
      const [oldest, address] = pictures.entries().next().value;
      pictures.delete(oldest);
      address.then(URL.revokeObjectURL, () => {});
    }
  }
  return pictures.get(id);
}

// One photo: a button with a picture. paint() shows what is said of it, or will be (kind: `said` or `rest`), and what is guessed.
function makeTile(photo, clicked) {
  const tile = document.createElement('button');
  const picture = document.createElement('img');
  const name = document.createElement('span');
  const word = document.createElement('span');
  const hint = document.createElement('span');
  Object.assign(tile, {type: 'button', className: 'tile'});
  tile.dataset.id = photo.id;
  tile.title = photo.name;
  picture.alt = '';
  word.className = 'word';
  hint.className = 'word guessed';
  Object.assign(name, {className: 'unseen', textContent: `${photo.name}: `});
  tile.append(picture, name, word, ' ', hint);
  tile.onclick = () => clicked(photo);
  pictureOf(photo.id).then((address) => { picture.src = address; }, () => tile.classList.add('lost'));
  const paint = ({saying, kind, number, guess, guessNumber}) => {
    tile.classList.remove('said', 'rest', 'guess');
    if (saying) tile.classList.add(kind);
    if (guess) tile.classList.add('guess');
    tile.style.setProperty('--hue', `var(--class-${number ?? 0})`);
    tile.style.setProperty('--guess', `var(--class-${guessNumber ?? 0})`);
    word.textContent = saying ? wordsFor(saying) : '';
    hint.textContent = guess ? `${wordsFor(guess)}?` : '';
    tile.setAttribute('aria-pressed', kind === 'said');
  };
  return {tile, paint};
}

// Fills `place` with photos. look(photo) -> what paint() takes is asked by repaint().
export function showTiles(place, photos, clicked, look) {
  const tiles = photos.map((photo) => ({photo, ...makeTile(photo, clicked)}));
  place.replaceChildren(...tiles.map(({tile}) => tile));
  const repaint = () => tiles.forEach(({photo, paint}) => paint(look(photo)));
  repaint();
  return repaint;
}

const tilesIn = (place) => [...place.querySelectorAll('.tile')];
export const focusedIn = (place) => tilesIn(place).indexOf(document.activeElement);

// Where an arrow key leads.
export function moveFocus(place, key) {
  const tiles = tilesIn(place);
  if (tiles.length === 0) return;
  const at = focusedIn(place);
  const across = tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across}[key];
  tiles[at < 0 ? 0 : Math.min(Math.max(at + step, 0), tiles.length - 1)].focus();
}

// A chip: what a click will say, or which photos are shown.
export function makeChips(place, chips, chosen, choose) {
  place.replaceChildren(...chips.map(({id, text, key, number}) => {
    const chip = document.createElement('button');
    Object.assign(chip, {type: 'button', className: 'chip'});
    chip.append(text);
    if (key) {
      const hint = document.createElement('kbd');
      hint.textContent = key;
      hint.setAttribute('aria-hidden', 'true');
      chip.prepend(hint);
    }
    if (number) chip.style.setProperty('--hue', `var(--class-${number})`);
    chip.setAttribute('aria-pressed', id === chosen);
    chip.onclick = () => choose(id);
    return chip;
  }));
}
