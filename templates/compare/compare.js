// The comparison of cells. Its address has the cells, so that it can be saved and sent.
const mostCompared = 12;
const mostSeeds = 20;
const mostOffered = 12;

const comparison = (cells) => "compare.html" + (cells.length ? "?cells=" + cells.map((c) => c.index).join(",") : "");

// The cells in an address, and messages about errors in it.
function asked(search, cells) {
  const words = (new URLSearchParams(search).get("cells") || "").split(",").map((w) => w.trim()).filter((w) => w);
  const chosen = [];
  const wrong = [];
  for (const word of words) {
    const cell = /^\d+$/.test(word) ? cells.find((c) => c.index === Number(word)) : undefined;
    if (!/^\d+$/.test(word)) wrong.push(`“${word.slice(0, 40)}” is not the number of a cell.`);
    else if (!cell) wrong.push(`This sweep has no cell ${word.slice(0, 12)}; its cells are 0 to ${cells.length - 1}.`);
    else if (!chosen.includes(cell)) chosen.push(cell);
  }
  const more = wrong.splice(5).length;
  if (more) wrong.push(`${more} more errors of this kind.`);
  if (chosen.length > mostCompared) wrong.push(`Only the first ${mostCompared} of ${chosen.length} cells are shown.`);
  return { chosen: chosen.slice(0, mostCompared), wrong };
}

// Colors repeat with dashed lines.
const cellColour = (i) => "@c" + i;
const broken = (i) => i >= hues;
function swatch(i) {
  const made = element("i", { class: "swatch" + (broken(i) ? " broken" : ""), "aria-hidden": "true" });
  made.style.setProperty("--swatch", colour(cellColour(i)));
  swatches.push(() => made.style.setProperty("--swatch", colour(cellColour(i))));
  return made;
}
const swatches = [];

function chooser(chosen, cells) {
  const made = element("section", { class: "chooser", "aria-label": "Select cells" });
  const list = element("ul", { class: "chips" }, ...chosen.map((cell, i) => element("li", {},
    swatch(i), element("a", { href: `index.html#cell-${cell.index}` }, cell.name),
    element("a", { class: "remove", href: comparison(chosen.filter((c) => c !== cell)), "aria-label": `Remove ${cell.name}` }, "✕"))));
  if (chosen.length) made.append(list);
  const others = cells.filter((cell) => !chosen.includes(cell));
  if (!others.length || chosen.length >= mostCompared) return made;
  const input = element("input", { type: "search", placeholder: "settings or diagnosis" });
  const offered = element("ul", { class: "chips offered" });
  const count = element("p", { class: "note", "aria-live": "polite" });
  const offer = () => {
    const parts = input.value.toLowerCase().split(/\s+/).filter((p) => p);
    const found = others.filter((cell) => parts.every((p) => `${cell.name} ${cell.diagnosis}`.toLowerCase().includes(p)));
    offered.replaceChildren(...found.slice(0, mostOffered).map((cell) => element("li", {},
      element("a", { href: comparison([...chosen, cell]) }, "+ " + cell.name), element("span", { class: "sub inline" }, cell.diagnosis))));
    const more = found.length - mostOffered;
    count.textContent = !found.length ? "No other cell matches." : more > 0 ? `and ${more} more: type more to find them` : "";
  };
  input.addEventListener("input", offer);
  offer();
  made.append(element("p", {}, element("label", {}, "Add a cell ", input)), offered, count);
  return made;
}

// A number of a cell, with its spread over the seeds below.
const numbered = (n) => [n.median, n.spread ? element("span", { class: "sub" }, n.spread) : null];

