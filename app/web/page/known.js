// What the model has learned so far, its classes, and the way to its end.
import {postJson} from './api.js';
import * as message from './message.js';

const $ = (id) => document.getElementById(id);
const kEnough = 0.002;  // of accuracy, that 24 more labels bring
const kFew = 10;  // a share of fewer says too little
let after = {refresh: () => {}, renamed: () => {}};

const percent = (share) => `${Math.round(100 * share)}`;
const counted = (count, one) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

function showSample({sample, answered}) {
  const small = document.createElement('small');
  if (!sample) {
    $('right').replaceChildren(answered > 0 ? 'Not measured yet.' : 'Nothing yet.');
    small.textContent = answered > 0 ? `${counted(answered, 'photo')} answered; one in ten is kept to measure by` : '';
  } else {
    const {right, count, low, high} = sample;
    const range = `${percent(low)} to ${percent(high)}`;
    const few = count < kFew;
    $('right').replaceChildren(few ? `${right} of ${count} right so far` : `About ${percent(right / count)} % right (${range})`);
    small.textContent = `of the photos drawn at random, after ${counted(answered, 'answer')}${few ? `; of all photos ${range} %` : ''}`;
  }
  if (small.textContent) $('right').append(small);
}

function advice({gain, sample, seen, total, answered, photos}) {
  if (total > 0 && seen >= total && answered === photos) return 'Every photo has its answer.';
  if (gain === null || gain === undefined) return '';
  if (gain >= kEnough) return `24 more would bring about +${(100 * gain).toFixed(1)}: so many more right of 100.`;
  const sure = sample && sample.high - sample.low < 0.1;
  return 'This is enough: 24 more would bring less than +0.2 of 100.' + (sure ? '' : ' “Measure” tells more exactly how good it is.');
}

function showCounts({classes, none, unknown}) {
  const most = Math.max(1, ...classes.map(({count}) => count));
  const lines = classes.map(({name, count}, i) => {
    const line = document.createElement('div');
    const label = document.createElement('b');
    const number = document.createElement('span');
    const rename = document.createElement('button');
    const bar = document.createElement('div');
    const fill = document.createElement('span');
    line.className = 'count';
    line.style.setProperty('--hue', `var(--class-${Math.min(i + 1, 9)})`);
    label.textContent = name;
    number.textContent = count.toLocaleString('en');
    Object.assign(rename, {type: 'button', textContent: 'Rename', onclick: () => renameClass(name, classes)});
    rename.setAttribute('aria-label', `Rename ${name}`);
    bar.className = 'bar';
    fill.style.width = `${100 * count / most}%`;
    bar.append(fill);
    line.append(label, number, rename, bar);
    return line;
  });
  const others = [none > 0 && `${none} of none of these`, unknown > 0 && `${unknown} nobody can tell`].filter(Boolean);
  if (others.length > 0) {
    const hint = document.createElement('p');
    Object.assign(hint, {className: 'hint', textContent: others.join(', ')});
    lines.push(hint);
  }
  const text = JSON.stringify([classes, none, unknown]);
  if ($('counts').dataset.shown === text) return;  // buttons keep the focus
  $('counts').dataset.shown = text;
  $('counts').replaceChildren(...lines);
}

// Asks for a name; resolves to it, or to `` if nobody wants to give one.
function askName(title, help, ok, value) {
  $('naming-title').textContent = title;
  $('naming-help').textContent = help;
  $('naming-ok').textContent = ok;
  $('name').value = value;
  $('naming').showModal();
  $('name').select();
  return new Promise((resolve) => {
    $('naming').onclose = () => resolve($('naming').returnValue === 'ok' ? $('name').value.trim() : '');
    $('naming').returnValue = '';
  });
}

async function change(request) {
  try {
    await postJson('api/classes', request);
    if (request.rename) after.renamed(request.rename, request.to);
  } catch (problem) {
    message.showError(problem);
  }
  await after.refresh();
}

async function renameClass(name, classes) {
  const others = classes.filter((other) => other.name !== name).map((other) => other.name);
  const to = await askName(`Rename ${name}`, `The name of another class makes one of both: ${others.slice(0, 6).join(', ')}.`, 'Rename', name);
  if (!to || to === name) return;
  const merge = () => change({rename: name, to});
  if (!others.includes(to)) return merge();
  message.show(`Make one class of ${name} and ${to}? That cannot be undone.`, {text: 'Make one', run: merge});
}

async function addClass() {
  const name = await askName('Add a class', 'Photos that you have answered already keep their answers.', 'Add', '');
  if (name) await change({add: name});
}

function showFinish({finish, classes}) {
  const {busy, stage, done, total, problem, result} = finish ?? {};
  const taught = classes.filter(({count}) => count >= 2).length;
  $('finish').disabled = Boolean(busy) || taught < 2;
  $('finish').title = taught < 2 ? 'At least two photos of two classes are needed' : '';
  $('made').hidden = !busy && !problem && !result;
  const text = JSON.stringify(finish);
  if ($('made').hidden || $('made').dataset.shown === text) return;
  $('made').dataset.shown = text;
  if (busy) {
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', 'Making the model');
    if (total > 0) Object.assign(bar, {max: total, value: done});
    $('made').replaceChildren(stage ? `Making the model: ${stage}` : 'Making the model', bar);
  } else if (problem) {
    $('made').replaceChildren(`No model was made: ${problem}`);
  } else {
    const code = (words) => Object.assign(document.createElement('code'), {textContent: words});
    const line = (words) => Object.assign(document.createElement('p'), {className: 'hint', textContent: words});
    const {accuracy, low, high, count, of_sample: ofSample, left_out: leftOut} = result;
    const share = count < kFew ? `${Math.round(accuracy * count)} of ${count} right` : `${percent(accuracy)} % right`;
    const which = ofSample ? `on ${counted(count, 'photo')} drawn at random, of which it had learned nothing` :
      'on some of your answers, which are harder than most photos: “Measure” first for a better figure';
    $('made').replaceChildren(`Done: ${share} (${percent(low)} to ${percent(high)} %) ${which}.`,
                              line('The page to look at:'), code(result.report),
                              line('To sort other photos with it:'), code(result.classify),
                              line('The same model by hand:'), code(result.command),
                              ...leftOut.slice(0, 10).map((words) => line(`Left out: ${words}`)));
  }
}

function showFacts({seen, total, skipped, problem}) {
  const unread = skipped?.length > 0 ? `, ${skipped.length} cannot be read` : '';
  $('facts').textContent = problem ? `Stopped: ${problem}` :
    seen < total ? `${seen.toLocaleString('en')} of ${total.toLocaleString('en')} photos looked at${unread}` : `${counted(total, 'photo')}${unread}`;
  $('facts').title = (skipped ?? []).slice(0, 20).map(({photo, why}) => `${photo}: ${why}`).join('\n');
}

export function showKnown(state, then) {
  after = then;
  showFacts(state);
  showSample(state);
  $('advice').textContent = advice(state);
  showCounts(state);
  showFinish(state);
}

$('add').onclick = addClass;
$('finish').onclick = async () => {
  try {
    await postJson('api/finish', {});
  } catch (problem) {
    message.showError(problem);
  }
  await after.refresh();
};
