// Twelve photos at a time: clicked, sent, learned from; and all photos, to look through and correct.
import {getJson, postJson} from './api.js';
import {showKnown} from './known.js';
import * as message from './message.js';
import {focusedIn, kNone, kUnknown, makeChips, moveFocus, ofClass, same, showTiles, wordsFor} from './tiles.js';

const $ = (id) => document.getElementById(id);
// What is shown here is shown to no other tab; after a reload it is shown again.
const kPage = sessionStorage.getItem('pawprint-page') ?? crypto.randomUUID();
sessionStorage.setItem('pawprint-page', kPage);
const kReviewed = 60;

let state = {classes: [], photos: 0};
let view = 'teach';
let brush = null;      // what a click says
let mainClass = '';    // of two: the one that is clicked; the rest are the other
let measure = false;
let busy = false;
let repaint = () => {};
const rows = [];  // {photos, said: id -> saying, clicks}: all that were shown
let at = -1;
let review = {of: null, photos: [], clicks: [], brush: null};  // of: a class, `` for doubtful labels; brush: if chosen

const names = () => state.classes.map(({name}) => name);
const numberOf = (saying) => (saying?.answer === 'class' ? Math.min(names().indexOf(saying.class) + 1, 9) : 0);
const isPair = () => names().length === 2;
const rest = () => (isPair() ? ofClass(names().find((name) => name !== mainClass)) : null);
const row = () => rows[at];

async function guarded(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (problem) {
    message.showError(problem);
  } finally {
    busy = false;
  }
}

function sayings() {
  return [...names().map((name, i) => ({id: `class ${name}`, text: name, key: i < 9 ? String(i + 1) : '', number: Math.min(i + 1, 9), saying: ofClass(name)})),
          {id: 'none', text: 'none of these', key: 'X', saying: kNone},
          {id: 'unknown', text: 'cannot tell', key: 'C', saying: kUnknown}];
}

function choose(saying) {
  if (view === 'review') review.brush = saying;
  else brush = saying;
  if (view === 'teach' && saying.answer === 'class') mainClass = saying.class;
  show();
}

function showBrushes() {
  const all = sayings();
  const chosen = all.find(({saying}) => same(saying, view === 'review' ? review.brush : brush));
  makeChips($('brushes'), all, chosen?.id, (id) => choose(all.find((chip) => chip.id === id).saying));
}

function reviewHint() {
  const says = review.brush ? wordsFor(review.brush) : review.of === '' ? 'what it looks like' : isPair() ? 'the other class' : wordsFor(brush ?? kNone);
  return `A click says: ${says}. ${review.of === '' ? 'The most doubtful' : 'The least certain'} come first.`;
}

function ask() {
  if (view === 'review') return 'Click what is wrong';
  if (state.photos === 0) return 'Looking at the first photos …';
  if (!row() || row().photos.length === 0) return state.seen < state.total ? 'More photos are on their way …' : 'Every photo has its answer';
  if (brush?.answer === 'none') return 'Click all that show none of these';
  if (brush?.answer === 'unknown') return 'Click all that nobody can tell';
  return `Click all that show: ${brush?.class ?? ''}`;
}

// What is said of a photo, or will be if it is left, and what is guessed instead.
function look(photo) {
  const guess = photo.guess !== undefined ? ofClass(photo.guess) : null;
  const said = view === 'review' ? photo.answer && {answer: photo.answer, class: photo.class} : row().said.get(photo.id);
  const saying = said ?? (view === 'teach' ? rest() : null);
  const doubted = !said || (view === 'review' && review.of === '' && !photo.settled);
  const shownGuess = doubted && guess && !same(guess, saying) ? guess : null;
  return {saying, kind: said ? 'said' : 'rest', number: said ? numberOf(said) : 0, guess: shownGuess, guessNumber: numberOf(shownGuess)};
}

// What a click in the other view says: what is chosen, else what contradicts what is there.
function correctionOf(photo) {
  if (review.brush) return review.brush;
  if (review.of === '' && photo.guess !== undefined) return ofClass(photo.guess);
  const now = photo.class ?? photo.guess;
  return isPair() && now !== undefined ? ofClass(names().find((name) => name !== now)) : brush;
}