// One column per cell, with settings that differ between the selected cells.
function sideBySide(chosen, all) {
  const lines = [];
  const same = [];
  [...all.keys, ...all.following].forEach((key, k) => {
    const values = chosen.map((cell) => [...cell.values, ...cell.following][k] || "–");
    if (chosen.length > 1 && values.every((v) => v === values[0])) same.push(`${key} ${values[0]}`);
    else lines.push([key, values.map((v) => [v]), "value"]);
  });
  const quantity = (title, has, key) => { if (has) lines.push([title, chosen.map((cell) => numbered(cell[key])), "num"]); };
  quantity("Training loss", true, "loss");
  quantity("Validation loss", all.has.validation, "validation");
  quantity("Training skill", all.has.skill, "skill");
  quantity(all.has.validation ? "Validation accuracy" : "Training accuracy", all.has.accuracy, "accuracy");
  lines.push(["Outcomes", chosen.map((cell) => [cell.outcomes]), "value"]);
  lines.push(["Diagnosis", chosen.map((cell) => [cell.diagnosis]), "value"]);
  lines.push(["Runs by seed", chosen.map((cell) => cell.runs.flatMap(([seed, id]) => [element("a", { href: "run.html?run=" + id, "aria-label": `${cell.name}, seed ${seed}` }, seed), " "])), "value"]);
  const head = element("tr", {}, element("td"), ...chosen.map((cell, i) => element("th", { scope: "col" }, swatch(i), cell.name)));
  const body = lines.map(([title, values, kind]) => element("tr", {}, element("th", { scope: "row" }, title), ...values.map((v) => element("td", { class: kind }, ...v))));
  return element("section", { "aria-labelledby": "cells" },
    element("h2", { id: "cells" }, "Settings and results"),
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Settings and results" },
      element("table", { class: "grid compared" }, element("thead", {}, head), element("tbody", {}, ...body))),
    element("p", { class: "note" }, "Medians over the seeds, with lowest and highest values. " + (same.length ? `Equal in all cells: ${same.join(", ")}.` : "")));
}

// The runs in the scripts, without missing or unreadable ones.
async function loadRuns(ids) {
  const texts = inOneFile ? ids.map(packedPart).filter((text) => text) : await loadScripts(ids);
  const runs = await Promise.all(texts.map((text) => unpacked(text).catch(() => null)));
  return new Map(runs.filter((run) => run).map((run) => [run.id, run]));
}

async function loadScripts(ids) {
  const texts = [];
  window.sweepRun = (text) => texts.push(text);
  await Promise.all(ids.map((id) => new Promise((done) => {
    const script = element("script", { src: `runs/${id}.js` });
    script.addEventListener("load", done);
    script.addEventListener("error", done);
    document.head.append(script);
  })));
  return texts;
}

// The figure of the training curves of a run.
const trainingOf = (run) => run?.figures.find((figure) => figure.id === "training");

// The name of the marks of lost values in that figure (src/report/pages/run/figures/training.rs).
const lostName = "not finite";

// The names of all curves that the runs have.
const curveNames = (runs) => [...new Set([...runs.values()].flatMap((run) => run.ranges.map(([name]) => name)))].sort();

// One line per run, in the color of its cell.
function curvesTogether(chosen, runs, name) {
  const lines = [];
  const ranges = [];
  const lost = [];
  let layout = null;
  chosen.forEach((cell, i) => cell.runs.slice(0, mostSeeds).forEach(([seed, id]) => {
    const figure = trainingOf(runs.get(id));
    const curve = figure && figure.plot.data.find((trace) => trace.name === name);
    if (!curve) return;
    layout = layout || figure.plot.layout;
    ranges.push(...(runs.get(id).ranges.filter(([own]) => own === name).map(([, range]) => range)));
    const unit = figure.plot.layout.xaxis.title.text;
    const label = plain(`${cell.name}, seed ${seed}`);
    const own = { type: "scatter", name: label, line: { color: cellColour(i), width: 1.5, dash: broken(i) ? "dash" : "solid" }, run: id,
      hovertemplate: `%{fullData.name}<br>${unit} %{x}<br>loss %{y:.4~g}<extra></extra>` };
    lines.push({ ...own, x: curve.x, x0: curve.x0, dx: curve.dx, y: curve.y, mode: curve.y.filter((y) => y !== null).length > 1 ? "lines" : "markers", marker: { color: cellColour(i) } });
    const mark = figure.plot.data.find((trace) => trace.name === lostName);
    if (mark) lost.push({ ...own, x: mark.x, y: mark.y, yaxis: mark.yaxis, mode: "markers", marker: { symbol: "x", size: 9, color: cellColour(i) }, hovertemplate: `%{fullData.name}<br>${unit} %{x}: not finite<extra></extra>` });
  }));
  if (!ranges.length) return null;
  const range = around(ranges);
  return { data: [...lines, ...lost], layout: { ...layout, showlegend: false, yaxis: { ...layout.yaxis, range } } };
}

