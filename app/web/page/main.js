// One face at a time, how far each is moved along each attribute, and the picture of that.
import {draw, getJson, latest, save} from './api.js';
import {attributesOf, fileName, forget, makeFaces, mark, photoOf} from './faces.js';
import * as message from './message.js';
import {makePlane} from './plane.js';
import {makeSliders} from './sliders.js';
import {paintFace, paintPhoto, showSpots} from './stage.js';

const $ = (id) => document.getElementById(id);
const kEndings = {'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/tiff': 'tif', 'image/bmp': 'bmp'};

const state = {face: '', moves: {}};  // moves: of this face
const edits = new Map();  // face -> its moves
const pictures = {before: null, after: null};  // of a generated face
let showsBefore = false;
let closer = false;
let showPlane = () => {};
let setSliders = () => {};

function paint() {
  const photo = photoOf(state.face);
  $('badge').hidden = !showsBefore;
  if (photo) return paintPhoto(photo, state.face, {before: showsBefore, closer});
  const picture = showsBefore ? pictures.before : pictures.after;
  if (picture && pictures.of === state.face) paintFace(picture);
}

function failed(problem) {
  if (problem.kind === 'gone') forget(state.face);
  message.showError(problem);
}

const isMoved = (moves) => Object.values(moves ?? {}).some((strength) => strength !== 0);

// What the server is asked for: a face and its moves, and those of the others in its photo.
function requestOf(face) {
  const others = (photoOf(face)?.faces ?? []).filter((other) => other !== face && isMoved(edits.get(other)));
  const movesOf = (other) => [other, edits.get(other)];
  return {face, moves: {...edits.get(face)}, others: Object.fromEntries(others.map(movesOf))};
}

async function timed(work) {
  const start = performance.now();
  await work();
  paint();
  performance.measure('frame', {start, end: performance.now()});
}

const showGenerated = latest(({face, moves}) => timed(async () => {
  const frame = async (of) => createImageBitmap(await draw('frame', {face, moves: of}));
  if (pictures.of !== face) {
    const before = await frame({});
    Object.assign(pictures, {of: face, before, after: before});
  }
  pictures.after = Object.keys(moves).length > 0 ? await frame(moves) : pictures.before;
}), failed);

// Of each face of a photo the last state is drawn, also if another one was picked meanwhile.
const drawings = new Map();
function showInPhoto(face) {
  if (!drawings.has(face)) {
    drawings.set(face, latest(() => timed(async () => {
      const photo = photoOf(face);
      const picture = await createImageBitmap(await draw('frame', requestOf(face)));
      photo.put(face, picture);
    }), failed));
  }
  drawings.get(face)({});
}

function update() {
  $('reset').disabled = !isMoved(state.moves);
  mark(state.face, isMoved(state.moves));
  showPlane(state.face, state.moves);
  if (photoOf(state.face)) showInPhoto(state.face);
  else showGenerated({face: state.face, moves: {...state.moves}});
}

function moveTo(moves) {
  Object.assign(state.moves, moves);
  setSliders(state.moves, attributesOf(state.face));
  update();
}

function showView() {
  const photo = photoOf(state.face);
  const number = photo ? photo.faces.indexOf(state.face) + 1 : 0;
  $('closer').hidden = !photo?.isSmall(state.face);
  $('closer').setAttribute('aria-pressed', closer);
  $('closer').classList.toggle('held', closer);
  $('face').setAttribute('aria-label', photo ? `Your photo, face ${number} of ${photo.faces.length}` : 'The face');
  showSpots(photo, state.face, closer);
  paint();
}

function choose(face) {
  if (!edits.has(face)) edits.set(face, {});
  Object.assign(state, {face, moves: edits.get(face)});
  closer = closer && Boolean(photoOf(face)?.isSmall(face));
  showView();
  moveTo({});
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
    save(blob, `${name}.${kEndings[blob.type] ?? 'png'}`);
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
    edits.set(state.face, state.moves);
    moveTo({});
  };
  $('closer').onclick = () => {
    closer = !closer;
    showView();
  };
  $('download').onclick = () =>
    download($('download'), 'download', requestOf(state.face), `${fileName(state.face)}-edited`);
  $('strip').onclick = () => {
    const x = $('strip-of').value;
    download($('strip'), 'strip', {...state, x}, `${fileName(state.face)}-${$('strip-of').selectedOptions[0].label}`);
  };
}

async function start() {
  const model = await getJson('api/model');
  $('facts').textContent = `${model.size} pixels, ${model.codes} latent dimensions`;
  $('main').hidden = false;
  makeButtons(model.attributes);
  setSliders = makeSliders($('sliders'), model.attributes, (name, strength) => {
    state.moves[name] = strength;
    if (strength !== 0) $('strip-of').value = name;
    update();
  });
  if (model.attributes.length > 0) showPlane = makePlane(model.attributes, moveTo, failed);
  holdForBefore();
  await makeFaces(model, choose);
}

start().catch(failed);
