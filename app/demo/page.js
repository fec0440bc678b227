"use strict";
const {rate, pictures} = JSON.parse(document.getElementById("answers").textContent);
const tiles = [...document.querySelectorAll(".twelve button")];
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
    const {truth, said, probability} = pictures[i];
    const marked = tile.getAttribute("aria-pressed") === "true";
    const you = marked === (truth === "cats"), machine = said === truth;
    yours += you;
    machines += machine;
    tile.disabled = true;
    tile.classList.add(machine ? "right" : "wrong");
    const where = tile.parentElement.querySelector(".said");
    line(where, "you: " + (marked ? "cat" : "dog"), you ? "good" : "bad");
    line(where, "machine: " + said.replace(/s$/, ""), machine ? "good" : "bad");
    line(where, percent(probability), "quiet");
  });
  say(`You: ${yours} of 12 in ${taken}. ` +
      (yours === 12 ? "You pass for a human." : "Asirra would have taken you for a machine."));
  const time = 12 / rate;
  say(`The machine: ${machines} of 12 in ${time.toFixed(time < 0.1 ? 3 : 2)} s. ` +
      (machines === 12 ? "It passes for a human, too." : "It is found out."));
  say(`That is at ${rate} pictures a second, as it sorted all. Rings are green where the machine is right.`, "quiet");
  done.textContent = "Again";
  result.scrollIntoView({block: "nearest"});
}

function again() {
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