// The element of a figure, in the format of templates/shared/figure.html.
function figureElement(figure) {
  const text = [figure.caption, ...figure.notes].join(" ");
  return element("figure", { class: "figure" },
    element("figcaption", {}, element("h3", {}, figure.title), element("p", {}, text)),
    element("div", { class: "controls" }),
    element("div", { class: "plot", role: "img", style: `min-height:${figure.height}px`, "aria-label": `${figure.title}. ${text}` }));
}

function trainingTogether(chosen, runs) {
  const made = element("section", { "aria-labelledby": "training" }, element("h2", { id: "training" }, "Training curves"));
  const plots = curveNames(runs).map((name) => [name, curvesTogether(chosen, runs, name)]).filter(([, plot]) => plot);
  if (!plots.length) {
    made.append(element("p", { class: "note" }, "No run of these cells has a finite positive loss."));
    return made;
  }
  const wanted = chosen.flatMap((cell) => cell.runs.slice(0, mostSeeds));
  const left = chosen.reduce((n, cell) => n + Math.max(0, cell.runs.length - mostSeeds), 0);
  const missing = wanted.filter(([, id]) => !runs.has(id)).length;
  const bare = wanted.filter(([, id]) => runs.has(id) && !trainingOf(runs.get(id))).length;
  const notes = [];
  if (bare) notes.push(`${bare} of ${wanted.length} runs have no finite positive loss.`);
  if (left) notes.push(`Only the first ${mostSeeds} seeds of each cell are shown; ${left} runs are not.`);
  if (missing) notes.push(`The files of ${missing} of ${wanted.length} runs are missing from runs/.`);
  const figure = {
    id: "compared", title: "Loss of every seed", height: 440, log_x: false, notes,
    caption: "One line per run, in the color of its cell. Cross: diverged or not finite. Click a line to open its run.",
    colourings: [{ axis: "cell", entries: chosen.map((cell, i) => [cell.name + (broken(i) ? " (dashed)" : ""), cellColour(i)]), traces: [] }],
    plot: plots[0][1],
  };
  const holder = figureElement(figure);
  made.append(holder);
  const start = () => {
    const again = draw(holder, figure);
    const plot = holder.querySelector(".plot");
    if (plot.on) plot.on("plotly_click", (event) => { location.href = address("run.html?run=" + event.points[0].data.run); });
    const select = element("select", {}, ...plots.map(([name], i) => element("option", { value: i }, name)));
    select.addEventListener("change", () => { figure.plot = plots[Number(select.value)][1]; again(); });
    if (again && plots.length > 1) holder.querySelector(".controls").prepend(element("label", {}, "loss: ", select));
  };
  later.push({ holder, start });
  return made;
}

function comparePage(holder) {
  const failed = (why) => holder.replaceChildren(element("h1", {}, "Compare cells"), element("p", { class: "warning" }, why));
  if (!window.sweepCells) return failed(noCells);
  unpacked(window.sweepCells).then((all) => { if (holder.isConnected) compare(holder, all.table); }, (why) => failed(unreadCells(why)));
}

function compare(holder, all) {
  all.rows.forEach((cell) => { cell.runs = cell.seeds.filter((seed) => seed.trained).map((seed) => [seed.seed, seed.id]); });
  const { chosen, wrong } = asked(asksFor(), all.rows);
  const several = `${chosen.length} of ${all.rows.length} cells.`;
  holder.replaceChildren(
    element("header", { class: "top" }, element("h1", {}, "Compare cells"),
      element("p", { class: "lead" }, chosen.length ? several : "Select cells to compare.")),
    wrong.length ? element("div", { class: "warning", role: "alert" }, element("strong", {}, "The address of this page has errors."), ...wrong.map((text) => element("p", {}, text))) : "",
    chooser(chosen, all.rows),
  );
  if (!chosen.length) return;
  const waiting = element("p", { class: "note", role: "status" }, "Loading curves …");
  holder.append(sideBySide(chosen, all), waiting);
  drawn.push(() => swatches.forEach((again) => again()));
  loadRuns(chosen.flatMap((cell) => cell.runs.slice(0, mostSeeds).map(([, id]) => id))).then((runs) => {
    if (!waiting.isConnected) return;
    waiting.replaceWith(trainingTogether(chosen, runs));
    drawLater();
  });
}