function show() {
  const photos = view === 'review' ? review.photos : row()?.photos ?? [];
  for (const [id, mine] of [['teach-view', 'teach'], ['review-view', 'review']]) $(id).setAttribute('aria-pressed', view === mine);
  showBrushes();
  $('ask').textContent = ask();
  $('filters').hidden = view !== 'review';
  const others = view === 'teach' && isPair() && photos.length > 0;
  $('rest').textContent = others ? `What you leave is: ${rest().class}.` :
    view === 'review' ? reviewHint() : photos.length > 0 ? 'Choose a class, then click its photos; or keys 1 to 9.' : '';
  const hasGuesses = view === 'teach' && photos.some((photo) => photo.guess !== undefined);
  $('accept').hidden = !hasGuesses;
  $('back').hidden = view === 'review';
  $('back').disabled = at <= 0;
  $('undo').disabled = (view === 'review' ? review : row() ?? {clicks: []}).clicks.length === 0;
  $('next').textContent = view === 'review' ? 'Show more' : at === rows.length - 1 ? 'Next twelve' : 'Save and go on';
  $('next').disabled = photos.length === 0 || (view === 'review' && photos.length % kReviewed > 0);
  if ($('tiles').shown !== photos) {
    $('tiles').shown = photos;
    repaint = showTiles($('tiles'), photos, click, look);
  } else {
    repaint();
  }
}

// sayings: of each photo, null takes it back; all of them are undone at once.
function say(sayings) {
  if (sayings.length === 0) return;
  row().clicks.push(sayings.map(([{id}]) => ({id, before: row().said.get(id)})));
  for (const [{id}, saying] of sayings) {
    if (saying) row().said.set(id, saying);
    else row().said.delete(id);
  }
  show();
}

function click(photo, saying) {
  if (view === 'review') return correct(photo, saying ?? correctionOf(photo));
  saying ??= brush;
  say([[photo, same(row().said.get(photo.id), saying) ? null : saying]]);
}

const correct = (photo, saying) => guarded(async () => {
  review.clicks.push({photo, before: {answer: photo.answer, class: photo.class, settled: photo.settled}});
  await postJson('api/answers', {page: kPage, answers: [{id: photo.id, ...saying}]});
  Object.assign(photo, {class: undefined, ...saying, settled: true});
  show();
  await refresh();
});

const undo = () => (view === 'review' ? guarded(async () => {
  const last = review.clicks.pop();
  if (!last) return;
  const {photo, before} = last;
  await postJson('api/answers', {page: kPage, answers: [{id: photo.id, answer: before.answer ?? 'taken-back', class: before.class}]});
  Object.assign(photo, before);
  show();
  await refresh();
}) : undoClick());

function undoClick() {
  for (const {id, before} of row()?.clicks.pop() ?? []) {
    if (before) row().said.set(id, before);
    else row().said.delete(id);
  }
  show();
}

function back() {
  if (at <= 0) return;
  --at;
  show();
}

const unsaid = () => (row()?.photos ?? []).filter((photo) => !row().said.has(photo.id));
const accept = () => say(unsaid().filter((photo) => photo.guess !== undefined).map((photo) => [photo, ofClass(photo.guess)]));
const fillRest = (saying) => say(unsaid().map((photo) => [photo, saying]));

function addRow({photos}) {
  const known = (photo) => photo.answer && [photo.id, {answer: photo.answer, class: photo.class}];
  rows.push({photos, said: new Map(photos.map(known).filter(Boolean)), clicks: []});
  at = rows.length - 1;
  if (photos.length === 0) rows.pop(), --at;
}

const loadRow = () => guarded(async () => {
  addRow(await postJson('api/row', {page: kPage, measure}));
  show();
});

const next = () => guarded(async () => {
  if (view === 'review') return moreReview();
  if (!row()) return;
  const answers = row().photos.map(({id}) => ({id, ...(row().said.get(id) ?? rest() ?? {answer: ''})}));
  const missing = answers.filter(({answer}) => answer === '').length;
  if (missing > 0)
    return message.show(`${missing} of the photos ${missing > 1 ? 'have' : 'has'} no answer yet. “Cannot tell” is one, too.`);
  message.hide();
  const started = performance.now();
  const got = await postJson('api/answers', {page: kPage, answers, measure});
  row().said = new Map(answers.map(({id, ...saying}) => [id, saying]));
  row().clicks = [];
  measure = false;
  if (at < rows.length - 1) ++at;
  else addRow(got);
  performance.measure('answered', {start: started, end: performance.now()});
  show();
  const first = $('tiles').querySelector('.tile');
  if (first && document.activeElement !== $('next')) first.focus({preventScroll: true});
  await refresh();
});

