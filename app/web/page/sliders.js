// A slider per attribute.
const kFarthest = 2;

export const signed = (value) => (value > 0 ? '+' : value < 0 ? '−' : '') + Math.abs(value).toFixed(2);

function makeSlider({name, label}, changed) {
  const row = document.createElement('label');
  const text = document.createElement('span');
  const input = document.createElement('input');
  const value = document.createElement('output');
  const already = document.createElement('small');
  let has = false;
  text.textContent = label;
  already.textContent = 'there already';
  text.append(already);
  Object.assign(input, {type: 'range', min: -kFarthest, max: kFarthest, step: 0.05, value: 0, name});
  const show = () => {
    input.style.setProperty('--share', (Number(input.value) + kFarthest) / (2 * kFarthest));
    const more = has && Number(input.value) > 0;  // of what the face has: it soon looks overdone
    already.hidden = !more;
    input.setAttribute('aria-valuetext', signed(Number(input.value)) + (more ? ', there already' : ''));
    value.textContent = signed(Number(input.value));
    row.classList.toggle('moved', Number(input.value) !== 0);
  };
  input.addEventListener('input', () => {
    if (Math.abs(input.value) < 0.08 && input.matches(':active')) input.value = 0;  // the middle is easy to hit
    show();
    changed(name, Number(input.value));
  });
  input.addEventListener('dblclick', () => {
    input.value = 0;
    input.dispatchEvent(new Event('input'));
  });
  row.append(text, input, value);
  show();
  return {row, set: (to, had) => { [input.value, has] = [to, had]; show(); }};
}

// changed(name, strength) when the user moves one. Returns set(moves, has), which moves them all; has: the attributes
// that the face has already.
export function makeSliders(place, attributes, changed) {
  const sliders = new Map(attributes.map((attribute) => [attribute.name, makeSlider(attribute, changed)]));
  place.replaceChildren(...[...sliders.values()].map((slider) => slider.row));
  return (moves, has) => sliders.forEach((slider, name) => slider.set(moves[name] ?? 0, has.includes(name)));
}
