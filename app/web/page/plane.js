// A plane of two attributes: a map of 5 x 5 faces, and a dot to move on it.
import {draw, latest} from './api.js';
import {signed} from './sliders.js';

const $ = (id) => document.getElementById(id);
const kFarthest = 1;  // beyond it two attributes together seldom look like a face
const kMargin = 0.1;  // half a face: the outermost faces' middles are the plane's ends

const clamp = (value) => Math.round(20 * Math.min(kFarthest, Math.max(-kFarthest, value))) / 20;
const toStrength = (share) => ((share - kMargin) / (1 - 2 * kMargin) * 2 - 1) * kFarthest;
const toShare = (strength) => kMargin + (1 - 2 * kMargin) * (clamp(strength) / kFarthest + 1) / 2;

function fill(select, attributes, preferred) {
  select.replaceChildren(...attributes.map(({name, label}) => new Option(label, name)));
  select.value = preferred;
}

// moved({X: strength, Y: strength}) when the user moves the dot. Returns show(face, moves).
export function makePlane(attributes, moved, failed) {
  const pad = $('pad');
  const names = attributes.map(({name}) => name);
  fill($('x'), attributes, names.includes('Smiling') ? 'Smiling' : names[0]);
  fill($('y'), attributes, ['Young', 'Male', ...names].find((name) => names.includes(name) && name !== $('x').value));
  let face = '';
  let moves = {};
  let drawn = '';
  let timer = 0;

  const drawMap = latest(async (request) => {
    const map = await createImageBitmap(await draw('plane', request));
    const canvas = $('map');
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(map, 0, 0, canvas.width, canvas.height);
  }, failed);

  const others = () =>
    Object.fromEntries(Object.entries(moves).filter(([name]) => name !== $('x').value && name !== $('y').value));

  function show(nextFace, nextMoves) {
    [face, moves] = [nextFace, nextMoves];
    const [x, y] = [moves[$('x').value] ?? 0, moves[$('y').value] ?? 0];
    $('dot').style.left = `${100 * toShare(x)}%`;
    $('dot').style.top = `${100 * (1 - toShare(y))}%`;
    pad.setAttribute('aria-valuenow', clamp(x));
    const label = (select) => select.selectedOptions[0]?.textContent;
    pad.setAttribute('aria-valuetext', `${label($('x'))} ${signed(x)}, ${label($('y'))} ${signed(y)}`);
    const request = {face, moves: others(), x: $('x').value, y: $('y').value};
    if (JSON.stringify(request) === drawn) return;
    drawn = JSON.stringify(request);
    clearTimeout(timer);
    timer = setTimeout(() => drawMap(request), 250);  // once the sliders rest
  }

  const go = (x, y) => moved({[$('x').value]: clamp(x), [$('y').value]: clamp(y)});

  function follow(event) {
    const box = pad.getBoundingClientRect();
    go(toStrength((event.clientX - box.left) / box.width), toStrength(1 - (event.clientY - box.top) / box.height));
  }
  pad.addEventListener('pointerdown', (event) => {
    pad.setPointerCapture(event.pointerId);
    pad.focus({focusVisible: false});
    follow(event);
    event.preventDefault();
  });
  pad.addEventListener('pointermove', (event) => pad.hasPointerCapture(event.pointerId) && follow(event));
  pad.addEventListener('keydown', (event) => {
    const step = event.shiftKey ? 0.5 : 0.1;
    const ways = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]};
    const way = ways[event.key];
    if (!way && event.key !== 'Home') return;
    event.preventDefault();
    if (!way) return go(0, 0);
    go((moves[$('x').value] ?? 0) + way[0], (moves[$('y').value] ?? 0) + way[1]);
  });

  // Both axes the same would be a line: the other one takes what this one was.
  let [lastX, lastY] = [$('x').value, $('y').value];
  const choose = () => {
    if ($('x').value === $('y').value) [$('x').value, $('y').value] = [lastY, lastX];
    [lastX, lastY] = [$('x').value, $('y').value];
    show(face, moves);
  };
  $('x').addEventListener('change', choose);
  $('y').addEventListener('change', choose);
  return show;
}
