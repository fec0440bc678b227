// One face, how far it is moved along each attribute, and the picture of that.
import {draw, getJson, latest, save} from './api.js';
import {fileName, forget, makeFaces} from './faces.js';
import * as message from './message.js';
import {makePlane} from './plane.js';
import {makeSliders} from './sliders.js';

const $ = (id) => document.getElementById(id);

const state = {face: '', moves: {}};
const pictures = {before: null, after: null};
let showsBefore = false;
let showPlane = () => {};
let setSliders = () => {};

function paint() {
  const picture = showsBefore ? pictures.before : pictures.after;
  $('badge').hidden = !showsBefore;
  if (!picture) return;
  const canvas = $('picture');
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
}

function failed(problem) {
  if (problem.kind === 'gone') forget(state.face);
  message.complain(problem);
}

const isMoved = () => Object.values(state.moves).some((strength) => strength !== 0);

const showFrame = latest(async ({face, moves}) => {
  const start = performance.now();
  const frame = async (of) => createImageBitmap(await draw('frame', {face, moves: of}));
  if (pictures.of !== face) {
    const before = await frame({});
    Object.assign(pictures, {of: face, before, after: before});
  }
  pictures.after = Object.keys(moves).length > 0 ? await frame(moves) : pictures.before;
  paint();
  performance.measure('frame', {start, end: performance.now()});
}, failed);

function update() {
  $('reset').disabled = !isMoved();
  showPlane(state.face, state.moves);
  showFrame({face: state.face, moves: {...state.moves}});
}

function moveTo(moves) {
  Object.assign(state.moves, moves);
  setSliders(state.moves);
  update();
}

function holdForBefore() {
  let held = null;  // the button, or the window for the key B
  const hold = (by) => {
    held = by;
    showsBefore = by !== null;
    $('before').classList.toggle('held', showsBefore);
    paint();
  };
  const letGo = (by) => held === by && hold(null);
  for (const button of [$('face'), $('before')]) {
    button.addEventListener('pointerdown', (event) => event.button === 0 && hold(button));
    button.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      hold(button);
    });
    button.addEventListener('keyup', () => letGo(button));
    button.addEventListener('blur', () => letGo(button));
    button.addEventListener('contextmenu', (event) => event.preventDefault());  // a long press on a phone
  }
  for (const event of ['pointerup', 'pointercancel', 'blur']) addEventListener(event, () => held && hold(null));
  const isB = (event) => event.key.toLowerCase() === 'b' && !event.ctrlKey && !event.metaKey && !event.altKey &&
    event.target.tagName !== 'SELECT';
  addEventListener('keydown', (event) => isB(event) && hold(window));
  addEventListener('keyup', (event) => isB(event) && letGo(window));
}

async function download(button, what, request, name) {
  button.disabled = true;
  try {
    const blob = await draw(what, request);
    save(blob, `${name}.${blob.type === 'image/jpeg' ? 'jpg' : 'png'}`);
  } catch (problem) {
    failed(problem);
  } finally {
    button.disabled = false;
  }
}

function makeButtons(attributes) {
  $('strip-of').replaceChildren(...attributes.map(({name, label}) => new Option(label, name)));
  $('reset').onclick = () => {
    state.moves = {};
    moveTo({});
  };
  $('download').onclick = () => download($('download'), 'download', state, `${fileName(state.face)}-edited`);
  $('strip').onclick = () => {
    const x = $('strip-of').value;
    download($('strip'), 'strip', {...state, x}, `${fileName(state.face)}-${x}`);
  };
}

async function start() {
  const model = await getJson('api/model');
  $('facts').textContent = `${model.size} pixels from ${model.codes} numbers`;
  $('main').hidden = false;
  makeButtons(model.attributes);
  setSliders = makeSliders($('sliders'), model.attributes, (name, strength) => {
    state.moves[name] = strength;
    if (strength !== 0) $('strip-of').value = name;
    update();
  });
  if (model.attributes.length > 0) showPlane = makePlane(model.attributes, moveTo, failed);
  holdForBefore();
  await makeFaces(model, (name) => {
    state.face = name;
    update();
  });
}

start().catch(failed);