async function moreReview() {
  const got = await postJson('api/review', {class: review.of, begin: review.photos.length, count: kReviewed});
  review.photos = [...review.photos, ...got.photos];
  show();
}

const openReview = (of) => guarded(async () => {
  view = 'review';
  review = {of, photos: [], clicks: [], doubtful: state.doubtful, brush: null};
  const chips = state.classes.map(({name}, i) => ({id: name, text: name, number: Math.min(i + 1, 9)}));
  if (state.doubtful > 0 || of === '') chips.unshift({id: '', text: `doubtful labels: ${state.doubtful}`});
  makeChips($('filters'), chips, of, openReview);
  await moreReview();
});

function openTeach() {
  view = 'teach';
  show();
}

// In all that was said and shown, too.
function renamed(from, to) {
  const now = (saying) => (saying?.answer === 'class' && saying.class === from ? ofClass(to) : saying);
  for (const shown of rows) {
    for (const [id, saying] of shown.said) shown.said.set(id, now(saying));
    for (const each of shown.clicks.flat()) each.before = now(each.before);
  }
  for (const photo of [...rows.flatMap((shown) => shown.photos), ...review.photos]) {
    if (photo.guess === from) photo.guess = to;
    if (photo.class === from) photo.class = to;
  }
  if (review.of === from) review.of = to;
  if (mainClass === from) mainClass = to;
  brush = now(brush);
}

async function refresh() {
  state = await getJson('api/state');
  if (!names().includes(mainClass)) mainClass = names()[0] ?? '';
  if (brush === null || (brush.answer === 'class' && !names().includes(brush.class)))
    brush = mainClass ? ofClass(mainClass) : kNone;
  showKnown(state, {renamed, refresh: () => guarded(refresh).then(show)});
  if (!row() && state.photos > 0 && !busy) await loadRow();
}

// Until all photos are looked at, and while a model is made.
async function watch() {
  for (let begun = false;;) {
    try {
      const was = JSON.stringify([state.classes, state.photos > 0]);
      if (!busy) await refresh();
      if (!begun && state.given > 0 && state.doubtful > 0 && view === 'teach') await openReview('');
      else if (view === 'review' && review.of === '' && review.clicks.length === 0 && review.doubtful !== state.doubtful)
        await openReview('');  // more photos, more doubts
      else if (was !== JSON.stringify([state.classes, state.photos > 0])) show();
      begun = begun || state.doubtful > 0 || view === 'review';
    } catch (problem) {
      message.showError(problem);
      if (problem.kind === 'ended' || problem.kind === 'token') return;
    }
    const working = state.seen < state.total || state.finish?.busy || !row();
    await new Promise((done) => setTimeout(done, working ? 500 : 2000));
  }
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $('naming').open || event.target.matches('input, summary')) return;
  const focused = focusedIn($('tiles'));
  const photos = view === 'review' ? review.photos : row()?.photos ?? [];
  const digit = /^Digit[1-9]$/.test(event.code) ? sayings()[Number(event.code.slice(5)) - 1]?.saying : null;
  const saying = digit?.answer === 'class' ? digit : {x: kNone, c: kUnknown}[event.key.toLowerCase()];
  const act = {a: accept, z: undo, b: back}[event.key.toLowerCase()];
  if (event.key.startsWith('Arrow')) moveFocus($('tiles'), event.key);
  else if (saying && event.shiftKey && digit && view === 'teach') fillRest(saying);
  else if (saying && focused >= 0) {
    click(photos[focused], saying);
    moveFocus($('tiles'), 'ArrowRight');
  } else if (saying) choose(saying);
  else if (act && !(view === 'review' && act !== undo)) act();
  else if (event.key === 'Enter' && (focused >= 0 || event.target === document.body)) next();
  else return;
  event.preventDefault();
}

$('teach-view').onclick = openTeach;
$('review-view').onclick = () => openReview(state.doubtful > 0 ? '' : names()[0] ?? '');
$('back').onclick = back;
$('undo').onclick = undo;
$('accept').onclick = accept;
$('next').onclick = next;
$('measure').onclick = () => {
  measure = true;
  message.show('The row after this one is drawn at random: it tells how often the model is right.');
};
addEventListener('keydown', key);
watch();
