// Lets a person say what photos show: keep, leave out, or another class. Answers stay in the browser until they are
// saved as corrections.csv (app/data/corrections.h). Without this script the page is as it was, to be read.
"use strict";
(() => {
  const bar = document.getElementById("corrections");
  const figures = [...document.querySelectorAll("figure[data-path]")];
  const classes = [...bar.querySelectorAll("li")].map((item) => item.textContent);
  const predictions = bar.dataset.of === "predictions"; // nobody has said yet what the photos show: to agree is a label
  const kept = "pawprint corrections " + document.body.dataset.page;
  const manyClasses = classes.length > 4;

  let answers = new Map(); // path -> {answer, label}
  const undone = []; // [figure, what its answer was before], the last one last

  try {
    answers = new Map(Object.entries(JSON.parse(localStorage.getItem(kept) ?? "{}")));
  } catch {} // forbidden here, or not ours: begin anew

  const make = (tag, { role, label, ...properties }, ...inside) => {
    const element = Object.assign(document.createElement(tag), properties);
    if (role) element.setAttribute("role", role);
    if (label) element.setAttribute("aria-label", label);
    element.append(...inside);
    return element;
  };
  const same = (a, b) => a?.answer === b?.answer && a?.label === b?.label;

  // What it means for this photo to be of a class.
  const named = (figure, c) =>
    c === Number(figure.dataset.class) && !predictions ? { answer: "keep" } : { answer: "label", label: classes[c] };
  const agreed = (figure) => named(figure, Number(figure.dataset.class));
  const leaveOut = { answer: "leave out" };

  const isCorrected = (figure) => {
    const said = answers.get(figure.dataset.path);
    return said && !same(said, agreed(figure));
  };

  // ---- the buttons below a picture

  // The classes that have a button of their own.
  const offered = (figure) => {
    const likely = [figure.dataset.class, figure.dataset.suggested].filter((c) => c !== undefined).map(Number);
    const all = manyClasses ? likely : classes.map((_, c) => c);
    return all.filter((c) => predictions || c !== Number(figure.dataset.class));
  };

  const choices = (figure) => {
    const list = offered(figure).map((c) => ["is " + classes[c], named(figure, c)]);
    return predictions ? [...list, ["leave out", leaveOut]] : [["keep", { answer: "keep" }], ["leave out", leaveOut], ...list];
  };

  const others = (figure) => classes.map((_, c) => c).filter((c) => !offered(figure).includes(c) && (predictions || c !== Number(figure.dataset.class)));

  // A thousand classes below each of hundreds of pictures would take the browser minutes: options come when asked for.
  const fill = (figure) => {
    const select = figure.querySelector("select");
    if (!select || select.length > 1) return;
    for (const c of others(figure)) select.append(make("option", { value: c }, classes[c]));
  };

  const show = (figure) => {
    const said = answers.get(figure.dataset.path);
    figure.dataset.answer = said ? (isCorrected(figure) ? said.answer : "keep") : "";
    const buttons = figure.querySelectorAll(".answers button");
    choices(figure).forEach(([, answer], i) => buttons[i].setAttribute("aria-pressed", String(same(answer, said))));
    const select = figure.querySelector("select");
    if (!select) return;
    const c = said?.answer === "label" ? classes.indexOf(said.label) : -1;
    const elsewhere = c >= 0 && others(figure).includes(c);
    if (elsewhere) fill(figure);
    select.value = elsewhere ? String(c) : "";
  };

  const showAll = () => {
    figures.forEach(show);
    const done = new Set(figures.filter(isCorrected).map((figure) => figure.dataset.path)).size;
    const agreeing = answers.size - done;
    count.textContent = `${done} corrected` + (agreeing > 0 ? `, ${agreeing} ${predictions ? "confirmed" : "kept"}` : "");
    save.disabled = answers.size === 0;
    undo.disabled = undone.length === 0;
    then.hidden = true;
  };

  const keep = () => {
    try {
      localStorage.setItem(kept, JSON.stringify(Object.fromEntries(answers)));
    } catch {}
    showAll();
  };

  // answer: undefined takes it back
  const put = (path, answer) => {
    if (answer) answers.set(path, answer);
    else answers.delete(path);
    keep();
  };

  const say = (figure, answer) => {
    const before = answers.get(figure.dataset.path);
    if (same(before, answer)) return;
    undone.push([figure, before]);
    put(figure.dataset.path, answer);
  };

  const takeBack = () => {
    if (undone.length === 0) return;
    const [figure, before] = undone.pop();
    put(figure.dataset.path, before);
    if (!figure.hidden) goTo(figure);
  };

  for (const figure of figures) {
    const group = make("div", { className: "answers", role: "group", label: "what it shows: " + figure.dataset.path });
    for (const [text, answer] of choices(figure)) {
      const press = () => say(figure, same(answers.get(figure.dataset.path), answer) ? undefined : answer);
      group.append(make("button", { type: "button", onclick: press }, text));
    }
    if (others(figure).length > 0) {
      const choose = () => say(figure, select.value === "" ? undefined : named(figure, Number(select.value)));
      const select = make("select", { label: "another class", onchange: choose }, make("option", { value: "" }, "is \u2026"));
      for (const event of ["focus", "pointerdown"]) select.addEventListener(event, () => fill(figure));
      group.append(select);
    }
    figure.append(group);
  }

  // ---- the keyboard: one stop of the tab key a gallery, from there on arrows and letters

  const controls = (figure) => figure.querySelectorAll("button, select");
  const rove = (figure) => {
    for (const other of figure.parentElement.children) {
      if (other.dataset.path === undefined) continue;
      other.tabIndex = other === figure ? 0 : -1;
      for (const control of controls(other)) control.tabIndex = other.tabIndex;
    }
  };
  for (const gallery of new Set(figures.map((figure) => figure.parentElement))) rove(gallery.querySelector("figure[data-path]"));
  document.addEventListener("focusin", (event) => {
    const figure = event.target.closest("figure[data-path]");
    if (figure) rove(figure);
  });

  const goTo = (figure) => {
    figure.focus({ preventScroll: true });
    figure.scrollIntoView({ block: "nearest" });
  };
  const move = (from, step) => {
    const shown = figures.filter((figure) => !figure.hidden);
    const onScreen = shown.find((figure) => figure.getBoundingClientRect().bottom > 0) ?? shown[0];
    const next = from ? shown[shown.indexOf(from) + step] : onScreen;
    if (next) goTo(next);
  };

  const classOfKey = (key, figure) => {
    if (key === "Enter") return figure.dataset.suggested === undefined ? NaN : Number(figure.dataset.suggested);
    return /^[1-9]$/.test(key) && Number(key) <= classes.length ? Number(key) - 1 : NaN;
  };
  const answerOfKey = (key, figure) => {
    if (key === " ") return agreed(figure);
    if (key === "x") return leaveOut;
    const c = classOfKey(key, figure);
    return Number.isNaN(c) ? undefined : named(figure, c);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const figure = event.target.closest("figure[data-path]");
    if (!figure && event.target !== document.body) return;
    if (event.target.matches("select") || (event.target.matches("button") && (key === " " || key === "Enter"))) return;
    const step = { j: 1, ArrowRight: 1, k: -1, ArrowLeft: -1 }[key];
    const answer = figure && answerOfKey(key, figure);
    if (step) move(figure, step);
    else if (key === "u") takeBack();
    else if (answer) {
      say(figure, answer);
      move(figure, 1);
    } else return;
    event.preventDefault();
  });

  // ---- the list

  const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const list = () => {
    const rows = [...answers].sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = rows.map(([path, { answer, label }]) => [path, answer, label ?? ""].map(cell).join(","));
    return ["path,answer,label", ...lines, ""].join("\n");
  };
  const download = () => {
    const address = URL.createObjectURL(new Blob([list()], { type: "text/csv" }));
    make("a", { href: address, download: "corrections.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    then.hidden = false;
  };

  const count = make("b", { role: "status" });
  const undo = make("button", { type: "button", onclick: takeBack }, "Undo");
  const save = make("button", { type: "button", className: "strong", onclick: download }, "Save list");
  const key = (name, text) => make("span", {}, make("kbd", {}, name), " " + text);
  const numbers = classes.slice(0, 9).map((name, c) => key(String(c + 1), name));
  const keys = make("div", { className: "keys" }, key("J", "next"), key("K", "back"),
    key("space", predictions ? "right" : "keep"), key("X", "leave out"), ...(classes.length > 9 ? [] : numbers),
    key("Enter", predictions ? "the second class" : "what the model says"), key("U", "undo"));
  const then = make("p", { hidden: true }, "Saved. Next: ", make("code", {}, bar.dataset.next));
  bar.append(make("div", { className: "line" }, count, undo, save, make("details", {}, make("summary", {}, "Keys"), keys)), then);
  bar.hidden = false;
  showAll();

  // ---- cells of the confusion matrix lead to their photos

  const mistakes = document.getElementById("mistakes");
  const filter = make("p", { className: "filter", hidden: true, tabIndex: -1 });
  const inMistakes = figures.filter((figure) => mistakes?.contains(figure));
  const showCell = (cell, text) => {
    const [is, said] = cell.split(" ");
    for (const figure of inMistakes) figure.hidden = figure.dataset.class !== is || figure.dataset.suggested !== said;
    const shown = inMistakes.filter((figure) => !figure.hidden).length;
    const back = make("button", { type: "button", onclick: showEveryCell }, "All mistakes");
    filter.replaceChildren(`${classes[is]}, predicted ${classes[said]}: ${shown} of ${text}. `, back);
    filter.hidden = false;
    mistakes.classList.add("filtered");
    mistakes.scrollIntoView();
    filter.focus({ preventScroll: true });
  };
  const showEveryCell = () => {
    for (const figure of inMistakes) figure.hidden = false;
    filter.hidden = true;
    mistakes.classList.remove("filtered");
  };
  const cells = inMistakes.length > 0 ? document.querySelectorAll("[data-cell]") : [];
  if (cells.length > 0) {
    mistakes.querySelector("h2").after(filter);
    cells[0].closest("section").append(make("p", { className: "quiet" }, "Underlined numbers lead to their photos."));
    for (const cell of cells) {
      const [is, said] = cell.dataset.cell.split(" ");
      const text = cell.firstChild.textContent;
      const title = `show ${classes[is]}, predicted ${classes[said]}`;
      cell.replaceChildren(make("button", { type: "button", title, onclick: () => showCell(cell.dataset.cell, text) }, ...cell.childNodes));
    }
  }
})();
