"use strict";
const {rate, pictures} = JSON.parse(document.getElementById("answers").textContent);
const tiles = [...document.querySelectorAll(".twelve button")];
const kHard = 3;   // of twelve
let twelve = pictures.slice(0, tiles.length);  // those on the tiles
twelve.forEach((picture, i) => Object.assign(picture, {src: tiles[i].firstElementChild.src, shown: 1}));
const score = {rounds: 0, yours: 0, machines: 0};
const done = document.getElementById("done");
const timer = document.getElementById("timer");
const result = document.getElementById("result");
let begun = 0;     // milliseconds; 0: nothing was clicked yet
let ticking = 0;

const seconds = () => ((performance.now() - begun) / 1000).toFixed(1) + " s";

function line(where, words, kind) {
  const span = document.createElement("span");
  span.textContent = words + {good: " ✓", bad: " ✗", quiet: ""}[kind];
  span.className = kind;
  where.append(span);
}

function percent(probability) {
  return probability >= 0.9995 ? "> 99.9 %" : (100 * probability).toFixed(1) + " %";
}

function say(words, kind = "") {
  const p = document.createElement("p");
  p.className = kind;
  p.textContent = words;
  result.append(p);
}

function click(tile) {
  if (!begun) {
    begun = performance.now();
    ticking = setInterval(() => { timer.textContent = seconds(); }, 100);
    done.disabled = false;
  }
  tile.setAttribute("aria-pressed", tile.getAttribute("aria-pressed") !== "true");
}

function finish() {
  clearInterval(ticking);
  const taken = timer.textContent = seconds();
  let yours = 0, machines = 0;
  tiles.forEach((tile, i) => {
    const {truth, said, probability} = twelve[i];
    const marked = tile.getAttribute("aria-pressed") === "true";
    const you = marked === (truth === "cats"), machine = said === truth;
    yours += you;
    machines += machine;
    tile.disabled = true;
    tile.classList.add(you ? "right" : "wrong");
    const where = tile.parentElement.querySelector(".said");
    line(where, "you: " + (marked ? "cat" : "dog"), you ? "good" : "bad");
    line(where, "machine: " + said.replace(/s$/, ""), machine ? "good" : "bad");
    line(where, percent(probability), "quiet");
  });
  score.rounds += 1;
  score.yours += yours;
  score.machines += machines;
  say(`You: ${yours} of 12 in ${taken}. ` +
      (yours === 12 ? "You pass for a human." : "Asirra would have taken you for a machine."));
  const time = 12 / rate;
  say(`The machine: ${machines} of 12 in ${time.toFixed(time < 0.1 ? 3 : 2)} s. ` +
      (machines === 12 ? "It passes for a human, too." : "It gave itself away."));
  if (score.rounds > 1)
    say(`After ${score.rounds} rounds: you ${score.yours}, the machine ${score.machines} of ${12 * score.rounds}.`);
  say(`That is at ${rate} pictures a second, as it sorted all. Rings are green where you are right.`, "quiet");
  done.textContent = "Again";
  result.scrollIntoView({block: "nearest"});
}

function shuffled(list) {
  const keyed = list.map((item) => [Math.random(), item]);
  return keyed.sort(([a], [b]) => a - b).map(([, item]) => item);
}

// Twelve others: those that were shown least often, some of them hard, neither nearly all cats nor nearly all dogs.
function drawTwelve() {
  const take = (from, count) => shuffled(from).sort((a, b) => (a.shown ?? 0) - (b.shown ?? 0)).slice(0, count);
  for (let tries = 0; tries < 100; ++tries) {
    const hard = take(pictures.filter((picture) => picture.hard), kHard);
    twelve = shuffled([...hard, ...take(pictures.filter((picture) => !hard.includes(picture)), tiles.length - hard.length)]);
    const cats = twelve.filter(({truth}) => truth === "cats").length;
    if (cats >= 4 && cats <= 8) break;
  }
  twelve.forEach((picture, i) => {
    picture.shown = (picture.shown ?? 0) + 1;
    tiles[i].firstElementChild.src = picture.src;
  });
}

function again() {
  drawTwelve();
  begun = 0;
  timer.textContent = "0.0 s";
  result.replaceChildren();
  for (const tile of tiles) {
    tile.disabled = false;
    tile.classList.remove("right", "wrong");
    tile.setAttribute("aria-pressed", false);
    tile.parentElement.querySelector(".said").replaceChildren();
  }
  done.textContent = "Done";
  done.disabled = true;
  tiles[0].focus();
}

tiles.forEach((tile) => tile.addEventListener("click", () => click(tile)));
done.addEventListener("click", () => (tiles[0].disabled ? again() : finish()));

for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } catch {  // the browser does not let pages of files copy: mark it, to be copied by hand
      getSelection().selectAllChildren(code);
    }
  });
}
