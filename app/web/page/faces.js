// The faces to choose from, and the photos dropped on the page.
import {draw, getBitmap, postFile} from './api.js';
import * as message from './message.js';
import {Photo} from './stage.js';

const $ = (id) => document.getElementById(id);
const kMaxBytes = 10_000_000;
const kThumbPx = 128;

const photos = new Map();  // face -> the Photo it is in
const found = new Map();  // face -> the attributes it has already

export const photoOf = (name) => photos.get(name);
export const attributesOf = (name) => found.get(name) ?? [];

const find = (name) => document.querySelector(`#faces input[value="${name}"]`);

function makeThumb(name, label, paint) {
  const thumb = document.createElement('label');
  const input = document.createElement('input');
  const canvas = document.createElement('canvas');
  Object.assign(input, {type: 'radio', name: 'face', value: name, className: 'unseen', id: `face-${name}`});
  input.setAttribute('aria-label', label);
  thumb.dataset.label = label;
  canvas.width = canvas.height = kThumbPx;
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  paint(pen);
  thumb.className = 'thumb';
  thumb.append(input, canvas);
  return thumb;
}

const remember = (has) => Object.entries(has ?? {}).forEach(([name, attributes]) => found.set(name, attributes));

async function showGallery(model) {
  remember(model.has);
  if (model.gallery.length === 0) return;
  const all = await getBitmap('api/gallery');
  model.gallery.forEach((name, i) => {
    const paint = (pen) => pen.drawImage(all, i * model.size, 0, model.size, model.size, 0, 0, kThumbPx, kThumbPx);
    $('faces').append(makeThumb(name, `Generated face ${i + 1}`, paint));
  });
}

async function showPhoto(told, file) {
  const {faces} = told;
  const before = await createImageBitmap(await draw('stage', {face: faces[0]}));
  const photo = new Photo(told, before, file.name ?? 'photo');
  const number = new Set(photos.values()).size + 1;
  remember(told.has);
  faces.forEach((name, i) => {
    const which = faces.length > 1 ? `Face ${i + 1} of ${faces.length} in your photo ${number}` :
                                     `Face from your photo ${number}`;
    photos.set(name, photo);
    const paint = (pen) => pen.drawImage(before, ...photo.around(name), 0, 0, kThumbPx, kThumbPx);
    const thumb = makeThumb(name, which, paint);
    thumb.classList.add('photo');
    const last = i > 0 ? find(faces[i - 1]).parentElement : $('drop');
    last.after(thumb);
  });
}

// The mark of faces that were changed.
export function mark(name, changed) {
  const thumb = find(name)?.parentElement;
  thumb?.classList.toggle('changed', changed);
  find(name)?.setAttribute('aria-label', thumb.dataset.label + (changed ? ', changed' : ''));
}

export function select(name) {
  const input = find(name);
  if (!input) return;
  input.checked = true;
  input.dispatchEvent(new Event('change', {bubbles: true}));
}

// The name of the photo's file that a face was in; of a generated face `face`.
export const fileName = (name) => photoOf(name)?.file.replace(/\.[^.]*$/, '') ?? 'face';

// A face, with all others of its photo.
export function forget(name) {
  for (const face of photoOf(name)?.faces ?? [name]) {
    find(face)?.parentElement.remove();
    photos.delete(face);
  }
}

export async function upload(file, aligned = false) {
  if (file.size > kMaxBytes) {
    message.show(`This file has ${(file.size / 1e6).toFixed(1)} MB; 10 MB is the most. Try a smaller copy of it.`);
    return;
  }
  $('drop').classList.add('busy');
  try {
    const told = await postFile(aligned ? 'api/photos?aligned=1' : 'api/photos', file);
    await showPhoto(told, file);
    message.hide();
    select(told.faces[0]);
  } catch (problem) {
    const asItIs = {text: 'Use its middle as it is', run: () => upload(file, true)};
    message.show(problem.message, problem.kind === 'no_face' ? asItIs : undefined);
  } finally {
    $('drop').classList.remove('busy');
  }
}

function takeDrops() {
  const hasFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    $('drop-here').hidden = false;
  });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) $('drop-here').hidden = true; });
  addEventListener('drop', (event) => {
    $('drop-here').hidden = true;
    if (!hasFile(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  });
  addEventListener('paste', (event) => {
    if (event.clipboardData?.files[0]) upload(event.clipboardData.files[0]);
  });
}

// chosen(name) when the user picks a face.
export async function makeFaces(model, chosen) {
  await showGallery(model);
  $('faces').addEventListener('change', (event) => { if (event.target.name === 'face') chosen(event.target.value); });
  $('file').addEventListener('change', () => {
    if ($('file').files[0]) upload($('file').files[0]);
    $('file').value = '';  // so that the same file can be chosen again
  });
  takeDrops();
  if (model.gallery.length > 0) select(model.gallery[0]);
}
