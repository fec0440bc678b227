// The faces to choose from, and the photos dropped on the page.
import {draw, getBitmap, postFile} from './api.js';
import * as message from './message.js';

const $ = (id) => document.getElementById(id);
const kMostBytes = 10_000_000;
const kThumbPx = 128;

const find = (name) => document.querySelector(`#faces input[value="${name}"]`);

function makeThumb(name, label, paint) {
  const thumb = document.createElement('label');
  const input = document.createElement('input');
  const canvas = document.createElement('canvas');
  Object.assign(input, {type: 'radio', name: 'face', value: name, className: 'unseen'});
  input.setAttribute('aria-label', label);
  canvas.width = canvas.height = kThumbPx;
  const pen = canvas.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  paint(pen);
  thumb.className = 'thumb';
  thumb.append(input, canvas);
  return thumb;
}

async function showGallery(model) {
  if (model.gallery.length === 0) return;
  const all = await getBitmap('api/gallery');
  model.gallery.forEach((name, i) => {
    const paint = (pen) => pen.drawImage(all, i * model.size, 0, model.size, model.size, 0, 0, kThumbPx, kThumbPx);
    $('faces').append(makeThumb(name, `Generated face ${i + 1}`, paint));
  });
}

async function showPhoto(names, file) {
  const number = document.querySelectorAll('#faces .photo').length + 1;
  for (const name of names.toReversed()) {
    const before = await createImageBitmap(await draw('frame', {face: name}));
    const thumb = makeThumb(name, `Face from your photo ${number}`,
                            (pen) => pen.drawImage(before, 0, 0, kThumbPx, kThumbPx));
    thumb.classList.add('photo');
    thumb.dataset.file = file.name ?? 'photo';
    $('drop').after(thumb);
  }
}

export function select(name) {
  const input = find(name);
  if (!input) return;
  input.checked = true;
  input.dispatchEvent(new Event('change', {bubbles: true}));
}

// The name of the photo's file that a face was in; of a generated face `face`.
export const fileName = (name) => find(name)?.parentElement.dataset.file?.replace(/\.[^.]*$/, '') ?? 'face';

export function forget(name) {
  find(name)?.parentElement.remove();
}

export async function upload(file, aligned = false) {
  if (file.size > kMostBytes) {
    message.show(`This file has ${(file.size / 1e6).toFixed(1)} MB; 10 MB is the most. Try a smaller copy of it.`);
    return;
  }
  $('drop').classList.add('busy');
  try {
    const {faces} = await postFile(aligned ? 'api/photos?aligned=1' : 'api/photos', file);
    await showPhoto(faces, file);
    message.hide();
    select(faces[0]);
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
